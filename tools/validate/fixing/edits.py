"""An edit of one file, and edits that are made together or not at all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


class Held(Exception):
    """Why a fix is not made, as a sentence for the user."""


@dataclass(frozen=True, order=True)
class Edit:
    """Puts `text` in the place of the characters from `start` to `end`; its newlines are "\\n" whatever the file's."""

    file: str
    start: int
    end: int
    text: str
    # Of insertions at one place those of a lower rank come first.
    rank: int = 1

    def meets(self, other: Edit) -> bool:
        """Whether both cannot be made: they change the same characters. Two insertions at one place can."""
        if self.file != other.file or self == other:
            return False
        if self.start == self.end or other.start == other.end:
            return self.start < other.end and other.start < self.end
        return self.start < other.end and other.start < self.end


def applied(text: str, edits: Iterable[Edit], newline: str) -> str:
    """The text with all edits made; those at one place in the order in which they are given."""
    parts: list[str] = []
    at = 0
    for edit in sorted(dict.fromkeys(edits), key=lambda each: (each.start, each.end, each.rank)):
        # What was taken from the file has its newlines already.
        parts += [text[at : edit.start], edit.text.replace("\r\n", "\n").replace("\n", newline)]
        at = max(at, edit.end)
    return "".join([*parts, text[at:]])
