"""Rule `yield-operation`."""

from __future__ import annotations

import ast

from ..models import Category, Severity
from ..module import Module
from ..reach import Reach
from ..rule import Invalid, Rule
from ..source import ProjectSource
from ..yielded import YieldedOperations

_HEAD = "from fivetran_connector_sdk import Connector, Operations as op\n"
_SEND = "def send(row):\n    op.upsert('t', row)\n"


class YieldOperation(Rule):
    """An operation is called, not yielded.

    Why: since SDK 2.0 an operation takes effect when it is called. `yield` turns the function into a generator, which
    the specification forbids. A generator update() itself still runs to its end; a helper that yields operations and
    that nobody iterates sends nothing, and the sync succeeds without its rows.
    """

    section, category, severity = "3.5", Category.SPEC, Severity.ERROR
    VALID = (
        _HEAD + "def update(configuration, state):\n    op.upsert(table='t', data={})\n",
        _HEAD + "def rows():\n    yield {'id': 1}\n",
        _HEAD + "def rows(op):\n    yield op.read()\n",
        "class op:\n    def upsert(): ...\ndef rows():\n    yield op.upsert()\n",
        _HEAD + _SEND + "def rows():\n    for row in []:\n        send(row)\n        yield row\n",
        _HEAD + "def pages():\n    yield from read()\ndef read():\n    yield []\n",
        _HEAD + "def rows(pages):\n    for row in pages:\n        op.upsert('t', row)\n        yield row['id']\n",
        _HEAD + "def handlers():\n    yield lambda row: op.upsert('t', row)\n",
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
        Invalid(_HEAD + "up = op.upsert\ndef send(row):\n    yield up('t', row)\n", at=(4, 5)),
        Invalid(_HEAD + "up = lambda row: op.upsert('t', row)\ndef send(row):\n    yield up(row)\n", at=(4, 5)),
        Invalid(_HEAD + "def send(row):\n    done = op.upsert('t', row)\n    yield done\n", at=(4, 5)),
        Invalid(_HEAD + "def send(rows):\n    yield [op.upsert('t', row) for row in rows]\n", at=(3, 5)),
        Invalid(_HEAD + "def send(rows):\n    yield from (op.upsert('t', row) for row in rows)\n", at=(3, 5)),
        Invalid(
            _HEAD + "def send(op, row):\n    yield op.upsert('t', row)\n"
            "def update(configuration, state):\n    for _ in send(op, {}):\n        pass\n",
            at=(3, 5),
        ),
        Invalid(
            "class Sync:\n    def __init__(self, operations):\n        self.op = operations\n"
            "    def send(self, row):\n        yield self.op.upsert('t', row)\n",
            at=(5, 9),
            file="sync.py",
            others={"connector.py": _HEAD + "from sync import Sync\nSync(op).send({})\n"},
        ),
    )

    def __init__(self, source: ProjectSource, reach: Reach) -> None:
        super().__init__(source, reach)
        self._yielded = YieldedOperations(source)

    def visit_Yield(self, module: Module, node: ast.Yield) -> None:
        self._look_at(module, node)

    def visit_YieldFrom(self, module: Module, node: ast.YieldFrom) -> None:
        self._look_at(module, node)

    def _look_at(self, module: Module, node: ast.Yield | ast.YieldFrom) -> None:
        if name := self._yielded.operation(module, node):
            self.report(
                module,
                node,
                f"The operation op.{name}() is yielded.",
                hint=f"Call op.{name}(...) as a statement and take the yield away, here and at the callers.",
            )
