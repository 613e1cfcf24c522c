"""Values of a caller as literals: Python as `ruff format` writes it, and inline code of Markdown.

Whatever a text holds, it stays one value: nothing in it can end the literal.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

Value = str | int | Sequence[str]
_LINE_LENGTH = 100
_LONGEST_LINE_LENGTH = 120
_SHORT_LINE_LENGTH = 88
_ESCAPES = {"\n": "\\n", "\r": "\\r", "\t": "\\t", "\\": "\\\\"}


def records_literal(records: Iterable[Mapping[str, Value]]) -> str:
    """A list of dictionaries, one key a line."""
    lines = ["["]
    for record in records:
        lines += ["    {", *(_entry(key, value) for key, value in record.items()), "    },"]
    return "\n".join([*lines, "]"])


def literal(text: str) -> str:
    """A text as one Python string on one line."""
    return _quoted(_escaped(text, readable=text.isprintable()))


def inline_code(text: str) -> str:
    """A text as Markdown code in a line; what cannot be printed is escaped."""
    shown = "".join(letter if letter.isprintable() else _escape(letter) for letter in text)
    fence = "`" * (max(map(len, re.findall("`+", shown)), default=0) + 1)
    padding = " " if len(fence) > 1 or shown.startswith(" ") else ""
    return f"{fence}{padding}{shown}{padding}{fence}"


def _entry(key: str, value: Value) -> str:
    head = f'        "{key}": '
    if isinstance(value, int):
        return f"{head}{value},"
    if isinstance(value, str):
        return f"{head}{_wrapped(value, len(head), 8)},"
    inline = f"{head}[{', '.join(map(literal, value))}],"
    if len(inline) <= _SHORT_LINE_LENGTH and inline.isascii():
        return inline
    # The trailing comma keeps one item a line, also where they would fit into one.
    return "\n".join([f"{head}[", *(f"            {_wrapped(item, 12, 12)}," for item in value), "        ],"])


def _wrapped(text: str, column: int, indent: int) -> str:
    """A string that begins at `column`, over several lines when one would be too long."""
    # A wide letter takes two columns. Where that could matter, all but ASCII is escaped, and lengths are certain.
    readable = text.isprintable() and (text.isascii() or column + 2 * len(text) + 3 <= _LINE_LENGTH)
    pieces = _escaped(text, readable=readable)
    one_line = _quoted(pieces)
    length = column + len(one_line) + 1
    if length <= _LINE_LENGTH:
        return one_line
    inner = " " * (indent + 4)
    # The comment keeps the parts apart under a longer line length, into which they would fit, here or in the brackets.
    shortest = min(length, len(inner) + len(one_line))
    mark = "  # goes on" if shortest <= _LONGEST_LINE_LENGTH else ""
    parts = _parts(pieces, _LINE_LENGTH - len(inner) - len(mark) - 2)
    lines = [f"{inner}{_quoted(part)}{mark}" for part in parts[:-1]] + [f"{inner}{_quoted(parts[-1])}"]
    return "\n".join(["(", *lines, " " * indent + ")"])


def _parts(pieces: Sequence[str], width: int) -> list[list[str]]:
    parts: list[list[str]] = [[]]
    for piece in pieces:
        # A quote may still be escaped: two columns.
        if sum(max(2, len(p)) if p in "\"'" else len(p) for p in [*parts[-1], piece]) > width:
            parts.append([])
        parts[-1].append(piece)
    return parts


def _quoted(pieces: Sequence[str]) -> str:
    quote = "'" if pieces.count('"') > pieces.count("'") else '"'
    return quote + "".join(f"\\{piece}" if piece == quote else piece for piece in pieces) + quote


def _escaped(text: str, *, readable: bool) -> list[str]:
    """Each letter as it stands in a string, quotes still bare."""
    return [_ESCAPES.get(c) or (c if c.isprintable() and (readable or c.isascii()) else _escape(c)) for c in text]


def _escape(letter: str) -> str:
    return _ESCAPES.get(letter) or ascii(letter)[1:-1]
