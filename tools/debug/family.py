"""The processes that a run left on the machine: all that descend from this one, however they detached themselves."""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys
import time
from collections.abc import Iterable, Sequence

import psutil

MARK_NAME = "CONNECTOR_SDK_MCP_RUN"
_PR_SET_CHILD_SUBREAPER = 36
_PAUSE_SECONDS = 0.01
_SAME_SECONDS = 0.05


def adopt_orphans() -> None:
    """Makes orphaned descendants children of this process (Linux), so that none can leave its family."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def memory_bytes(*, shared_once: bool = False) -> int:
    """The resident memory of all descendants together; what they share counts for each, or on Linux once in all."""
    total = 0
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):
            if shared_once and sys.platform == "linux":
                total += process.memory_full_info().pss
            else:
                total += process.memory_info().rss
    return total


def end_all() -> None:
    """Kills every descendant, again and again until none is left, and reaps them."""
    while family := psutil.Process().children(recursive=True):
        for child in family:
            with contextlib.suppress(psutil.Error):
                child.kill()
        _reap()
        time.sleep(_PAUSE_SECONDS)


def seen() -> list[tuple[int, float]]:
    """The living descendants, each as its number and its start."""
    found: list[tuple[int, float]] = []
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):
            found.append((process.pid, process.create_time()))
    return sorted(found)


def end_marked(mark: str, known: Iterable[Sequence[float]] = ()) -> None:
    """Kills what a supervisor that was killed itself left behind.

    That is every process whose environment holds `mark`, and those that the supervisor had `seen`.
    """
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if mark in process.environ().get(MARK_NAME, ""):
                process.kill()
    for number, start in known:
        with contextlib.suppress(psutil.Error, OSError):
            process = psutil.Process(int(number))
            if abs(process.create_time() - start) < _SAME_SECONDS:
                process.kill()


def _reap() -> None:
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
