"""Puts new bytes in the place of old ones: all or none, atomically, with a backup, and never outside the project."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Mapping
from datetime import datetime, timezone
from pathlib import Path

from ...errors import FileChanged, InvalidArguments

_FOLDER = ".connector-sdk-mcp"


def refusal(folder: Path, file: str) -> str | None:
    """Why a file of the project is not written, or None."""
    path = (folder / file).resolve()
    if not path.is_relative_to(folder.resolve()):
        return f"{file} is a link that leads out of the project."
    if not path.is_file():
        return f"{file} is no longer there."
    if not stat.S_IMODE(path.stat().st_mode) & 0o222:
        return f"{file} is read-only: make it writable first."
    return None


def write(folder: Path, old: Mapping[str, bytes], new: Mapping[str, bytes]) -> Path:
    """Writes `new` where still `old` stands, and returns the folder of the backup.

    Raises FileChanged, InvalidArguments where the disk refuses.
    """
    try:
        return _write(folder, old, new)
    except OSError as error:
        raise InvalidArguments(
            f"{folder} cannot be written: {error.strerror}. What was written is in the backup."
        ) from error


def _write(folder: Path, old: Mapping[str, bytes], new: Mapping[str, bytes]) -> Path:
    targets = {file: (folder / file).resolve() for file in new}
    for file, target in targets.items():
        if reason := refusal(folder, file):
            raise FileChanged(f"{reason} Nothing was written.")
        if target.read_bytes() != old[file]:
            raise FileChanged(f"{file} changed since it was read: nothing was written. Run the fix again.")
    backup = _backup(folder, {file: old[file] for file in new})
    staged: dict[Path, Path] = {}
    done: list[str] = []
    try:
        for file, target in targets.items():
            staged[target] = _staged(target, new[file])
        for file, target in targets.items():
            if target.read_bytes() != old[file]:
                raise FileChanged(f"{file} changed since it was read. Nothing was written: run the fix again.")
            _ = staged.pop(target).replace(target)
            done.append(file)
    except BaseException:
        for file in done:
            _ = _staged(targets[file], old[file]).replace(targets[file])
        raise
    finally:
        for left in staged.values():
            left.unlink(missing_ok=True)
    return backup


def _staged(target: Path, data: bytes) -> Path:
    """The new file beside the old one, with its mode and owner where that is allowed."""
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".connector-sdk-mcp-", suffix=".tmp")
    path = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        known = target.stat()
        path.chmod(stat.S_IMODE(known.st_mode))
        if (known.st_uid, known.st_gid) != (os.geteuid(), os.getegid()) and os.geteuid() == 0:
            os.chown(path, known.st_uid, known.st_gid)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return path


def _backup(folder: Path, files: Mapping[str, bytes]) -> Path:
    """The old files in a folder of their own, which git leaves out: a configuration may hold secrets."""
    home = folder / _FOLDER
    home.mkdir(mode=0o700, exist_ok=True)
    if home.is_symlink():
        raise FileChanged(f"{_FOLDER} is a link: nothing was written. Remove it.")
    ignore = home / ".gitignore"
    if not ignore.exists():
        _ = ignore.write_text("*\n", encoding="utf-8")
    stamp = datetime.now(timezone.utc).strftime("%Y%m%d-%H%M%S")
    place = Path(tempfile.mkdtemp(dir=home, prefix=f"backup-{stamp}-"))
    for file, data in files.items():
        path = place / file
        path.parent.mkdir(parents=True, exist_ok=True)
        _ = path.write_bytes(data)
        path.chmod(0o600)
    return place
