"""New files, or none: nothing that exists is touched."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from ..errors import InvalidArguments, ScaffoldConflict


def refuse_existing(folder: Path, names: Iterable[str]) -> None:
    """Raises ScaffoldConflict when `folder` is no folder, or holds one of the names, even as a broken link."""
    nearest = next(parent for parent in (folder, *folder.parents) if os.path.lexists(parent))
    if not nearest.is_dir():
        raise ScaffoldConflict(f"{nearest} exists and is not a folder. Choose another project.")
    existing = [name for name in names if os.path.lexists(folder / name)]
    if existing:
        raise _conflict(folder, existing)


def create_files(folder: Path, texts: Mapping[str, str]) -> None:
    """Writes each text to a new file of `folder`, which is created with its parents when missing.

    When one cannot be written, all that this call created is removed. Raises ScaffoldConflict, InvalidArguments.
    """
    with contextlib.ExitStack() as undo:
        try:
            _create_folder(folder, undo)
            for name, text in texts.items():
                _create_file(folder / name, text, undo)
        except FileExistsError as error:
            raise _conflict(folder, [Path(error.filename).name]) from error
        except OSError as error:
            raise InvalidArguments(
                f"{folder} cannot be written: {error.strerror}. Choose another project, or make room for it."
            ) from error
        undo.pop_all()


def _create_folder(folder: Path, undo: contextlib.ExitStack) -> None:
    missing = [parent for parent in (folder, *folder.parents) if not parent.exists()]
    for parent in reversed(missing):
        with contextlib.suppress(FileExistsError):
            parent.mkdir()
            undo.callback(_remove_empty, parent)


def _create_file(path: Path, text: str, undo: contextlib.ExitStack) -> None:
    # Mode "x" fails on whatever exists, a link included.
    with path.open("x", encoding="utf-8", newline="\n") as file:
        undo.callback(path.unlink, missing_ok=True)
        file.write(text)


def _remove_empty(folder: Path) -> None:
    with contextlib.suppress(OSError):
        folder.rmdir()


def _conflict(folder: Path, names: list[str]) -> ScaffoldConflict:
    return ScaffoldConflict(
        f"{folder} already holds {', '.join(names)}; nothing was written. Choose another project, or move them away."
    )
