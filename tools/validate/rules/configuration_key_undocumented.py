"""Rule `configuration-key-undocumented`."""

from __future__ import annotations

import re

from ..json_places import JsonPlaces
from ..models import Category, Severity
from ..reader import CONFIGURATION
from ..rule import Invalid, Rule

_README = "README.md"


class ConfigurationKeyUndocumented(Rule):
    """README.md names every key of configuration.json.

    Why: a JSON file has no comments; what a value means, where it comes from and what is its default stands in the
    README or nowhere.
    """

    section, category, severity = "6.3", Category.SPEC, Severity.INFO
    VALID = (
        {CONFIGURATION: '{"api_key": "x"}', _README: "# Setup\n\n- `api_key`: from the settings page\n"},
        {CONFIGURATION: '{"api_key": "x"}'},
        {CONFIGURATION: "{}", _README: ""},
        {CONFIGURATION: '{"a": "1", "b": "2"}', _README: '```json\n{"a": "1", "b": "2"}\n```\n'},
        {CONFIGURATION: "[1]", _README: "# x\n"},
    )
    INVALID = (
        Invalid('{"api_key": "x"}', at=(1, 2), file=CONFIGURATION, others={_README: "# Setup\n"}),
        Invalid('{\n  "url": "x",\n  "key": "y"\n}', at=(3, 3), file=CONFIGURATION, others={_README: "url, keys\n"}),
        Invalid('{"a": "1", "b": "2"}', at=(1, 12), file=CONFIGURATION, others={_README: "a\n"}),
        Invalid('{"key": "1"}', at=(1, 2), file=CONFIGURATION, others={_README: "api_key\n"}),
        Invalid('{"ключ": "1"}', at=(1, 2), file=CONFIGURATION, others={_README: ""}),
    )

    def check(self) -> None:
        readme = self.source.files.get(_README)
        places = JsonPlaces.read(self.source.files.get(CONFIGURATION, b"")) if readme is not None else None
        text = (readme or b"").decode("utf-8", "replace")
        for member in places.members if places else ():
            if not re.search(rf"(?<!\w){re.escape(member.key)}(?!\w)", text):
                message = f"README.md does not name the key {member.key!r}."
                place = places.lines.at(member.key_offset) if places else (1, 1)
                self.report_at(CONFIGURATION, place, message, hint="Say there what it means and where it comes from.")
