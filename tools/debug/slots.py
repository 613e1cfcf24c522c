"""How many connectors run at once, for all servers that share a store: a run holds one of so many locks.

Standard library only: the supervisor of a run imports it.
"""

from __future__ import annotations

import contextlib
import fcntl
from dataclasses import dataclass
from pathlib import Path
from typing import IO

PARALLEL_RUNS = 4


@dataclass(frozen=True)
class Slots:
    """`number` locks in a folder."""

    folder: Path
    number: int

    def take(self) -> IO[bytes] | None:
        """A file that holds a free lock until it is closed, None where all are taken."""
        for number in range(self.number):
            file = (self.folder / f"slot.{number}").open("ab")
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return file
            file.close()
        return None
