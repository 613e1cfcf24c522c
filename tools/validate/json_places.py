"""A JSON object, and where its members stand in the text."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import cast

from .text import Lines

_SPACE = " \t\r\n"
# Numbers only have to be told from texts: as floats they are read however long they are.
_DECODER = json.JSONDecoder(parse_int=float)


@dataclass(frozen=True)
class JsonMember:
    """One `"key": value` of an object as it stands in the text: the offsets of both, and the one behind the value."""

    key: str
    key_offset: int
    value: object
    value_offset: int
    value_end: int


@dataclass(frozen=True)
class JsonPlaces:
    """A JSON document; `listed` are the members as written, a repeated key more than once."""

    value: object
    lines: Lines
    listed: list[JsonMember] = field(default_factory=list[JsonMember])

    @classmethod
    def read(cls, data: bytes) -> JsonPlaces | None:
        """The document, or None when it is not JSON in UTF-8."""
        try:
            return cls.parse(data.decode("utf-8"))
        except (ValueError, RecursionError):
            return None

    @classmethod
    def parse(cls, text: str) -> JsonPlaces:
        """The document. Raises JSONDecodeError, RecursionError."""
        if text.startswith("\ufeff"):
            raise json.JSONDecodeError("Unexpected byte order mark", text, 0)
        value: object = _DECODER.decode(text)
        return cls(value, Lines(text), _members(text) if isinstance(value, dict) else [])

    @property
    def members(self) -> list[JsonMember]:
        """The members that count: of a repeated key the last."""
        return list({member.key: member for member in self.listed}.values())


def _members(text: str) -> list[JsonMember]:
    """The members of the object that `text` is known to be."""
    found: list[JsonMember] = []
    at = _skip(text, text.index("{") + 1)
    while text[at] != "}":
        key_offset = at
        key, at = _DECODER.raw_decode(text, at)
        value_offset = _skip(text, _skip(text, at) + 1)
        value, at = cast("tuple[object, int]", _DECODER.raw_decode(text, value_offset))
        found.append(JsonMember(str(key), key_offset, value, value_offset, at))
        at = _skip(text, at)
        if text[at] == ",":
            at = _skip(text, at + 1)
    return found


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at] in _SPACE:
        at += 1
    return at
