"""Rule `yield-operation`."""

from __future__ import annotations

import ast

from ..models import Category, Severity
from ..module import Module
from ..rule import Invalid, Rule

_HEAD = "from fivetran_connector_sdk import Connector, Operations as op\n"


class YieldOperation(Rule):
    """An operation is called, not yielded.

    Why: since SDK 2.0 an operation takes effect when it is called. `yield` turns the function into a generator, which
    the specification forbids: update() itself still runs, a helper that nobody iterates sends nothing.
    """

    section, category, severity = "3.5", Category.SPEC, Severity.ERROR
    VALID = (
        _HEAD + "def update(configuration, state):\n    op.upsert(table='t', data={})\n",
        _HEAD + "def rows():\n    yield {'id': 1}\n",
        _HEAD + "def rows(op):\n    yield op.read()\n",
        "class op:\n    def upsert(): ...\ndef rows():\n    yield op.upsert()\n",
    )
    INVALID = (
        Invalid(_HEAD + "def update(configuration, state):\n    yield op.upsert(table='t', data={})\n", at=(3, 5)),
        Invalid(
            "import fivetran_connector_sdk as sdk\n"
            "def update(configuration, state):\n    yield sdk.Operations.checkpoint({})\n",
            at=(3, 5),
        ),
        Invalid(
            _HEAD + "def update(configuration, state):\n    for row in []:\n        x = yield op.delete('t', row)\n",
            at=(4, 13),
        ),
        Invalid(
            _HEAD + "def send(row):\n    yield op.upsert('t', row)\n"
            "def update(configuration, state):\n    for _ in send({}):\n        pass\n",
            at=(3, 5),
        ),
    )

    def visit_Yield(self, module: Module, node: ast.Yield) -> None:
        if isinstance(node.value, ast.Call) and (name := self.source.operation_name(module, node.value.func)):
            self.report(
                module,
                node,
                f"The operation op.{name}() is yielded.",
                hint=f"Call op.{name}(...) as a statement and take the yield away, here and at the callers.",
            )
