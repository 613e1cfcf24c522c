"""Rule `yield-operation`."""

from __future__ import annotations

import ast

from ..models import Category, Severity
from ..module import Module
from ..rule import Invalid, Rule
from ..yielded import YieldedOperations

_LONGEST = 60
_HEAD = "from fivetran_connector_sdk import Connector, Operations as op\n"
_SEND = "def send(row):\n    op.upsert('t', row)\n"


class YieldOperation(Rule):
    """An operation is called, not yielded.

    Why: since SDK 2.0 an operation takes effect when it is called. `yield` turns the function into a generator, which
    the specification forbids. A generator update() itself still runs to its end; a helper that yields operations and
    that nobody iterates sends nothing, and the sync succeeds without its rows.
    """

    section, category, severity = "3.5", Category.SPEC, Severity.ERROR
    fixable = True
    VALID = (
        _HEAD + "def update(configuration, state):\n    op.upsert(table='t', data={})\n",
        _HEAD + "def rows():\n    yield {'id': 1}\n",
        _HEAD + "def rows(op):\n    yield op.read()\n",
        "class op:\n    def upsert(): ...\ndef rows():\n    yield op.upsert()\n",
        _HEAD + _SEND + "def rows():\n    for row in []:\n        send(row)\n        yield row\n",
        _HEAD + "def pages():\n    yield from read()\ndef read():\n    yield []\n",
        _HEAD + "def rows(pages):\n    for row in pages:\n        op.upsert('t', row)\n        yield row['id']\n",
        _HEAD + "def send(pages):\n    for page in pages:\n        yield len([op.upsert('t', row) for row in page])\n",
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
        Invalid(
            _HEAD
            + "ACTIONS = {'I': op.upsert, 'D': op.delete}\ndef send(kind, row):\n    yield ACTIONS[kind]('t', row)\n",
            at=(4, 5),
        ),
        Invalid(_HEAD + _SEND + "def update(configuration, state):\n    yield from send({})\n", at=(5, 5)),
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

    def visit_Yield(self, module: Module, node: ast.Yield) -> None:
        self._look_at(module, node)

    def visit_YieldFrom(self, module: Module, node: ast.YieldFrom) -> None:
        self._look_at(module, node)

    def _look_at(self, module: Module, node: ast.Yield | ast.YieldFrom) -> None:
        yielded = self.reach.shared(YieldedOperations)
        if name := yielded.operation(module, node):
            message, hint = self._told(module, node, name, is_generator=bool(_generator(yielded, module, node)))
            self.report(module, node, message, hint=hint)
        elif yielded.plain_sender(module, node) and isinstance(node.value, ast.Call):
            written = ast.unparse(node.value.func)
            message = f"{written}() sends its rows by itself and gives nothing to iterate: `yield from` is a TypeError."
            self.report(module, node, message, hint=f"Call {written}(...) as a statement.")

    def _told(
        self, module: Module, node: ast.Yield | ast.YieldFrom, name: str, *, is_generator: bool
    ) -> tuple[str, str]:
        """What to say of that which stands on the line."""
        value = node.value
        written = ast.unparse(value.func) if isinstance(value, ast.Call) else ""
        direct = isinstance(value, ast.Call) and self.source.operation_name(module, value.func)
        if not written or direct or len(written) > _LONGEST:
            said = f"The operation op.{name}() is yielded." if direct else f"A result of op.{name}() is yielded."
            return said, f"Call op.{name}(...) as a statement and take the yield away, here and at the callers."
        if is_generator:
            said = f"{written}() yields operations, as op.{name}(), which are passed on here."
            return said, f"Take the yields out of {written}(), and call it as a statement."
        said = f"{written}() gives back the result of op.{name}(), which is yielded."
        return said, f"Call {written}(...) as a statement and take the yield away, here and at the callers."


def _generator(yielded: YieldedOperations, module: Module, node: ast.Yield | ast.YieldFrom) -> str | None:
    return yielded.generator(module, node.value) if isinstance(node, ast.YieldFrom) and node.value else None
