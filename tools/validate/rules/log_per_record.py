"""Rule `log-per-record`."""

from __future__ import annotations

import ast

from ..log_calls import LogCalls
from ..models import Category
from ..module import FUNCTIONS, Module
from ..rule import Invalid, Rule
from ..senders import DATA_OPERATIONS, Senders

_HEAD = "from fivetran_connector_sdk import Logging as log, Operations as op\n"
_LOOPS = (ast.For, ast.AsyncFor, ast.While)


class LogPerRecord(Rule):
    """No info message is logged for each record.

    Why: a million rows make a million lines, which cost more time than the rows and hide every other message. Log once
    a page or batch with the number of rows; use `log.fine` for what is needed while searching for a fault.
    """

    section, category = "3.3", Category.STYLE
    VALID = (
        _HEAD + "def f(rows):\n    for row in rows:\n        op.upsert('t', row)\n    log.info(f'{len(rows)} rows')\n",
        _HEAD + "def f(pages):\n    for page in pages:\n        for row in page:\n            op.upsert('t', row)\n"
        "        log.info('a page')\n",
        _HEAD + "def f(rows):\n    for n, row in enumerate(rows):\n        op.upsert('t', row)\n"
        "        if n % 1000 == 0:\n            log.info(f'{n} rows')\n",
        _HEAD + "def f(rows):\n    for row in rows:\n        op.upsert('t', row)\n        log.fine('one more')\n",
        _HEAD
        + "def f():\n    for name in ['a', 'b']:\n        op.upsert('t', {'name': name})\n        log.info(name)\n",
        _HEAD + "def f(shops):\n    for shop in shops:\n        op.upsert('shop', shop)\n        log.info(shop['id'])\n"
        "        for row in shop['rows']:\n            op.upsert('row', row)\n",
        _HEAD + "def f(tables):\n    for table in tables:\n        log.info(table)\n        op.truncate(table)\n",
        _HEAD + "def f(rows):\n    for row in rows:\n        try:\n            op.upsert('t', row)\n"
        "        except ValueError:\n            log.info('skipped')\n            raise\n",
    )
    INVALID = (
        Invalid(
            _HEAD + "def f(rows):\n    for row in rows:\n        op.upsert('t', row)\n        log.info(f'{row}')\n",
            at=(5, 9),
        ),
        Invalid(
            _HEAD + "def f(pages):\n    for page in pages:\n        for row in page:\n            log.info('next')\n"
            "            op.upsert('t', row)\n",
            at=(5, 13),
        ),
        Invalid(
            _HEAD + "def f(cursor):\n    while True:\n        row = cursor.fetchone()\n        if row is None:\n"
            "            break\n        op.upsert('t', row)\n        log.info('sent')\n",
            at=(8, 9),
        ),
        Invalid(
            _HEAD + "def f(rows):\n    for row in rows:\n        if row['deleted']:\n            op.delete('t', row)\n"
            "        log.info('done')\n",
            at=(6, 9),
        ),
    )

    def check(self) -> None:
        sent = {_loop(call.module, call.node) for call in self.source.operations if call.name in _PER_RECORD}
        for call in self.reach.shared(LogCalls).all if sent - {None} else ():
            loop = _loop(call.module, call.node) if call.name == "info" else None
            if loop is None or loop not in sent or self._is_over_few(call.module, loop):
                continue
            if _is_plain(call.module, call.node, loop):
                message = "An info message is logged for each record."
                self.report(call.module, call.node, message, hint="Log once a page, or use log.fine.")

    def _is_over_few(self, module: Module, loop: ast.AST) -> bool:
        """Whether a loop is over tables or accounts: over a list in the code, or with a loop in it that sends."""
        source = self.source.resolver.value(module, loop.iter).node if isinstance(loop, ast.For) else None
        if isinstance(source, (ast.List, ast.Tuple, ast.Set, ast.Dict)) and getattr(source, "elts", True):
            return True
        senders = self.reach.shared(Senders)
        inner = (each for each in module.inside(loop, *_LOOPS) if each is not loop)
        return any(senders.call_sends(call) for each in inner for call in module.inside(each, ast.Call))


_PER_RECORD = DATA_OPERATIONS - {"truncate"}


def _loop(module: Module, node: ast.AST) -> ast.AST | None:
    """The innermost loop whose body runs `node`."""
    child = node
    for parent in module.ancestors(node):
        if isinstance(parent, FUNCTIONS):
            return None
        if isinstance(parent, _LOOPS) and module.holds(parent.body, child):
            return parent
        child = parent
    return None


def _is_plain(module: Module, node: ast.AST, loop: ast.AST) -> bool:
    """Whether each round of the loop runs `node`: no branch or handler is between them."""
    for parent in module.ancestors(node):
        if parent is loop:
            return True
        if isinstance(parent, (ast.If, ast.ExceptHandler, ast.IfExp, ast.BoolOp, ast.Match)):
            return False
    return False
