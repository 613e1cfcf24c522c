"""Texts of a caller: which can be used, and which may be repeated in an error."""

from __future__ import annotations

import re

from ..errors import InvalidArguments
from ..secrets import looks_secret

_TAME = re.compile(r"[A-Za-z][A-Za-z_-]{0,39}")


def quoted(word: str) -> str:
    """` 'word'` for a message, with its leading space; nothing when it is not plain enough to be repeated."""
    return f" {word!r}" if _TAME.fullmatch(word) and not looks_secret(word) else ""


def require_text(text: str, what: str, *, longest: int) -> None:
    """Raises InvalidArguments unless `text` has something in it, can be written to a file, and is not too long."""
    if not text.strip():
        raise InvalidArguments(f"{what} is empty. Give it a value.")
    if len(text) > longest:
        raise InvalidArguments(f"{what} is longer than {longest} characters. Shorten it.")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise InvalidArguments(f"{what} holds a half surrogate, which no file can hold. Take it out.") from error
