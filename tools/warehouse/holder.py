"""Which process has a warehouse open: DuckDB takes a lock on the file, and the kernel knows whose it is."""

from __future__ import annotations

import fcntl
import os
import struct
import sys
from pathlib import Path

import psutil

# struct flock: type, whence, start, length, pid; macOS has them in another order.
_FLOCK = "qqihh" if sys.platform == "darwin" else "hhqqi"


def holder_of(warehouse: Path) -> str:
    """`duckdb (process 7)`, or empty where none has it open, or it is gone. Never call it in a process that has."""
    try:
        descriptor = os.open(warehouse, os.O_RDONLY | os.O_NONBLOCK)
    except OSError:
        return ""
    try:
        pid = _asked(descriptor)
        return f"{psutil.Process(pid).name()} (process {pid})" if pid else ""
    except (OSError, psutil.Error):
        return ""
    finally:
        os.close(descriptor)


def _asked(descriptor: int) -> int:
    """The process whose lock is in the way of a writer; 0 for none."""
    writer = (fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0)
    if sys.platform == "darwin":
        writer = (0, 0, 0, fcntl.F_WRLCK, os.SEEK_SET)
    found = struct.unpack(_FLOCK, fcntl.fcntl(descriptor, fcntl.F_GETLK, struct.pack(_FLOCK, *writer)))
    kind, pid = (found[3], found[2]) if sys.platform == "darwin" else (found[0], found[4])
    return 0 if kind == fcntl.F_UNLCK else pid
