"""Rule `endless-loop`."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..call_graph import CallGraph
from ..handlers import TRIES, raises
from ..models import Category
from ..module import FUNCTIONS, Module
from ..names import last_word
from ..rule import Invalid, Rule
from ..senders import Senders
from ..source_calls import SourceCalls

_HEAD = "import requests\n"
_LOOPS = (ast.For, ast.AsyncFor, ast.While)
_WAYS_OUT = (ast.Return, ast.Raise, ast.Yield, ast.YieldFrom)
_LEAVING = frozenset({"exit", "quit", "_exit", "next", "__next__"})


class EndlessLoop(Rule):
    """A loop over the pages of a source has a way out.

    Why: `while True` without a break, return or raise asks the source for ever; the sync never ends. Leave the loop on
    the last page, and on a page that is empty or the same as before.
    """

    section, category = "3.5", Category.SPEC
    VALID = (
        _HEAD + "while True:\n    page = requests.get('u', timeout=3).json()\n    if not page:\n        break\n",
        _HEAD + "def pages():\n    while True:\n        yield requests.get('u', timeout=3).json()\n",
        _HEAD + "def f():\n    while True:\n        answer = requests.get('u', timeout=3)\n        if answer.ok:\n"
        "            return answer\n",
        "while True:\n    pass\n",
        _HEAD + "more = True\nwhile more:\n    page = requests.get('u', timeout=3).json()\n    more = page['more']\n",
        _HEAD + "def f(pages):\n    while True:\n        try:\n            requests.get(next(pages), timeout=3)\n"
        "        finally:\n            pass\n",
        _HEAD + "for url in ['a', 'b']:\n    requests.get(url, timeout=3)\n",
    )
    INVALID = (
        Invalid(_HEAD + "while True:\n    page = requests.get('u', timeout=3).json()\n", at=(2, 1)),
        Invalid(
            _HEAD
            + "def f():\n    while 1:\n        for row in requests.get('u', timeout=3).json():\n            if row:\n"
            "                break\n",
            at=(3, 5),
        ),
        Invalid(
            _HEAD
            + "def fetch():\n    return requests.get('u', timeout=3)\ndef f():\n    while True:\n        fetch()\n",
            at=(5, 5),
        ),
        Invalid(
            "import itertools, requests\nfor page in itertools.count(1):\n    requests.get(f'u{page}', timeout=3)\n",
            at=(2, 1),
        ),
        Invalid(
            "from fivetran_connector_sdk import Operations as op\ndef f(cursor):\n    while True:\n"
            "        for row in cursor.fetchmany(100):\n            op.upsert('t', row)\n        op.checkpoint({})\n",
            at=(3, 5),
        ),
        Invalid(_HEAD + "more = True\nwhile more:\n    page = requests.get('u', timeout=3).json()\n", at=(3, 1)),
    )

    def check(self) -> None:
        for module in self.source.modules:
            for loop in (*module.each(ast.While), *module.each(ast.For)):
                endless = self._goes_on(module, loop) and not self._leaves(module, loop) and self._works(module, loop)
                if endless and self.reach.is_reached(module, loop):
                    hint = "Leave it with `break` on the last or an empty page."
                    self.report(module, loop, "This loop has no way out.", hint=hint)

    def _goes_on(self, module: Module, loop: ast.While | ast.For) -> bool:
        """Whether the loop's head never ends it."""
        if isinstance(loop, ast.For):
            called = loop.iter.func if isinstance(loop.iter, ast.Call) else None
            named = called is not None and last_word(called) in ("count", "cycle")
            return named and self.source.qualified(module, loop.iter) in ("itertools.count()", "itertools.cycle()")
        test, wanted = loop.test, True
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            test, wanted = test.operand, False
        if isinstance(test, ast.Constant):
            return bool(test.value) is wanted
        if not isinstance(test, ast.Name):
            return False
        values = [binding.value for binding in self.source.names(module).lookup(test)]
        return bool(values) and all(isinstance(value, ast.Constant) and bool(value.value) is wanted for value in values)

    def _leaves(self, module: Module, loop: ast.AST) -> bool:
        """Whether something can end the loop: its own break, a return, an exception that is meant for that."""
        if any(_is_own(module, node, loop) for node in module.inside(loop, ast.Break)):
            return True
        if any(_in_function(module, node, loop) for node in module.inside(loop, *_WAYS_OUT)):
            return True
        if any(self._ends(module, call) for call in module.inside(loop, ast.Call)):
            return True
        return _is_ended_from_outside(module, loop)

    def _ends(self, module: Module, call: ast.Call) -> bool:
        """Whether a call may raise what ends the loop: an iterator's end, an exit, a function that only raises."""
        word = last_word(call.func)
        if word == "error":
            return self.source.operation_name(module, call.func) == "error"
        called = self.reach.shared(CallGraph).called(call)
        return word in _LEAVING or any(
            isinstance(statement, ast.Raise) for function in called for statement in getattr(function, "body", ())
        )

    def _works(self, module: Module, loop: ast.AST) -> bool:
        """Whether the loop asks a source or sends rows."""
        calls = self.reach.shared(SourceCalls)
        senders = self.reach.shared(Senders)
        return any(calls.leads(call) or senders.call_sends(call) for call in module.inside(loop, ast.Call))


def _is_ended_from_outside(module: Module, loop: ast.AST) -> bool:
    """Whether a handler around the loop takes an exception for its end: it raises nothing."""
    child = loop
    for parent in module.ancestors(loop):
        if isinstance(parent, FUNCTIONS):
            return False
        handlers = parent.handlers if isinstance(parent, TRIES) and module.holds(parent.body, child) else []
        if any(not raises(module, handler) for handler in handlers):
            return True
        child = parent
    return False


def _is_own(module: Module, node: ast.Break, loop: ast.AST) -> bool:
    nearest = next((parent for parent in _loops_around(module, node)), None)
    return nearest is loop


def _loops_around(module: Module, node: ast.AST) -> Iterator[ast.AST]:
    child = node
    for parent in module.ancestors(node):
        if isinstance(parent, _LOOPS) and module.holds(parent.body, child):
            yield parent
        child = parent


def _in_function(module: Module, node: ast.AST, loop: ast.AST) -> bool:
    """Whether `node` stands in the function of the loop, not in one that is defined inside of it."""
    for parent in module.ancestors(node):
        if parent is loop:
            return True
        if isinstance(parent, (*FUNCTIONS, ast.Lambda)):
            return False
    return False
