"""Looks at a running connector again and again, and ends it at the limits that its caller gave.

Standard library and psutil only: the supervisor of a run imports it.
"""

from __future__ import annotations

import contextlib
import math
import os
import signal
import time
from collections.abc import Callable
from datetime import datetime, timezone

from ..process import Process
from . import family
from .job import write_json
from .limits import Limits
from .places import RunPlaces
from .recorder import Recorder

_MEMORY_LOOKS = 8
_AFTER_END_SECONDS = 10.0
_CHECKPOINT_SECONDS = 10.0


class Watch:
    """The limits of one run; `stop` is called with the reason for which it has to end."""

    def __init__(self, limits: Limits, places: RunPlaces, stop: Callable[[str], None]) -> None:
        self._limits, self._places, self._stop = limits, places, stop
        self._begin, self._moment = time.monotonic(), datetime.now(timezone.utc).isoformat()
        self._looks, self._counted = 0, 0
        self._ended_at: float | None = None
        self._due: tuple[str, float] | None = None
        self._family: list[tuple[int, float]] = []
        self.peak_bytes = 0

    def attach(self, process: Process, recorder: Recorder) -> None:
        """The process that is watched: it is stopped at a checkpoint, which the recorder tells."""
        recorder.at_checkpoint = lambda: self._at_checkpoint(process)

    def look(self, recorder: Recorder) -> None:
        """One look at time, end, memory and amount."""
        now = time.monotonic()
        if now - self._begin > self._limits.timeout_seconds:
            self._stop("timeout")
        if recorder.ending is not None:
            self._ended_at = self._ended_at or now
            if now - self._ended_at > _AFTER_END_SECONDS:
                self._stop("hung after the end")
        if self._limits.memory_mb or self._looks % _MEMORY_LOOKS == 0:
            self._look_at_memory()
        if self._looks % _MEMORY_LOOKS == 0:
            self._remember_family()
        self._look_at_amount(recorder, now)
        self._looks += 1

    def _remember_family(self) -> None:
        """Puts on record whom to end should this process be killed: a child may hide its environment."""
        if (family_now := family.seen()) != self._family:
            self._family = family_now
            with contextlib.suppress(OSError):
                write_json(self._places.family, family_now)

    def _look_at_memory(self) -> None:
        used, limit = family.memory_bytes(), (self._limits.memory_mb or math.inf) * 1e6
        if used > limit:
            # What processes share was counted for each of them.
            used = family.memory_bytes(shared_once=True)
        self.peak_bytes = max(self.peak_bytes, used)
        if used > limit:
            self._stop("memory")

    def _look_at_amount(self, recorder: Recorder, now: float) -> None:
        """The run has to end at the next checkpoint when as much is there as was asked for, or soon without one."""
        limits = self._limits
        if self._due is not None:
            if now - self._due[1] > _CHECKPOINT_SECONDS:
                self._stop(self._due[0])
        elif limits.stop_after_seconds is not None and now - self._begin > limits.stop_after_seconds:
            self._due = "seconds", now
        elif limits.stop_after_rows is not None and recorder.checkpoints != self._counted:
            self._counted = recorder.checkpoints
            if self._places.rows_since(self._moment) >= limits.stop_after_rows:
                self._due = "rows", now

    def _at_checkpoint(self, process: Process) -> None:
        """The process stands still before it writes on, so that rows and state agree."""
        if self._due is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGSTOP)
            self._stop(self._due[0])
