"""The lock that a run and the queries of one project share; standard library only, for the supervisor of a run."""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Generator
from pathlib import Path

from ..errors import WarehouseBusy

_POLL_SECONDS = 0.05


@contextlib.contextmanager
def warehouse_lock(lock_file: Path, *, shared: bool, wait_seconds: float, holder: str = "") -> Generator[None]:
    """Holds `lock_file`: together with others when `shared` (queries), else alone (a run).

    The kernel lets go when the process ends, however it ends. `holder` names an exclusive owner ("run 7") to those
    who wait in vain. Raises WarehouseBusy after `wait_seconds`.
    """
    lock_file.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(lock_file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        if not _acquired(descriptor, fcntl.LOCK_SH if shared else fcntl.LOCK_EX, wait_seconds):
            raise WarehouseBusy(_busy(descriptor, shared))
        if not shared:
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, holder.encode(), 0)
        yield
    finally:
        os.close(descriptor)


def _acquired(descriptor: int, kind: int, wait_seconds: float) -> bool:
    deadline = time.monotonic() + wait_seconds
    while True:
        try:
            fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            if time.monotonic() >= deadline:
                return False
            time.sleep(_POLL_SECONDS)


def _busy(descriptor: int, shared: bool) -> str:
    if not shared:
        return "The warehouse is in use by a query or another sync. Try again when it has ended."
    holder = os.pread(descriptor, 200, 0).decode(errors="replace") or "a sync"
    return f"The warehouse is held by {holder}. Wait for its end with get_sync_run, or end it with cancel_sync_run."
