"""Puts new bytes in the place of old ones: all or none, atomically, with a backup, and never outside the project."""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import sys
from collections.abc import Mapping
from pathlib import Path

from ...errors import FileChanged, InvalidArguments
from ...home import keep, locked_home, staging
from .targets import real_name, refusal


def write(folder: Path, read: Mapping[str, bytes], new: Mapping[str, bytes]) -> Path:
    """Writes `new` where all that was `read` still stands, and returns the folder of the backup.

    Raises FileChanged, InvalidArguments where the disk refuses.
    """
    try:
        _check(folder, read, new)
        with locked_home(folder) as home:
            return _Change(folder, home, read, new).make()
    except OSError as error:
        place = f": {error.filename}" if error.filename else ""
        raise InvalidArguments(f"{folder} cannot be written ({error.strerror}{place}): nothing was written.") from error


def _check(folder: Path, read: Mapping[str, bytes], new: Mapping[str, bytes]) -> None:
    for file in new:
        if reason := refusal(folder, file):
            raise FileChanged(f"{reason} Nothing was written.")
    # A fix may stand on what another file says.
    for file, data in read.items():
        _same(folder, file, data)


def _same(folder: Path, file: str, data: bytes) -> None:
    try:
        same = (folder / file).read_bytes() == data
    except FileNotFoundError:
        same = False
    if not same:
        raise FileChanged(f"{file} changed since it was read: nothing was written. Run the fix again.")


class _Change:
    """The files of one fix on their way from their old to their new bytes."""

    def __init__(self, folder: Path, home: Path, read: Mapping[str, bytes], new: Mapping[str, bytes]) -> None:
        self._folder, self._home, self._new = folder, home, new
        self._old = {file: read[file] for file in new}
        self._targets = {file: (folder / file).resolve() for file in new}
        self._begun: list[str] = []

    def make(self) -> Path:
        """Writes all files and returns the backup; or none, and then there is no backup."""
        backup = keep(self._home, {real_name(self._folder, file): data for file, data in self._old.items()})
        try:
            with staging(self._home) as place:
                self._replace(place)
        except InvalidArguments as error:
            raise InvalidArguments(f"{error} As it was it is in {backup}.") from error
        except BaseException:
            shutil.rmtree(backup, ignore_errors=True)
            raise
        return backup

    def _replace(self, place: Path) -> None:
        new, old = (
            {file: _staged(place / f"{kind}{n}", data[file], self._targets[file]) for n, file in enumerate(data)}
            for kind, data in (("new", self._new), ("old", self._old))
        )
        try:
            for file, path in new.items():
                _same(self._folder, file, self._old[file])
                self._begun.append(file)
                path.replace(self._targets[file])
        except BaseException as error:
            if left := [file for file in self._begun if not self._put_back(file, old[file])]:
                raise InvalidArguments(f"{_reason(error)} What was written to {', '.join(left)} stays.") from error
            raise

    def _put_back(self, file: str, old: Path) -> bool:
        """Whether a file has nothing of ours any more; what somebody else has written meanwhile is left."""
        with contextlib.suppress(OSError):
            if self._targets[file].read_bytes() == self._new[file]:
                old.replace(self._targets[file])
            return True
        return False


def _staged(path: Path, data: bytes, target: Path) -> Path:
    """A file that can take the place of `target`: with its owner, mode and attributes where that is allowed."""
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    known = target.stat()
    for uid, gid in ((-1, known.st_gid), (known.st_uid, -1)):
        with contextlib.suppress(PermissionError):
            os.chown(path, uid, gid)
    path.chmod(stat.S_IMODE(known.st_mode))
    _copy_attributes(target, path)
    return path


def _copy_attributes(target: Path, path: Path) -> None:
    """The extended attributes, access lists among them."""
    if sys.platform != "linux":
        return
    for name in os.listxattr(target):
        with contextlib.suppress(OSError):
            os.setxattr(path, name, os.getxattr(target, name))


def _reason(error: BaseException) -> str:
    return (error.strerror if isinstance(error, OSError) else str(error)) or type(error).__name__
