"""Writes a value of configuration.json as a string; the rest of the file stays as it is."""

from __future__ import annotations

import json

from ..fixing.context import Context
from ..fixing.edits import Edit, Held
from ..json_places import JsonPlaces
from ..models import Finding
from ..reader import CONFIGURATION


def fix(context: Context, finding: Finding) -> list[Edit]:
    """`100` becomes `"100"`, true `"true"`, null an empty text, a list or object its JSON."""
    places = JsonPlaces.read(context.source.files.get(CONFIGURATION, b""))
    place = (finding.line, finding.column)
    found = [each for each in places.listed if places.lines.at(each.value_offset) == place] if places else []
    if places is None or not found:
        raise Held("The value cannot be found in the file.")
    begin, end = found[0].value_offset, found[0].value_end
    written = places.lines.text[begin:end]
    value = "" if found[0].value is None else written
    if isinstance(found[0].value, (list, dict)):
        # The numbers stay as they are written.
        value = " ".join(line.strip() for line in written.splitlines())
    return [Edit(CONFIGURATION, begin, end, json.dumps(value, ensure_ascii=False))]
