"""Rule `invalid-configuration`."""

from __future__ import annotations

import json

from ..json_places import JsonMember, JsonPlaces
from ..models import Category, Severity
from ..reader import CONFIGURATION
from ..rule import Invalid, Rule
from ..text import Lines, decode_error

_MOST_KEYS = 100


def _keys(count: int) -> str:
    return "{\n" + ",\n".join(f'  "key_{number}": "x"' for number in range(count)) + "\n}\n"


class InvalidConfiguration(Rule):
    """configuration.json is one JSON object with at most 100 keys, in UTF-8 without a byte order mark.

    Why: the SDK reads the file before the sync and refuses anything else: comments, trailing commas, a byte order mark,
    a list, more than 100 keys. A key that is written twice passes, and only its last value counts: that is a warning.
    """

    section, category = "4.1", Category.BREAKS
    VALID = (
        {CONFIGURATION: '{"api_key": "k"}\n'},
        {CONFIGURATION: "{}"},
        {CONFIGURATION: _keys(_MOST_KEYS)},
        {CONFIGURATION: '{\r\n  "a": "{\\"a\\": \\"x\\"}"\r\n}\r\n'},
        {CONFIGURATION: '{"": "x", "ä": "ü"}'},
        {CONFIGURATION: '{"page_size": 100}'},
    )
    INVALID = (
        Invalid("{'api_key': 'k'}\n", at=(1, 2), file=CONFIGURATION),
        Invalid('{\n  "a": "x" // the key\n}\n', at=(2, 12), file=CONFIGURATION),
        Invalid('["a"]\n', at=(1, 1), file=CONFIGURATION),
        Invalid("", at=(1, 1), file=CONFIGURATION),
        Invalid('\ufeff{"a": "x"}\n', at=(1, 1), file=CONFIGURATION),
        Invalid(_keys(_MOST_KEYS + 1), at=(102, 3), file=CONFIGURATION),
        Invalid('{"a": "x",\n "a": "y"}\n', at=(2, 2), file=CONFIGURATION, severity=Severity.WARNING),
        Invalid('{"a": "caf\udce9"}\n', at=(1, 11), file=CONFIGURATION),
        Invalid('{"a": "x"} {}\n', at=(1, 12), file=CONFIGURATION),
    )

    def check(self) -> None:
        data = self.source.files.get(CONFIGURATION)
        if data is None:
            return
        if (place := decode_error(data)) is not None:
            self._refuse(place, "is not UTF-8 text")
            return
        text = data.decode("utf-8")
        try:
            places = JsonPlaces.parse(text)
        except json.JSONDecodeError as error:
            self._refuse(Lines(text).at(error.pos), f"is not JSON: {error.msg}")
        except RecursionError:
            self._refuse((1, 1), "is nested too deeply")
        else:
            self._check_members(places)

    def _check_members(self, places: JsonPlaces) -> None:
        if not isinstance(places.value, dict):
            offset = len(places.lines.text) - len(places.lines.text.lstrip())
            self._refuse(places.lines.at(offset), "is not a JSON object of keys and values")
        seen: dict[str, JsonMember] = {}
        for member in places.listed:
            if member.key in seen:
                message = f"The key {member.key!r} is there twice; only the last value counts."
                place = places.lines.at(member.key_offset)
                self.report_at(CONFIGURATION, place, message, hint="Delete one of them.", category=Category.SPEC)
            seen.setdefault(member.key, member)
        if len(seen) > _MOST_KEYS:
            place = places.lines.at(list(seen.values())[_MOST_KEYS].key_offset)
            self._refuse(place, f"has {len(seen)} keys, and the SDK takes at most {_MOST_KEYS}")

    def _refuse(self, place: tuple[int, int], problem: str) -> None:
        self.report_at(CONFIGURATION, place, f"{CONFIGURATION} {problem}.", hint='Write it as `{"key": "value", ...}`.')
