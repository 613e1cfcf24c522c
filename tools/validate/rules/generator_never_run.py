"""Rule `generator-never-run`."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..dropped_work import DroppedWork, overridden
from ..models import Category
from ..module import FUNCTIONS, Function, Module
from ..reach import Reach
from ..rule import Invalid, Rule
from ..senders import Senders
from ..signature import is_plain
from ..source import ProjectSource

_HEAD = "from fivetran_connector_sdk import Connector, Operations as op\n"
_SENDS = _HEAD + "def send(rows):\n    for row in rows:\n        yield op.upsert('t', row)\n"
_MADE = "connector = Connector(update=update)\n"


class GeneratorNeverRun(Rule):
    """A generator that sends operations is iterated, and a coroutine awaited.

    Why: to call one only makes an object; nothing of its body runs. The sync succeeds and has sent nothing.
    """

    section, category = "3.5", Category.DATA_LOSS
    VALID = (
        _SENDS + "def update(configuration, state):\n    for _ in send([]):\n        pass\n" + _MADE,
        _SENDS + "def update(configuration, state):\n    yield from send([])\n" + _MADE,
        _SENDS + "def update(configuration, state):\n    list(send([]))\n" + _MADE,
        _SENDS + "def update(configuration, state):\n    sent = send([])\n    for _ in sent:\n        pass\n" + _MADE,
        _HEAD + "def send(rows):\n    for row in rows:\n        op.upsert('t', row)\n"
        "def update(configuration, state):\n    send([])\n" + _MADE,
        _HEAD
        + "def rows():\n    yield {'id': 1}\ndef update(configuration, state):\n    rows()\n    op.upsert('t', {})\n"
        + _MADE,
        _HEAD + "@vendor.runs\ndef send():\n    yield op.upsert('t', {})\n"
        "def update(configuration, state):\n    send()\n" + _MADE,
        _HEAD + "import asyncio\nasync def send():\n    op.upsert('t', {})\n"
        "def update(configuration, state):\n    asyncio.run(send())\n" + _MADE,
    )
    INVALID = (
        Invalid(_SENDS + "def update(configuration, state):\n    send([])\n" + _MADE, at=(6, 5)),
        Invalid(_SENDS + "def update(configuration, state):\n    result = send([])\n" + _MADE, at=(6, 14)),
        Invalid(
            _HEAD + "def send():\n    for page in pages():\n        for row in page:\n            op.upsert('t', row)\n"
            "        yield len(page)\ndef update(configuration, state):\n    if state:\n        send()\n" + _MADE,
            at=(9, 9),
        ),
        Invalid(
            _HEAD + "class Sync:\n    def run(self):\n        self.items()\n    def items(self):\n"
            "        yield op.upsert('t', {})\ndef update(configuration, state):\n    Sync().run()\n" + _MADE,
            at=(4, 9),
        ),
        Invalid(
            _HEAD + "from sync import send\ndef update(configuration, state):\n    send(op)\n" + _MADE,
            at=(4, 5),
            others={"sync.py": "def send(op):\n    yield op.upsert('t', {})\n"},
        ),
        Invalid(
            _HEAD
            + "async def send(row):\n    op.upsert('t', row)\ndef update(configuration, state):\n    send({})\n"
            + _MADE,
            at=(5, 5),
        ),
        Invalid(
            _HEAD + "def write(row):\n    op.upsert('t', row)\ndef send():\n    write({})\n    yield\n"
            "def update(configuration, state):\n    _ = send()\n" + _MADE,
            at=(8, 9),
        ),
    )

    def __init__(self, source: ProjectSource, reach: Reach) -> None:
        super().__init__(source, reach)
        self._lazy: dict[ast.AST, Function] = {}

    def check(self) -> None:
        if not self.source.operations:
            return
        self._lazy = {function: function for module in self.source.modules for function in _lazy(module)}
        words = {function.name for function in self._lazy.values()}
        for module in self.source.modules if words else ():
            for call in module.calls(words):
                if self._is_dropped(module, call):
                    self._look_at(module, call, call.func)
        dropped = DroppedWork(self.source, self.reach)
        for module in self.source.modules:
            for function in dropped.handed(module):
                self._look_at(module, function, function)
            for work in dropped.unread(module):
                if self.reach.is_reached(module, work):
                    message = "Nothing goes through this: its operations never run."
                    self.report(module, work, message, hint="Write it as a `for` loop.")

    def _look_at(self, module: Module, call: ast.expr, called: ast.expr) -> None:
        found = self.source.resolver.functions(self.source.qualified(module, called) or "")
        function = self._lazy.get(found[0].node) if len(found) == 1 else None
        if function is None or not is_plain(function) or not self.reach.is_reached(module, call):
            return
        if isinstance(called, ast.Attribute) and overridden(self.source, function):
            return
        if self.reach.shared(Senders).sends(function):
            lazy = "coroutine that nobody awaits" if _is_coroutine(found[0].module, function) else "generator"
            tail = "" if lazy != "generator" else " that nobody iterates"
            message = f"{function.name}() is a {lazy}{tail}: its operations never run."
            hint = "Take the yields of operations away, so that the call does the work." if tail else "Await it."
            self.report(module, call, message, hint=hint)

    def _is_dropped(self, module: Module, call: ast.Call) -> bool:
        """Whether nobody can use what the call gives back."""
        child: ast.AST = call
        parent = module.parents[call]
        while isinstance(parent, (ast.IfExp, ast.BoolOp)):
            child, parent = parent, module.parents[parent]
        if isinstance(parent, ast.Expr) or (isinstance(parent, (ast.If, ast.While)) and parent.test is child):
            return True
        targets = parent.targets if isinstance(parent, ast.Assign) else [getattr(parent, "target", None)]
        if not isinstance(parent, (ast.Assign, ast.AnnAssign)) or len(targets) != 1:
            return False
        target = targets[0]
        if not isinstance(target, ast.Name) or module.function_of(target) is None:
            return False
        return not any(isinstance(use.ctx, ast.Load) for use in module.named(target.id))


def _lazy(module: Module) -> Iterator[Function]:
    """The functions whose call runs nothing: generators and coroutines."""
    owners = {module.callable_of(node) for node in module.each(ast.Yield, ast.YieldFrom)}
    for function in module.each(*FUNCTIONS):
        if function in owners or isinstance(function, ast.AsyncFunctionDef):
            yield function


def _is_coroutine(module: Module, function: Function) -> bool:
    generates = next(module.own(function, ast.Yield, ast.YieldFrom), None) is not None
    return isinstance(function, ast.AsyncFunctionDef) and not generates
