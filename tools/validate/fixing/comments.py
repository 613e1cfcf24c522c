"""The comments of a Python text, which no fix may lose."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterator

from ..text import Lines

_DIRECTIVE = re.compile(r"#\s*(?:type:|noqa\b|pyright:|mypy:|pylint:|pragma:|isort:|ruff:)")


def comments_of(text: str) -> Iterator[tuple[int, str]]:
    """Each comment with the offset at which it begins; as far as the text can be read.

    What only tells a tool something about the code on its line is left out: it goes with that code.
    """
    lines = Lines(text)
    try:
        for token in tokenize.generate_tokens(io.StringIO(text, newline="").readline):
            if token.type == tokenize.COMMENT and not _DIRECTIVE.match(token.string):
                yield lines.characters(token.start[0], token.start[1] + 1), token.string.rstrip()
    except (tokenize.TokenError, SyntaxError):
        return
