"""Handlers after which a sync goes on, and succeeds, without what failed."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from .asked import Asked
from .attempts import after, around, counters, is_left, leaves, loops_around, repeats
from .blocks import stored
from .handlers import TRIES, catches_failures, raises
from .idle import Idle, is_empty
from .module import Module
from .names import last_word
from .noticed import Noticed
from .page_loops import Loop, innermost
from .reach import Reach
from .source import ProjectSource

# What gives the next message, whatever became of the one before.
_READERS = frozenset({"read_next", "receive", "receive_message", "get_message", "readline"})


class LostFailures:
    """Where the failure that a handler catches is lost."""

    def __init__(self, source: ProjectSource, reach: Reach) -> None:
        self._source = source
        self._idle = reach.shared(Idle)
        self._asked = reach.shared(Asked)
        self._noticed = reach.shared(Noticed)

    def place(self, module: Module, handler: ast.ExceptHandler) -> ast.AST | None:
        """The handler, or the statement that gives a retry up without raising; None where nothing is surely lost."""
        tried = module.parents[handler]
        if not isinstance(tried, TRIES) or raises(module, handler) or self._noticed.raises(module, handler):
            return None
        if not catches_failures(self._source, module, handler):
            return None
        place = self._given_up(module, handler, tried) or self._lost(module, handler, tried)
        if place is None or not self._asked.works(module, tried.body) or self._only_asks_whether(module, tried):
            return None
        return place

    def _lost(self, module: Module, handler: ast.ExceptHandler, tried: ast.Try) -> ast.AST | None:
        """The handler, where it is idle and no other attempt follows."""
        expected = {name for statement in tried.body for name in stored(module, statement)}
        if not self._idle.are(module, handler.body, expected):
            return None
        end = leaves(handler.body)
        function = module.function_of(handler)
        if end is ast.Return:
            return None if self._noticed.by_callers(function) else handler
        if self._noticed.later(module, tried):
            return None
        loop = innermost(module, tried)
        if end is not ast.Break and loop is not None and self._tries_again(module, loop, tried, handler):
            return None
        if any(_is_for_attempts(module, each, tried, handler) for each in loops_around(module, tried)):
            return None
        rest = list(self._rest(module, tried, end, loop))
        if any(isinstance(statement, ast.Raise) for statement in rest):
            return None
        if leaves(tried.orelse or tried.body) in (ast.Return, ast.Break) and not self._idle.are(module, rest, set()):
            return None
        return None if _returns(module, rest) and self._noticed.by_callers(function) else handler

    def _given_up(self, module: Module, handler: ast.ExceptHandler, tried: ast.Try) -> ast.AST | None:
        """The statement by which a retry answers with nothing after its last attempt."""
        loop = innermost(module, tried)
        if loop is None or not self._tries_again(module, loop, tried, handler):
            return None
        if self._noticed.by_callers(module.function_of(handler)):
            return None
        last = next(_last_attempts(module, loop, handler), None)
        if last is not None or leaves(handler.body) is ast.Return:
            return last
        rest = [*loop.orelse, *after(module, loop)]
        if (_is_endless(loop) and not _breaks(module, loop, handler)) or not _returns_on_success(module, loop, tried):
            return None
        answer = next((statement for statement in rest if isinstance(statement, ast.Return)), None)
        if answer is None or answer.value is None or not is_empty(answer.value):
            return None
        return answer if self._idle.are(module, rest[: rest.index(answer) + 1], set()) else None

    def _tries_again(self, module: Module, loop: Loop, tried: ast.Try, handler: ast.ExceptHandler) -> bool:
        """Whether the next round is another attempt, not one at the next message of a reader."""
        reads = any(last_word(call.func) in _READERS for call in module.run_by(tried.body, ast.Call))
        return _tries_again(module, loop, tried, handler) and not (reads and self._asked.sends(module, tried.body))

    def _rest(
        self, module: Module, tried: ast.Try, end: type[ast.stmt] | None, loop: Loop | None
    ) -> Iterator[ast.stmt]:
        """What runs after the handler, up to the next round of a loop or the end of the function."""
        if end is None:
            yield from tried.finalbody
            yield from after(module, tried)
        if loop is not None and (end is ast.Break or leaves(tried.orelse or tried.body) in (ast.Return, ast.Break)):
            yield from after(module, loop)

    def _only_asks_whether(self, module: Module, tried: ast.Try) -> bool:
        """Whether the answer is but a yes or no: `return True` where it works, no rows sent."""
        answers = [node for statement in (*tried.body, *tried.orelse) for node in module.inside(statement, ast.Return)]
        sure = [node for node in answers if _is_yes_or_no(node.value)]
        return bool(answers) and len(sure) == len(answers) and not self._asked.sends(module, tried.body)


def _tries_again(module: Module, loop: Loop, tried: ast.Try, handler: ast.ExceptHandler) -> bool:
    """Whether the next round is another attempt: at the same, or at another source of the same."""
    if repeats(module, loop, tried, handler):
        return True
    _, behind = around(module, loop, tried)
    ends = [leaves(tried.orelse or tried.body)]
    if leaves(handler.body) is ast.Continue:
        ends.append(leaves(behind))
    return ast.Return in ends or ast.Break in ends


def _is_for_attempts(module: Module, loop: Loop, tried: ast.Try, handler: ast.ExceptHandler) -> bool:
    """Whether an outer loop counts attempts, whose inner loop was left."""
    return loop is not innermost(module, tried) and is_left(module, loop) and repeats(module, loop, tried, handler)


def _last_attempts(module: Module, loop: Loop, handler: ast.ExceptHandler) -> Iterator[ast.stmt]:
    """The empty returns of a handler that come after the last attempt."""
    counting = counters(module, loop)
    for node in module.inside(handler, ast.Return):
        if node.value is not None and not is_empty(node.value):
            continue
        tests = [each for each in module.ancestors(node) if isinstance(each, ast.If) and _within(module, each, handler)]
        if all(counting & {name.id for name in module.inside(each.test, ast.Name)} for each in tests):
            yield node


def _within(module: Module, node: ast.AST, root: ast.AST) -> bool:
    first, last = module.span(root)
    return first <= module.number(node) < last


def _is_endless(loop: Loop) -> bool:
    return isinstance(loop, ast.While) and isinstance(loop.test, ast.Constant)


def _breaks(module: Module, loop: Loop, handler: ast.ExceptHandler) -> bool:
    return any(innermost(module, node) is loop for node in module.inside(handler, ast.Break))


def _returns_on_success(module: Module, loop: Loop, tried: ast.Try) -> bool:
    """Whether the loop is left by a return, so that what follows it runs after a failure only."""
    _, behind = around(module, loop, tried)
    parts = (*tried.body, *tried.orelse, *behind)
    return any(True for statement in parts for _ in module.inside(statement, ast.Return)) and not any(
        node for statement in parts for node in module.inside(statement, ast.Break) if innermost(module, node) is loop
    )


def _returns(module: Module, statements: list[ast.stmt]) -> bool:
    return any(isinstance(statement, ast.Return) for statement in statements)


def _is_yes_or_no(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Compare) or (isinstance(node, ast.Constant) and isinstance(node.value, bool))
