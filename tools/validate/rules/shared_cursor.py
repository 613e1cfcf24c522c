"""Rule `shared-cursor`."""

from __future__ import annotations

import ast

from ..cursor_saves import CursorSave, CursorSaves, exclude
from ..models import Category
from ..module import FUNCTIONS
from ..rule import Invalid, Rule
from ..sent_tables import SentTables

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
        saves = self.reach.shared(CursorSaves).all
        told: set[str] = set()
        for number, save in enumerate(saves):
            if save.key not in told and (self._moves_through_tables(save) or self._is_second(save, saves[:number])):
                told.add(save.key)
                message = f"The cursor {save.key!r} is saved for several tables."
                hint = "Give each table its own key, like state[table]."
                self.report(save.module, save.place, message, hint=hint)

    def _moves_through_tables(self, save: CursorSave) -> bool:
        """Whether the save is repeated for each table: the table is a loop's variable, or a parameter."""
        module = save.module
        function = module.callable_of(save.place)
        loops = [parent for parent in module.ancestors(save.place) if isinstance(parent, (ast.For, ast.AsyncFor))]
        sends = self.reach.shared(SentTables)
        for loop in loops if function is not None else ():
            if module.callable_of(loop) is function and sends.goes_through_tables(module, loop):
                return True
        return isinstance(function, FUNCTIONS) and sends.is_run_for_tables(module, function)

    def _is_second(self, save: CursorSave, earlier: list[CursorSave]) -> bool:
        """Whether a save before is of the same key, for other tables."""
        same = [other for other in earlier if other.key == save.key]
        sends = self.reach.shared(SentTables)
        for number, other in enumerate(same):
            if other.module is not save.module or other.function is not save.function:
                mine, others = (
                    sends.of_function(save.module, save.function),
                    sends.of_function(other.module, other.function),
                )
            elif exclude(save.module, save.place, other.place):
                continue
            else:
                before = same[number - 1] if number and same[number - 1].function is other.function else None
                mine, others = sends.between(save, other), sends.between(other, before)
            if mine and others and not mine & others:
                return True
        return False
