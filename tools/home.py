"""The project's folder `.connector-sdk-mcp`: backups, and files on their way; private, and left out by git."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Generator, Mapping
from datetime import datetime, timezone
from pathlib import Path

from .errors import FileChanged

HOME = ".connector-sdk-mcp"
_IGNORE_ALL = "*\n"
_STAGED = "staged-"
_KEPT = ("backup-", "snapshots")


@contextlib.contextmanager
def locked_home(folder: Path) -> Generator[Path]:
    """The folder, made where it is missing, held by one fix at a time.

    Raises FileChanged where it is no folder or another fix holds it; OSError.
    """
    home = folder / HOME
    made = not os.path.lexists(home)
    if made:
        home.mkdir(mode=0o700)
    elif home.is_symlink() or not home.is_dir():
        raise FileChanged(f"{HOME} is not a folder, or a link: nothing was written. Remove it.")
    descriptor = os.open(home, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        _lock(descriptor)
        _prepare(home)
        yield home
    finally:
        os.close(descriptor)
        if made and not any(path.name.startswith(_KEPT) for path in home.iterdir()):
            shutil.rmtree(home, ignore_errors=True)


@contextlib.contextmanager
def staging(home: Path) -> Generator[Path]:
    """A folder for files on their way; it is gone afterwards."""
    place = Path(tempfile.mkdtemp(dir=home, prefix=_STAGED))
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


def keep(home: Path, files: Mapping[str, bytes]) -> Path:
    """A new folder with these files, which hold the secrets that a configuration holds."""
    stamp = datetime.now(timezone.utc).strftime("%Y%m%d-%H%M%S")
    place = Path(tempfile.mkdtemp(dir=home, prefix=f"backup-{stamp}-"))
    try:
        for name, data in files.items():
            path = place / name
            path.parent.mkdir(parents=True, exist_ok=True)
            _create(path, data)
        if not _ignores_all(home / ".gitignore"):
            _create(place / ".gitignore", _IGNORE_ALL.encode())
    except BaseException:
        shutil.rmtree(place, ignore_errors=True)
        raise
    return place


def _lock(descriptor: int) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise FileChanged("Another tool of ours writes into this project: nothing was written. Try again.") from None


def _prepare(home: Path) -> None:
    with contextlib.suppress(FileExistsError):
        _create(home / ".gitignore", _IGNORE_ALL.encode())
    # What a fix that was killed has left.
    for left in home.glob(f"{_STAGED}*"):
        shutil.rmtree(left, ignore_errors=True)


def _create(path: Path, data: bytes) -> None:
    """A new file of the user's alone; what stands there, be it a link to nowhere, is left."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)


def _ignores_all(path: Path) -> bool:
    try:
        return not path.is_symlink() and "*" in path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return False
