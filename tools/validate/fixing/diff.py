"""A unified diff that `patch` and `git apply` accept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import unified_diff

_NO_NEWLINE = "\n\\ No newline at end of file\n"


def diff_of(file: str, before: str, after: str) -> str:
    """The change of one file; lines end at LF alone, as these tools see it."""
    # A name with a space ends at a tab.
    mark = "\t" if " " in file else ""
    lines = unified_diff(_lines(before), _lines(after), f"a/{file}{mark}", f"b/{file}{mark}", lineterm="\n")
    return "".join(_ended(lines))


def _lines(text: str) -> list[str]:
    parts = text.split("\n")
    return [f"{part}\n" for part in parts[:-1]] + ([parts[-1]] if parts[-1] else [])


def _ended(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        yield line if line.endswith("\n") else line + _NO_NEWLINE
