"""Rule `missing-primary-key`."""

from __future__ import annotations

import ast

from ..listing import Entry
from ..literals import literal
from ..models import Category
from ..resolve import Located
from ..rule import Invalid, Rule
from ..tables import Tables

_HEAD = "from fivetran_connector_sdk import Connector\ndef update(configuration, state):\n    pass\n"
_MADE = "connector = Connector(update=update, schema=schema)\n"


def _schema(body: str) -> str:
    return f"{_HEAD}def schema(configuration):\n    return {body}\n{_MADE}"


class MissingPrimaryKey(Rule):
    """Every declared table has a primary key.

    Why: without one the SDK makes a key of the whole row. Rows that are equal merge into one, and a row that changes
    is delivered beside its old form instead of in its place.
    """

    section, category = "3.4", Category.SPEC
    VALID = (
        _schema("[{'table': 't', 'primary_key': ['id']}, {'table': 'u', 'primary_key': ['a', 'b']}]"),
        _schema("[{'table': name, 'primary_key': keys} for name, keys in TABLES]"),
        _schema("[{'table': 't', **KEYS}]"),
        _schema("[{'table': 't', 'primary_key': None}]"),
        _schema("[dict(table='t', primary_key=['id'])]"),
        _HEAD + "from tables import TABLES\ndef schema(configuration):\n    return TABLES\n" + _MADE,
        _schema("[]"),
        _HEAD + "TABLE = {'table': 't'}\n",
    )
    INVALID = (
        Invalid(_schema("[{'table': 't'}]"), at=(5, 13)),
        Invalid(_schema("[{'table': 't', 'primary_key': []}]"), at=(5, 13)),
        Invalid(
            _schema("[\n        {'table': 'a', 'primary_key': ['id']},\n        {'table': 'b', 'columns': {}},\n    ]"),
            at=(7, 9),
        ),
        Invalid(_schema("[{'table': name} for name in ('a', 'b')]"), at=(5, 13)),
        Invalid(_schema("[dict(table='t')]"), at=(5, 13)),
        Invalid(
            _HEAD + "TABLES = [{'table': 't'}]\ndef schema(configuration):\n    return TABLES\n" + _MADE,
            at=(4, 11),
        ),
        Invalid(
            _HEAD + "def table(name):\n    return {'table': name}\n"
            "def schema(configuration):\n    return [table('a'), table('b')]\n" + _MADE,
            at=(5, 12),
        ),
    )

    def check(self) -> None:
        tables = self.reach.shared(Tables)
        found: dict[Located, set[str | None]] = {}
        for entry in tables.entries():
            if self._has_none(entry):
                found.setdefault(entry.place, set()).add(tables.name(entry))
        for place, names in found.items():
            name = names.pop() if len(names) == 1 else None
            message = f"The table {name!r} has no primary key." if name else "This table has no primary key."
            hint = "Add 'primary_key': [COLUMN, ...] with columns that are unique and never null."
            self.report(place.module, place.node, message, hint=hint)

    def _has_none(self, entry: Entry) -> bool:
        if entry.members is None or not entry.complete or "table" not in entry.members:
            return False
        given = entry.members.get("primary_key")
        found = literal(self.source, given) if given else None
        if given is None or found is None:
            return given is None
        # Anything but a list is an error of its own: invalid-schema.
        return isinstance(found.node, (ast.List, ast.Tuple, ast.Set)) and not found.node.elts
