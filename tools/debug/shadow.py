"""The folder in which a run happens: a copy of the project, with `files` a link to the place of warehouse and state.

The SDK deletes or empties requirements.txt and leaves files behind when it is killed; here it does so to a copy.
Standard library only: the supervisor of a run imports it.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

SKIPPED = re.compile(
    r"\.git|\.hg|\.svn|\.?venv|\.tox|\.nox|node_modules|__pycache__|\.\w+_cache|\.idea|\.vscode|crash-reports|\.connector-sdk-mcp"
)
# What is importable decides whether a run works; of the last two the SDK only complains, and changes them.
_CHUNK_BYTES = 8_000_000
_NOT_COPIED = ("files", "requirements.txt", "pyproject.toml")


def build(project: Path, shadow: Path, files: Path, stopped: Callable[[], bool]) -> None:
    """Copies `project` to `shadow` (which must not exist) and links `files` into it; leaves off when it is stopped."""
    shadow.mkdir(mode=0o700)
    _copy(project, shadow, project, stopped, top=True)
    (shadow / "files").symlink_to(files, target_is_directory=True)


def remove(shadow: Path) -> None:
    """Removes a shadow, also one whose folders the connector made unreadable; the linked files stay."""
    for folder, _, _ in os.walk(shadow):
        os.chmod(folder, 0o700)  # noqa: PTH101 - a Path of each folder of a large tree is waste
    shutil.rmtree(shadow, ignore_errors=True)


def _copy(source: Path, target: Path, project: Path, stopped: Callable[[], bool], *, top: bool) -> None:
    for entry in os.scandir(source):
        if stopped():
            return
        if SKIPPED.fullmatch(entry.name) or (top and entry.name in _NOT_COPIED):
            continue
        path, copy = Path(entry.path), target / entry.name
        if entry.is_symlink():
            copy.symlink_to(_link_target(path, project))
        elif entry.is_dir():
            if not (path / "pyvenv.cfg").exists():
                copy.mkdir()
                _copy(path, copy, project, stopped, top=False)
        elif entry.is_file():
            _copy_file(path, copy, stopped)


def _copy_file(source: Path, target: Path, stopped: Callable[[], bool]) -> None:
    with source.open("rb") as reading, target.open("wb") as writing:
        while not stopped() and (chunk := reading.read(_CHUNK_BYTES)):
            writing.write(chunk)
    shutil.copystat(source, target)


def _link_target(link: Path, project: Path) -> str:
    """A link inside the project keeps its words; one that leaves it gets the absolute target."""
    target = os.readlink(link)  # noqa: PTH115 - the words of the link, not a Path made of them
    try:
        inside = not Path(target).is_absolute() and (link.parent / target).resolve().is_relative_to(project)
        return target if inside else str((link.parent / target).resolve())
    except (OSError, RuntimeError):
        # A link that ends in itself.
        return target
