"""What a caller allows a run: time, memory, and how much of it is wanted."""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import InvalidArguments
from ..warehouse.snapshots import SNAPSHOT_NAME

MAX_TIMEOUT_SECONDS = 86_400.0
_LEAST_MEMORY_MB = 64


@dataclass(frozen=True)
class Limits:
    """`memory_mb` is for all processes of the run together; `stop_after_*` end it, and what was checkpointed stays."""

    timeout_seconds: float = 3600.0
    memory_mb: float | None = None
    stop_after_rows: int | None = None
    stop_after_seconds: float | None = None
    keep_as: str = ""

    def checked(self) -> Limits:
        """These limits. Raises InvalidArguments."""
        if not 0 < self.timeout_seconds <= MAX_TIMEOUT_SECONDS:
            raise InvalidArguments(f"timeout_seconds must lie above 0 and at most at {MAX_TIMEOUT_SECONDS:.0f}.")
        if self.memory_mb is not None and self.memory_mb < _LEAST_MEMORY_MB:
            raise InvalidArguments(f"memory_limit_mb must be at least {_LEAST_MEMORY_MB}; production has 1024.")
        if self.stop_after_rows is not None and self.stop_after_rows < 1:
            raise InvalidArguments("stop_after.rows must be at least 1.")
        if self.stop_after_seconds is not None and self.stop_after_seconds <= 0:
            raise InvalidArguments("stop_after.seconds must lie above 0.")
        if self.keep_as and not SNAPSHOT_NAME.fullmatch(self.keep_as):
            raise InvalidArguments("keep_as is a name of letters, digits, `_`, `.` and `-`, at most 64 of them.")
        return self
