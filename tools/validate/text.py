"""Places in a text: lines and columns from 1, columns in characters."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property
from itertools import accumulate

_NEWLINE = re.compile(r"\r\n|\r|\n")


class Lines:
    """The lines of a text, split where Python and editors split them: at LF, CR LF and CR."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._lines = _NEWLINE.split(text) if "\r" in text else text.split("\n")

    @cached_property
    def _starts(self) -> list[int]:
        if "\r" in self.text:
            return [0, *(match.end() for match in _NEWLINE.finditer(self.text))]
        return [0, *accumulate(len(line) + 1 for line in self._lines[:-1])]

    def __len__(self) -> int:
        return len(self._lines)

    def __getitem__(self, number: int) -> str:
        """The line of that number, without its end; empty when the text has no such line."""
        return self._lines[number - 1] if 1 <= number <= len(self._lines) else ""

    def at(self, offset: int) -> tuple[int, int]:
        """Line and column of the character at `offset`."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def offset(self, number: int, byte_offset: int) -> int:
        """The character of the text at a place that is given as ast gives it."""
        return self._starts[number - 1] + self.column(number, byte_offset) - 1

    def characters(self, line: int, column: int) -> int:
        """The offset of a line and column."""
        return self._starts[line - 1] + column - 1 if line <= len(self) else len(self.text)

    def column(self, number: int, byte_offset: int) -> int:
        """The column of a place that is given in UTF-8 bytes from the line's begin, as ast gives it."""
        line = self[number]
        if line.isascii():
            return min(byte_offset, len(line)) + 1
        before = line.encode("utf-8", "surrogatepass")[:byte_offset]
        return len(before.decode("utf-8", "ignore")) + 1


def decode_error(data: bytes) -> tuple[int, int] | None:
    """Line and column of the first byte that is not UTF-8, or None."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8")
        return Lines(before).at(len(before))
    return None
