"""Rule `no-operations`."""

from __future__ import annotations

import ast

from ..checkpoints import may_be_hidden
from ..models import Category
from ..module import Module
from ..names import OPERATIONS, public_name
from ..rule import Invalid, Rule
from ..senders import DATA_OPERATIONS

_HEAD = "from fivetran_connector_sdk import Connector, Operations as op\n"
_MADE = "connector = Connector(update=update)\n"


class NoOperations(Rule):
    """update sends rows: op.upsert, op.update, op.delete or op.truncate is reached from it.

    Why: a sync without operations succeeds, and delivers nothing.
    """

    section, category = "3.5", Category.SPEC
    VALID = (
        _HEAD + "def update(configuration, state):\n    op.upsert('t', {})\n" + _MADE,
        _HEAD + "def send(rows):\n    for row in rows:\n        op.upsert('t', row)\n"
        "def update(configuration, state):\n    send([])\n" + _MADE,
        _HEAD + "def update(configuration, state):\n    list(map(lambda row: op.upsert('t', row), []))\n" + _MADE,
        _HEAD + "import vendor\ndef update(configuration, state):\n    vendor.run(op)\n" + _MADE,
        _HEAD + "def each(rows, send):\n    for row in rows:\n        send('t', row)\n"
        "def update(configuration, state):\n    each([], op.upsert)\n" + _MADE,
        _HEAD + "class Sync:\n    def run(self):\n        op.delete('t', {'id': 1})\n"
        "def update(configuration, state):\n    Sync().run()\n" + _MADE,
        _HEAD + "from vendor import update\n" + _MADE,
        _HEAD + "def update(configuration, state):\n    getattr(op, configuration['kind'])('t', {})\n" + _MADE,
        _HEAD + "def update(configuration, state):\n    op.insert('t', {})\n" + _MADE,
        _HEAD
        + "if dry_run():\n    from dry import op\ndef update(configuration, state):\n    op.upsert('t', {})\n"
        + _MADE,
        _HEAD + "class Sync(op):\n    def upsert(self, table, row):\n        super().upsert(table, row)\n"
        "def update(configuration, state):\n    Sync().upsert('t', {})\n" + _MADE,
    )
    INVALID = (
        Invalid(_HEAD + "def update(configuration, state):\n    pass\n" + _MADE, at=(2, 1)),
        Invalid(
            _HEAD + "def update(configuration, state):\n    rows = fetch()\n    op.checkpoint(state)\n" + _MADE,
            at=(2, 1),
        ),
        Invalid(
            _HEAD + "def send(row):\n    op.upsert('t', row)\ndef update(configuration, state):\n    for row in []:\n"
            "        print(row)\n" + _MADE,
            at=(4, 1),
        ),
        Invalid(
            _HEAD
            + "def update(configuration, state):\n    rows = []\n    rows.append(1)\n    {}.update(state)\n"
            + _MADE,
            at=(2, 1),
        ),
        Invalid(
            _HEAD
            + "def update(configuration, state):\n    return [{'id': 1}]\n"
            + _MADE
            + "if __name__ == '__main__':\n    op.upsert('t', {})\n",
            at=(2, 1),
        ),
    )

    def check(self) -> None:
        update = self.reach.update
        if update is None or self.source.broken or self.reach.reached is None:
            return
        names = {call.name for call in self.reach.operations_from_update()}
        if names - {"checkpoint", "warning", "error"} or self._is_handed_around() or may_be_hidden(self.source):
            return
        message = "The sync reaches no operation that sends a row."
        hint = "Call op.upsert(table=..., data=...) for each row."
        self.report(update.module, update.node, message, hint=hint)

    def _is_handed_around(self) -> bool:
        """Whether an operation is used as a value somewhere, or what may be one is called."""
        return any(
            (self.source.operation_name(module, node) in DATA_OPERATIONS or self._may_be_one(module, node))
            and self.reach.is_reached(module, node)
            for module in self.source.modules
            for node in module.attributes(DATA_OPERATIONS)
        )

    def _may_be_one(self, module: Module, node: ast.Attribute) -> bool:
        """Whether the owner is Operations by one of several imports or assignments, or the super() of a class of it."""
        names = self.source.names(module)
        if isinstance(node.value, ast.Name):
            bound = names.lookup(node.value)
            meant = [each.qualified or (names.local(each.value) if each.value else None) for each in bound]
            return any(public_name(self.source.resolver.expand(each)) == OPERATIONS for each in meant if each)
        if self.source.qualified(module, node.value) != "builtins.super()":
            return False
        owners = (each for each in module.ancestors(node) if isinstance(each, ast.ClassDef))
        return any(self.source.qualified(module, base) == OPERATIONS for each in owners for base in each.bases)
