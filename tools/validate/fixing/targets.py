"""Which real files the names of a project stand for, and why one is not written."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from pathlib import Path


def real_name(folder: Path, file: str) -> str:
    """The file that a name leads to, from the folder as long as it lies in it: a diff cannot change a link."""
    target, root = (folder / file).resolve(), folder.resolve()
    return target.relative_to(root).as_posix() if target.is_relative_to(root) else file


def second_names(folder: Path, files: Iterable[str]) -> dict[str, str]:
    """The names that lead to a file which an earlier one leads to, with that one."""
    first: dict[str, str] = {}
    found = {file: first.setdefault(real_name(folder, file), file) for file in files}
    return {file: other for file, other in found.items() if file != other}


def refusals(folder: Path, files: Iterable[str]) -> dict[str, str]:
    """The files of the project that are not written, with the reason."""
    files = list(files)
    seconds = second_names(folder, files)
    found = {file: f"{file} is another name of {other}, in which this is fixed." for file, other in seconds.items()}
    return found | {file: reason for file in files if (reason := refusal(folder, file))}


def refusal(folder: Path, file: str) -> str | None:
    """Why a file of the project is not written, or None."""
    path = (folder / file).resolve()
    if not path.is_relative_to(folder.resolve()):
        return f"{file} is a link that leads out of the project."
    if not path.is_file():
        return f"{file} is no longer there."
    # A mode without any w means read-only to root, too, who could write all the same.
    if not stat.S_IMODE(path.stat().st_mode) & 0o222 or not os.access(path, os.W_OK):
        return f"{file} is read-only: make it writable first."
    return None
