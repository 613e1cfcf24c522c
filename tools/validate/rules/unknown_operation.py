"""Rule `unknown-operation`."""

from __future__ import annotations

import ast

from ...nearest import nearest
from ..models import Category
from ..module import Module
from ..names import OPERATIONS
from ..rule import Invalid, Rule
from ..sdk import operation_signatures
from ..sdk_uses import added, may_lack, uses

_HEAD = "from fivetran_connector_sdk import Operations as op\n"


class UnknownOperation(Rule):
    """Only operations that the SDK has are called.

    Why: any other name is an AttributeError when the line is reached. The names are those of the installed SDK: upsert,
    update, delete, truncate, checkpoint, warning, error.
    """

    section, category = "3.5", Category.BREAKS
    VALID = (
        _HEAD + "op.upsert('t', {})\nop.truncate('t')\nop.warning('late')\nop.checkpoint({})\n",
        "class op:\n    def insert(): ...\nop.insert()\n",
        "from sqlalchemy import op\nop.insert('t', {})\n",
        "def send(op, rows):\n    op.insert('t', rows)\n",
        _HEAD + "print(op.__name__, op.__doc__.strip())\n",
        _HEAD + "from functools import partial\nsend = partial(op.upsert, 't')\nsend({'id': 1})\n",
    )
    INVALID = (
        Invalid(_HEAD + "op.insert('t', {})\n", at=(2, 1)),
        Invalid(
            _HEAD + "def update(configuration, state):\n    if state:\n        op.upserts(table='t', data={})\n",
            at=(4, 9),
        ),
        Invalid("import fivetran_connector_sdk as sdk\nsdk.Operations.check_point({})\n", at=(2, 1)),
        Invalid(
            _HEAD + "class Sync:\n    def __init__(self):\n        self.op = op\n"
            "    def run(self):\n        self.op.merge('t', {})\n",
            at=(6, 9),
        ),
        Invalid(_HEAD + "def send(ops, row):\n    ops.soft_delete('t', row)\n\nsend(op, {})\n", at=(3, 5)),
        Invalid(_HEAD + "emit = op.emit\nemit('t', {})\n", at=(2, 8)),
        Invalid(_HEAD + "def send(rows):\n    list(map(op.insert, rows))\n", at=(3, 14)),
    )

    def check(self) -> None:
        patched = added(self.source, OPERATIONS)
        # A name is told where it is written, not again where an alias of it is called.
        written: dict[ast.AST, str] = {use: use.attr for _, use in uses(self.source, OPERATIONS)}
        for module, use in uses(self.source, OPERATIONS):
            self._look_at(module, use, use.attr, patched)
        for call in self.source.operations:
            alias = isinstance(call.node.func, ast.Name) and call.name in written.values()
            if call.node.func not in written and not alias:
                self._look_at(call.module, call.node, call.name, patched)

    def _look_at(self, module: Module, node: ast.AST, name: str, patched: frozenset[str]) -> None:
        known = operation_signatures()
        if name not in {*known, *patched} and not name.startswith("_") and not may_lack(module, node, name):
            hint = f"It has {', '.join(known)}. The nearest: {nearest(name, list(known))[0]}."
            self.report(module, node, f"The SDK has no operation {name!r}.", hint=hint)
