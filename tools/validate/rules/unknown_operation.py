"""Rule `unknown-operation`."""

from __future__ import annotations

from ...nearest import nearest
from ..models import Category
from ..rule import Invalid, Rule
from ..sdk import operation_signatures

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
        Invalid(_HEAD + "emit = op.emit\nemit('t', {})\n", at=(3, 1)),
    )

    def check(self) -> None:
        for call in self.source.operations:
            known = operation_signatures()
            if call.name not in known and not call.name.startswith("_"):
                message = f"The SDK has no operation {call.name!r}."
                hint = f"It has {', '.join(known)}. The nearest: {nearest(call.name, list(known))[0]}."
                self.report(call.module, call.node, message, hint=hint)
