"""Names and texts as SQL reads them. Standard library only: the supervisor of a run imports it."""

from __future__ import annotations


def identifier(name: str) -> str:
    """A name in double quotes."""
    return '"' + name.replace('"', '""') + '"'


def text(value: str) -> str:
    """A text in single quotes."""
    return "'" + value.replace("'", "''") + "'"
