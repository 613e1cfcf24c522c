"""The comments of a Python text, which no fix may lose."""

from __future__ import annotations

import io
import tokenize
from collections.abc import Iterator

from ..text import Lines


def comments_of(text: str) -> Iterator[tuple[int, str]]:
    """Each comment with the offset at which it begins; as far as the text can be read."""
    lines = Lines(text)
    try:
        for token in tokenize.generate_tokens(io.StringIO(text, newline="").readline):
            if token.type == tokenize.COMMENT:
                yield lines.characters(token.start[0], token.start[1] + 1), token.string.rstrip("\r")
    except (tokenize.TokenError, SyntaxError):
        return
