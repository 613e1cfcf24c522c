"""Splits a run's output into lines without holding more than the beginning and the end of one.

Standard library only: the supervisor of a run imports it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO

MAX_LINE_BYTES = 1_000_000
_TAIL_BYTES = 200
_CHUNK_BYTES = 65_536


@dataclass
class Line:
    """A line without its end: its first bytes, how many were dropped behind them, and the last ones if any were."""

    head: bytearray = field(default_factory=bytearray)
    dropped: int = 0
    tail: bytes = b""

    def add(self, piece: bytes) -> None:
        """Adds what follows, while there is room."""
        room = MAX_LINE_BYTES - len(self.head)
        self.head += piece[:room]
        if len(piece) > room:
            self.dropped += len(piece) - room
            self.tail = (self.tail + piece[-_TAIL_BYTES:])[-_TAIL_BYTES:]


def lines(pipe: IO[bytes]) -> Iterator[Line]:
    """The lines of the output as they come; the last one may have had no newline."""
    line = Line()
    while chunk := pipe.read(_CHUNK_BYTES):
        first, *rest = chunk.split(b"\n")
        for piece in rest:
            line.add(first)
            yield line
            line, first = Line(), piece
        line.add(first)
    if line.head:
        yield line
