"""Files that somebody else has made, which may be no files or too large, and folders of ours.

Standard library only: the supervisor of a run imports it.
"""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path

MOST_BYTES = 50_000_000


def regular_bytes(path: Path, *, follow: bool = True, most_bytes: int = MOST_BYTES) -> bytes | None:
    """The bytes of a regular file; None for a pipe, a folder, a device, a missing or too large file.

    Without `follow` a link is none either.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | (0 if follow else os.O_NOFOLLOW))
    except (OSError, ValueError):
        return None
    try:
        known = os.fstat(descriptor)
        if not stat.S_ISREG(known.st_mode) or known.st_size > most_bytes:
            return None
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            return file.read()
    finally:
        os.close(descriptor)


def usable_folder(path: Path, name: str) -> Path:
    """The folder, made private where it is missing, or the user's own one for temporary files where it cannot be."""
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError:
        return Path(tempfile.gettempdir()) / f"{name}-{os.getuid()}"
    return path
