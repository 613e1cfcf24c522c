"""Code that expects a name to be missing, or that never runs."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import cast

from .handlers import caught_names
from .module import FUNCTIONS, Module
from .names import last_word

_LEAVING = (ast.Return, ast.Raise, ast.Continue, ast.Break)
_BODIES = ("body", "orelse", "finalbody")


def expects(module: Module, node: ast.AST, errors: frozenset[str]) -> bool:
    """Whether `node` is tried, and a handler that names one of these errors takes another way; or is that way."""
    for attempt, child in _around(module, node):
        if isinstance(attempt, ast.ExceptHandler) and not errors.isdisjoint(caught_names(attempt)):
            return True
        if isinstance(attempt, ast.Try) and module.holds(attempt.body, child):
            for handler in attempt.handlers:
                if not errors.isdisjoint(caught_names(handler)) and not _only_raises(handler):
                    return True
    return False


def is_asked_for(module: Module, node: ast.AST, name: str) -> bool:
    """Whether `node` stands behind a test of `hasattr(OWNER, name)`."""
    for parent, child in _around(module, node):
        test = getattr(parent, "test", None) if isinstance(parent, (ast.If, ast.IfExp, ast.While)) else None
        if isinstance(parent, ast.BoolOp):
            test = parent
        if test is not None and child is not test and any(_asks(call, name) for call in module.inside(test, ast.Call)):
            return True
    return False


def never_runs(module: Module, node: ast.AST) -> bool:
    """Whether `node` stands behind a return or raise, or where only type checkers look."""
    for parent, child in _around(module, node):
        if (
            isinstance(parent, ast.If)
            and last_word(parent.test) == "TYPE_CHECKING"
            and module.holds(parent.body, child)
        ):
            return True
        for name in _BODIES:
            body: object = getattr(parent, name, None)
            if isinstance(body, list) and _is_behind_the_end(cast("list[ast.AST]", body), child):
                return True
    return False


def _is_behind_the_end(body: list[ast.AST], child: ast.AST) -> bool:
    for statement in body:
        if statement is child:
            return False
        if isinstance(statement, _LEAVING):
            return any(each is child for each in body)
    return False


def _around(module: Module, node: ast.AST) -> Iterator[tuple[ast.AST, ast.AST]]:
    """The nodes around `node` in its own function, each with the child on the way to it."""
    child = node
    for parent in module.ancestors(node):
        yield parent, child
        if isinstance(parent, FUNCTIONS):
            return
        child = parent


def _asks(call: ast.Call, name: str) -> bool:
    key = call.args[1] if len(call.args) > 1 else None
    return last_word(call.func) == "hasattr" and isinstance(key, ast.Constant) and key.value == name


def _only_raises(handler: ast.ExceptHandler) -> bool:
    """Whether the handler ends by raising: then nothing takes the place of what failed."""
    return isinstance(handler.body[-1], ast.Raise)
