"""Rule `over-typed-schema`."""

from __future__ import annotations

import ast

from ..declared import dict_members
from ..dict_members import Members
from ..listing import Entry
from ..literals import literal
from ..models import Category
from ..resolve import Located
from ..rule import Invalid, Rule
from ..tables import Tables

# What the SDK makes of a value by itself.
_INFERRED = frozenset({"STRING", "INT", "LONG", "BOOLEAN", "FLOAT", "DOUBLE", "JSON"})
_HEAD = "from fivetran_connector_sdk import Connector\ndef update(configuration, state):\n    pass\n"
_MADE = "connector = Connector(update=update, schema=schema)\n"


def _schema(columns: str, key: str = "['id']") -> str:
    entry = f"{{'table': 't', 'primary_key': {key}, 'columns': {columns}}}"
    return f"{_HEAD}def schema(configuration):\n    return [{entry}]\n{_MADE}"


class OverTypedSchema(Rule):
    """schema() types only the columns whose type the SDK cannot tell from the values.

    Why: the SDK infers text, numbers, booleans and JSON; a list of all columns has to be kept in step with the source,
    and a wrong entry fails a sync. Type what has to be a date, a time, a decimal or binary. A column that is always
    null exists only where it is declared, and so does a table without rows: then the list is right.
    """

    section, category = "3.4", Category.STYLE
    VALID = (
        _schema("{'amount': {'type': 'DECIMAL', 'precision': 10, 'scale': 2}}"),
        _schema("{'id': 'INT'}"),
        _schema("{'id': 'INT', 'at': 'UTC_DATETIME', 'name': 'STRING'}"),
        _schema("COLUMNS"),
        _HEAD + "def schema(configuration):\n    return [{'table': 't', 'primary_key': ['id']}]\n" + _MADE,
        _schema("{'id': 'INT', 'name': 'STRING'}"),
        _schema("{name: 'STRING' for name in NAMES}"),
    )
    INVALID = (
        Invalid(_schema("{'id': 'INT', 'name': 'STRING', 'paid': 'BOOLEAN'}"), at=(5, 62)),
        Invalid(_schema("{'id': 'LONG', 'a': 'STRING', 'b': 'DOUBLE', 'c': 'JSON'}", "['id', 'a']"), at=(5, 67)),
        Invalid(
            _schema("{\n        'id': 'string',\n        'name': 'string',\n        'size': 'int',\n    }"), at=(5, 62)
        ),
        Invalid(
            _HEAD + "COLUMNS = {'id': 'INT', 'name': 'STRING', 'paid': 'BOOLEAN'}\ndef schema(configuration):\n"
            "    return [{'table': 't', 'primary_key': ['id'], 'columns': COLUMNS}]\n" + _MADE,
            at=(6, 62),
        ),
    )

    def check(self) -> None:
        dicts, seen = self.reach.shared(dict_members), set[Located]()
        for entry in self.reach.shared(Tables).entries():
            columns = (entry.members or {}).get("columns")
            if columns is not None and columns not in seen and self._is_over_typed(entry, dicts.of(columns)):
                seen.add(columns)
                message = "Every column is typed, and the SDK would infer all of these types."
                hint = "Leave `columns` out, or keep only what has to exist while it is always null."
                self.report(columns.module, columns.node, message, hint=hint)

    def _is_over_typed(self, entry: Entry, columns: Members | None) -> bool:
        members, complete = columns.by_name if columns is not None else ({}, False)
        if not complete:
            return False
        given = (entry.members or {}).get("primary_key")
        key = literal(self.source, given) if given is not None else None
        keys = len(key.node.elts) if key and isinstance(key.node, (ast.List, ast.Tuple)) else 0
        values = [value.node for value in members.values()]
        types = [value.value if isinstance(value, ast.Constant) else None for value in values]
        return len(types) > keys + 1 and all(isinstance(each, str) and each.upper() in _INFERRED for each in types)
