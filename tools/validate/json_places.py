"""Where the values of a JSON object stand in its text."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import cast

_SPACE = re.compile(r"[ \t\r\n]*")


@dataclass(frozen=True)
class JsonPlaces:
    """A JSON document and the places of its top-level values."""

    value: object
    text: str
    offsets: dict[str, int]

    @property
    def members(self) -> dict[str, object]:
        """The members of the document, none when it is no object."""
        return cast("dict[str, object]", self.value) if isinstance(self.value, dict) else {}

    @classmethod
    def read(cls, data: bytes) -> JsonPlaces | None:
        """The document, or None when it is not JSON in UTF-8."""
        try:
            text = data.decode("utf-8")
            value = json.loads(text)
        except (ValueError, RecursionError):
            return None
        return cls(value, text, _offsets(text) if isinstance(value, dict) else {})

    def of(self, key: str) -> tuple[int, int]:
        """Line and column, from 1, of the value of a top-level key."""
        before = self.text[: self.offsets.get(key, 0)]
        lines = re.split(r"\r\n|\r|\n", before)
        return len(lines), len(lines[-1]) + 1


def _offsets(text: str) -> dict[str, int]:
    """The offset of each top-level value; `text` is known to be a JSON object."""
    decoder = json.JSONDecoder()
    found: dict[str, int] = {}
    at = _skip(text, text.index("{") + 1)
    while text[at] != "}":
        key, at = decoder.raw_decode(text, at)
        at = _skip(text, _skip(text, at) + 1)
        found[key] = at
        _, at = decoder.raw_decode(text, at)
        at = _skip(text, at)
        if text[at] == ",":
            at = _skip(text, at + 1)
    return found


def _skip(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at
