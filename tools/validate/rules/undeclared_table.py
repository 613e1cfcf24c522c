"""Rule `undeclared-table`."""

from __future__ import annotations

from ...naming import table_name
from ...nearest import nearest
from ..models import Category, Severity
from ..operation_calls import OperationCalls
from ..rule import Invalid, Rule
from ..senders import DATA_OPERATIONS
from ..tables import Tables

_HEAD = "from fivetran_connector_sdk import Connector, Operations as op\n"
_SCHEMA = "def schema(configuration):\n    return [{'table': 'orders', 'primary_key': ['id']}]\n"
_MADE = "connector = Connector(update=update, schema=schema)\n"


def _sends(*tables: str) -> str:
    lines = "".join(f"    op.upsert({table}, {{}})\n" for table in tables)
    return f"def update(configuration, state):\n{lines}"


class UndeclaredTable(Rule):
    """Every table that an operation names is declared by schema().

    Why: a table that schema() does not name is made without a primary key, often by a slip of the pen: the rows go to a
    second table beside the declared one. Names that differ only before the SDK renames them (`Orders`, `orders`) mean
    one table, and are told for information.
    """

    section, category = "3.4", Category.SPEC
    VALID = (
        _HEAD + _SCHEMA + _sends("'orders'") + _MADE,
        _HEAD + _SCHEMA + _sends("configuration['table']") + _MADE,
        _HEAD + "def schema(configuration):\n    return [{'table': name} for name in TABLES]\n" + _sends("'a'") + _MADE,
        _HEAD + _sends("'orders'") + "connector = Connector(update=update)\n",
        _HEAD + "NAME = 'orders'\n" + _SCHEMA + _sends("NAME") + _MADE,
        _HEAD
        + "def schema(configuration):\n    tables = [{'table': 'a'}]\n    tables.append(more())\n    return tables\n"
        + _sends("'b'")
        + _MADE,
        _HEAD + _SCHEMA + _sends("f'orders_{state}'") + _MADE,
        _HEAD + "def schema(configuration):\n    if configuration:\n        return [{'table': 'a'}]\n"
        "    return [{'table': 'b'}]\n" + _sends("'a'", "'b'") + _MADE,
    )
    INVALID = (
        Invalid(_HEAD + _SCHEMA + _sends("'order'") + _MADE, at=(5, 15)),
        Invalid(
            _HEAD + _SCHEMA + "def update(configuration, state):\n    op.upsert(data={}, table='customers')\n" + _MADE,
            at=(5, 30),
        ),
        Invalid(_HEAD + _SCHEMA + _sends("'orders'", "'refunds'", "'refunds'") + _MADE, at=(6, 15)),
        Invalid(_HEAD + _SCHEMA + "NAME = 'order_lines'\n" + _sends("NAME") + _MADE, at=(6, 15)),
        Invalid(_HEAD + _SCHEMA + _sends("'Orders'") + _MADE, at=(5, 15), severity=Severity.INFO),
        Invalid(
            "def send(op):\n    op.delete(table='ordrs', keys={})\n",
            at=(2, 21),
            file="sync.py",
            others={
                "connector.py": _HEAD
                + "from sync import send\n"
                + _SCHEMA
                + "def update(configuration, state):\n    send(op)\n"
                + _MADE
            },
        ),
    )

    def check(self) -> None:
        tables = self.reach.shared(Tables)
        every = self.reach.shared(OperationCalls).all
        calls = [c for c in every if c.name in DATA_OPERATIONS and self.reach.is_reached(c.module, c.node)]
        declared = tables.names() if calls else None
        reported: set[str] = set()
        for call in calls if declared is not None else ():
            for place, name in tables.tables_of(call):
                if declared is not None and name not in declared | reported:
                    reported.add(name)
                    severity = None if self._alike(name, declared) is None else Severity.INFO
                    self.report(place.module, place.node, self._message(name, declared), hint=_HINT, severity=severity)

    def _alike(self, name: str, declared: set[str]) -> str | None:
        """The declared name of which the SDK makes the same table."""
        return next((each for each in sorted(declared) if table_name(each) == table_name(name)), None)

    def _message(self, name: str, declared: set[str]) -> str:
        if alike := self._alike(name, declared):
            return f"The table {name!r} is declared as {alike!r}; the SDK makes one table of both."
        near = nearest(name, sorted(declared))
        return f"schema() declares no table {name!r}.{f' The nearest: {near[0]!r}.' if near else ''}"


_HINT = "Declare it in schema() with its primary key, or correct the name."
