"""Names as the SDK writes them in the destination."""

from __future__ import annotations

import re
import unicodedata

_WORD_BORDER = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Za-z])(?=\d)|(?<=\d)(?=[A-Za-z])")


def destination_name(name: str) -> str:
    """The name that the SDK gives a table in the destination; observed of SDK 3.0."""
    marked = unicodedata.normalize("NFD", name)
    plain = "".join(letter for letter in marked if not unicodedata.combining(letter))
    words = re.sub(r"[^A-Za-z0-9]+", "_", plain)
    snake = re.sub("_+", "_", _WORD_BORDER.sub("_", words)).lower().lstrip("_")
    return snake if snake[:1].isalpha() else f"_{snake}"
