"""Rule `invalid-schema`."""

from __future__ import annotations

from ..declared import DeclaredSchema, dict_members
from ..entries import listing_problems
from ..models import Category, Severity
from ..rule import Invalid, Rule

_HEAD = "from fivetran_connector_sdk import Connector\ndef update(configuration, state):\n    pass\n"
_MADE = "connector = Connector(update=update, schema=schema)\n"
_RETURN = _HEAD + "def schema(configuration):\n    return "


class InvalidSchema(Rule):
    """schema() returns a list of tables that the SDK accepts.

    Why: the SDK refuses an entry without `table`, a table that is there twice, a type that it does not know (upper or
    lower case does not matter), and a DECIMAL without precision and scale. A `primary_key` that is a string is read
    letter by letter. A tuple or set as a key works, but the specification asks for a list: that is a warning.
    """

    section, category = "3.4", Category.BREAKS
    VALID = (
        _RETURN + "[{'table': 't', 'primary_key': ['id'], 'columns': {'id': 'int', 'at': 'UTC_DATETIME'}}]\n" + _MADE,
        _RETURN + "[{'table': 't', 'columns': {'p': {'type': 'DECIMAL', 'precision': 15, 'scale': 2}}}]\n" + _MADE,
        _RETURN + "[{'table': name, 'primary_key': key} for name, key in read().items()]\n" + _MADE,
        _RETURN + "[{'schema': 'a', 'table': 't'}, {'schema': 'b', 'table': 't'}]\n" + _MADE,
        _HEAD
        + "BASE = {'primary_key': ['id']}\ndef schema(configuration):\n    return [{**BASE, 'table': 't'}]\n"
        + _MADE,
        _HEAD + "TABLES = [{'name': 't'}]\nfor entry in TABLES:\n    entry['table'] = entry['name']\n"
        "def schema(configuration):\n    return TABLES\n" + _MADE,
        _HEAD
        + "def schema(configuration):\n    tables = []\n    if configuration:\n        tables.append({'table': 't'})\n"
        "    else:\n        tables.append({'table': 't'})\n    return tables\n" + _MADE,
        _HEAD
        + "def schema(configuration):\n    tables = [{'primary_key': 'id'}]\n    name_them(tables)\n    return tables\n"
        + _MADE,
        _HEAD + "def schema(configuration):\n    return [{'name': 't'}]\nconnector = Connector(update=update)\n",
        _HEAD + "def schema(configuration):\n    raise NotImplementedError\n" + _MADE,
    )
    INVALID = (
        Invalid(_RETURN + "[{'primary_key': ['id']}]\n" + _MADE, at=(5, 13)),
        Invalid(_RETURN + "[{'table': 't', 'primary_key': 'id'}]\n" + _MADE, at=(5, 43)),
        Invalid(_RETURN + "[{'table': 't', 'primary_key': ['id', 1]}]\n" + _MADE, at=(5, 50)),
        Invalid(_RETURN + "[{'table': 't'}, {'table': 't'}]\n" + _MADE, at=(5, 39)),
        Invalid(_RETURN + "[{'table': 't', 'columns': {'id': 'TEXT'}}]\n" + _MADE, at=(5, 46)),
        Invalid(_RETURN + "[{'table': 't', 'columns': {'price': 'DECIMAL'}}]\n" + _MADE, at=(5, 49)),
        Invalid(_RETURN + "[{'table': 't', 'columns': {'p': {'type': 'DECIMAL', 'scale': 2}}}]\n" + _MADE, at=(5, 45)),
        Invalid(_RETURN + "[{'table': 't', 'columns': {'id': {'type': 'STRING'}}}]\n" + _MADE, at=(5, 46)),
        Invalid(_RETURN + "[{'table': 't', 'columns': ['id']}]\n" + _MADE, at=(5, 39)),
        Invalid(_RETURN + "[{'table': 't', 'primary_key': ('id',)}]\n" + _MADE, at=(5, 43), severity=Severity.WARNING),
        Invalid(_RETURN + "{'table': 't'}\n" + _MADE, at=(5, 12)),
        Invalid(
            "TABLES = [\n    {'table': 'a', 'primary_key': ['id']},\n    {'table': 'b', 'primary_key': 'id'},\n]\n",
            at=(3, 35),
            file="tables.py",
            others={
                "connector.py": _HEAD + "from tables import TABLES\n"
                "def schema(configuration):\n    return TABLES\n" + _MADE
            },
        ),
        Invalid(
            _HEAD + "def schema(configuration):\n    tables = [{'table': 'a'}]\n"
            "    for name in ('b', 'c'):\n        tables.append({'tabel': name})\n    return tables\n" + _MADE,
            at=(7, 23),
        ),
        Invalid(
            _HEAD + "connector = Connector(update, lambda configuration: [dict(table='t', primary_key='id')])\n",
            at=(4, 82),
        ),
        Invalid(_HEAD + "def schema(configuration):\n    [{'table': 't'}]\n" + _MADE, at=(4, 1)),
    )

    def check(self) -> None:
        declared = self.reach.shared(DeclaredSchema)
        schema, dicts = declared.schema, self.reach.shared(dict_members)
        if schema is not None and declared.returns_nothing:
            self.report(schema.module, schema.node, "schema() returns nothing.", hint="Return the list of tables.")
        # Two returns may give the same constant.
        found = (listing_problems(self.source, dicts, listing) for listing in declared.listings)
        problems = {problem for each in found for problem in each}
        for problem in problems:
            place = problem.place
            self.report(
                place.module,
                place.node,
                problem.message,
                hint=problem.hint,
                severity=problem.severity,
                fixable=problem.fixable,
            )
