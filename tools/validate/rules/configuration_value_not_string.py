"""Rule `configuration-value-not-string`."""

from __future__ import annotations

from ..json_places import JsonPlaces
from ..models import Category
from ..rule import Invalid, Rule
from ..source import CONFIGURATION

_KINDS: dict[type, str] = {
    bool: "a boolean",
    int: "a number",
    float: "a number",
    list: "a list",
    dict: "an object",
    type(None): "null",
}


class ConfigurationValueNotString(Rule):
    """Every value of configuration.json is a string.

    Why: Fivetran stores a connector's configuration as text, and the SDK refuses anything else before the sync begins.
    """

    section, category = "4.1", Category.BREAKS
    fixable = True
    VALID = (
        {CONFIGURATION: '{"api_key": "k", "page_size": "100"}\n'},
        {CONFIGURATION: "{}\n"},
        {CONFIGURATION: '{"enabled": "true", "tables": "a,b"}\n'},
        {CONFIGURATION: '{"filter": "{\\"a\\": 1}"}\n'},
    )
    INVALID = (
        Invalid('{"page_size": 100}\n', at=(1, 15), file=CONFIGURATION),
        Invalid('{\n  "a": "1",\n  "enabled": true\n}\n', at=(3, 14), file=CONFIGURATION),
        Invalid('{\n\t"tables": ["a"]\n}\n', at=(2, 12), file=CONFIGURATION),
        Invalid('{"übung": null}\n', at=(1, 11), file=CONFIGURATION),
    )

    def check(self) -> None:
        places = JsonPlaces.read(self.source.files.get(CONFIGURATION, b""))
        for member in places.members if places else ():
            if not isinstance(member.value, str):
                self.report_at(
                    CONFIGURATION,
                    places.lines.at(member.value_offset) if places else (1, 1),
                    f"The value of {member.key!r} is {_KINDS[type(member.value)]}, not a string.",
                    hint="Write it in double quotes and convert it in the code.",
                )
