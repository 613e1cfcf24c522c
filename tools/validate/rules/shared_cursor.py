"""Rule `shared-cursor`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cached_property

from ..call_graph import CallGraph
from ..models import Category
from ..module import FUNCTIONS, Function, Module
from ..names import last_word
from ..page_loops import LOOPS
from ..parameter_reads import KeyRead
from ..rule import Invalid, Rule
from ..senders import DATA_OPERATIONS
from ..source import OperationCall
from ..state_reads import StateReads
from ..tables import Tables, argument

_HEAD = "from fivetran_connector_sdk import Connector, Operations as op\n"
_MADE = "connector = Connector(update=update)\n"


def _update(*lines: str) -> str:
    return f"{_HEAD}def update(configuration, state):\n" + "".join(f"    {line}\n" for line in lines) + _MADE


def _sync(table: str, key: str) -> str:
    return (
        f"def sync_{table}(state):\n    since = state.get('{key}')\n    for row in fetch('{table}', since):\n"
        f"        op.upsert('{table}', row)\n        state['{key}'] = row['at']\n    op.checkpoint(state)\n"
    )


class SharedCursor(Rule):
    """Each table has a cursor of its own.

    Why: with one key for several tables the one that is read last decides where all of them go on; the rows of another
    table that lie before it are never asked for.
    """

    section, category = "3.6", Category.SPEC
    VALID = (
        _HEAD
        + _sync("a", "a_at")
        + _sync("b", "b_at")
        + "def update(configuration, state):\n    sync_a(state)\n    sync_b(state)\n"
        + _MADE,
        _update(
            "for table in ['a', 'b']:",
            "    for row in fetch(table, state.get(table)):",
            "        op.upsert(table, row)",
            "        state[table] = row['at']",
            "    op.checkpoint(state)",
        ),
        _update(
            "for table in ['a', 'b']:",
            "    for row in fetch(table, state.get('last_sync')):",
            "        op.upsert(table, row)",
            "state['last_sync'] = now()",
            "op.checkpoint(state)",
        ),
        _update(
            "for row in fetch('orders', state.get('at')):",
            "    op.upsert('orders', row)",
            "    for line in row['lines']:",
            "        op.upsert('lines', line)",
            "    state['at'] = row['at']",
            "op.checkpoint(state)",
        ),
        _HEAD + "def sync(table, state):\n    for row in fetch(table):\n        op.upsert(table, row)\n"
        "        state['cursor'] = row['at']\n"
        "def update(configuration, state):\n    sync('a', state)\n" + _MADE,
        _HEAD + "def sync(table, state):\n    for row in fetch(table):\n        op.upsert(table, row)\n"
        "        state[f'{table}_at'] = row['at']\n"
        "def update(configuration, state):\n    sync('a', state)\n    sync('b', state)\n" + _MADE,
    )
    INVALID = (
        Invalid(
            _HEAD
            + _sync("a", "cursor")
            + _sync("b", "cursor")
            + "def update(configuration, state):\n    sync_a(state)\n    sync_b(state)\n"
            + _MADE,
            at=(12, 9),
        ),
        Invalid(
            _update(
                "for table in ['a', 'b']:",
                "    for row in fetch(table, state.get('cursor')):",
                "        op.upsert(table, row)",
                "        state['cursor'] = row['at']",
                "    op.checkpoint(state)",
            ),
            at=(6, 13),
        ),
        Invalid(
            _HEAD + "def sync(table, state):\n    for row in fetch(table, state.get('cursor')):\n"
            "        op.upsert(table=table, data=row)\n"
            "        state['cursor'] = row['at']\ndef update(configuration, state):\n    sync('a', state)\n"
            "    sync('b', state)\n" + _MADE,
            at=(5, 9),
        ),
        Invalid(
            _HEAD + "TABLES = [{'name': 'a'}, {'name': 'b'}]\ndef sync(table, state):\n"
            "    for row in fetch(table, state.get('at')):\n"
            "        op.upsert(table['name'], row)\n        state['at'] = row['at']\n"
            "def update(configuration, state):\n    for table in TABLES:\n        sync(table, state)\n" + _MADE,
            at=(6, 9),
        ),
    )

    def check(self) -> None:
        stores = [read for read in self.reach.shared(StateReads).reads if read.how == "store" and _is_fixed(read)]
        stores = [read for read in stores if self.reach.is_reached(read.module, read.node)]
        stores.sort(key=lambda read: (read.module.file, read.module.number(read.node)))
        told: set[str] = set()
        for store in stores:
            if store.key not in told and (self._moves_through_tables(store) or self._is_second(store, stores)):
                told.add(store.key)
                message = f"The cursor {store.key!r} is saved for several tables."
                hint = "Give each table its own key, like state[table]."
                self.report(store.module, store.node, message, hint=hint)

    def _sent(self, module: Module, function: ast.AST | None) -> Iterator[tuple[OperationCall, ast.expr]]:
        """The operations of a function, with the expressions that name their tables."""
        for call in self._by_function.get(function, ()):
            table = argument(call, "table", 0)
            if table is not None and call.module is module:
                yield call, table

    @cached_property
    def _by_function(self) -> dict[ast.AST | None, list[OperationCall]]:
        """The operations on rows by the function that they stand in."""
        found: dict[ast.AST | None, list[OperationCall]] = {}
        for call in self.source.operations:
            if call.name in DATA_OPERATIONS:
                found.setdefault(call.module.callable_of(call.node), []).append(call)
        return found

    def _moves_through_tables(self, store: KeyRead) -> bool:
        """Whether the store is repeated for each table: the table is a loop's variable, or a parameter."""
        module, function = store.module, store.module.callable_of(store.node)
        for _, table in self._sent(module, function):
            for name in module.inside(table, ast.Name):
                bindings = self.source.names(module).lookup(name)
                target = bindings[0].node if len(bindings) == 1 else None
                loop = module.parents.get(target) if target is not None else None
                if isinstance(loop, LOOPS) and any(parent is loop for parent in module.ancestors(store.node)):
                    return not self._is_row(module, loop)
                if isinstance(target, ast.arg) and isinstance(function, FUNCTIONS) and self._is_repeated(function):
                    return True
        return False

    def _is_row(self, module: Module, loop: ast.AST) -> bool:
        """Whether the loop goes through the rows of a source, which name their own tables."""
        given = getattr(loop, "iter", None)
        return isinstance(given, ast.Call) and last_word(given.func) not in (
            "items",
            "keys",
            "enumerate",
            "sorted",
            "values",
        )

    def _is_repeated(self, function: Function) -> bool:
        """Whether a function is called more than once, or in a loop."""
        graph = self.reach.shared(CallGraph)
        found: list[bool] = []
        for module in self.source.modules:
            for call in module.calls([function.name]):
                if function in graph.called(call):
                    found.append(any(isinstance(parent, LOOPS) for parent in module.ancestors(call)))
        return len(found) > 1 or any(found)

    def _is_second(self, store: KeyRead, stores: list[KeyRead]) -> bool:
        """Whether another function before stores the same key, for other tables."""
        tables = self._tables(store)
        for other in stores:
            if other is store:
                return False
            others: set[str] = self._tables(other) if other.key == store.key else set()
            if tables and others and not tables & others:
                return True
        return False

    def _tables(self, store: KeyRead) -> set[str]:
        """The names of the tables that the function of a store sends."""
        function = store.module.callable_of(store.node)
        named = self.reach.shared(Tables)
        found = (named.table_of(call) for call, _ in self._sent(store.module, function))
        return {each[1] for each in found if each}


def _is_fixed(read: KeyRead) -> bool:
    """Whether the key is the same each time: written at the place, not taken from a list that a loop goes through."""
    first, last = read.module.span(read.node)
    return first <= read.module.number(read.place) < last
