"""What every sync runs, whatever its data and configuration are."""

from __future__ import annotations

import ast
from functools import cached_property

from .arguments import called_functions
from .call_graph import CallGraph
from .module import FUNCTIONS, Module
from .page_loops import innermost
from .reach import Reach
from .source import ProjectSource

_BRANCHES = (ast.If, ast.IfExp, ast.While, ast.Match, ast.ExceptHandler, ast.BoolOp)
_HOLDING = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, ast.Try, ast.Match)
_SKIPPING = (ast.Continue, ast.Break)
_BLOCKS = ("body", "orelse", "finalbody")


class AlwaysRun:
    """update, and what it calls outside of branches."""

    def __init__(self, source: ProjectSource, reach: Reach) -> None:
        self._source = source
        self._reach = reach
        self._graph = reach.shared(CallGraph)
        self._leaving: dict[tuple[ast.AST, str], ast.stmt | None] = {}

    def runs(self, module: Module, node: ast.AST, *, but: ast.AST | None = None) -> bool:
        """Whether a sync that comes to its end has run `node`; `but` is a branch that does not count."""
        owner = module.function_of(node)
        return self._is_unconditional(module, node, but) and (owner is None or owner in self._functions)

    @cached_property
    def _functions(self) -> set[ast.AST]:
        update = self._reach.update
        waiting = [(update.module, update.node)] if update else []
        found: set[ast.AST] = set()
        while waiting:
            module, function = waiting.pop()
            if function in found:
                continue
            found.add(function)
            for call in self._graph.calls_of(function):
                if self._is_unconditional(module, call, None):
                    waiting += [(where, each) for where, each, _ in called_functions(self._source, module, call)]
        return found

    def _is_unconditional(self, module: Module, node: ast.AST, but: ast.AST | None) -> bool:
        """Whether no branch, handler or filter of its function decides whether `node` runs."""
        child = node
        for parent in module.ancestors(node):
            if isinstance(child, ast.stmt) and self._leaves_before(module, parent, child):
                return False
            if isinstance(parent, (*FUNCTIONS, ast.Lambda)):
                return True
            if isinstance(parent, _BRANCHES) and parent is not but and _decides(parent, child):
                first = isinstance(parent, ast.BoolOp) and parent.values[0] is child
                if not first:
                    return False
            if isinstance(parent, ast.Try) and parent.handlers and module.holds(parent.body, child):
                return False
            child = parent
        return True

    def _leaves_before(self, module: Module, parent: ast.AST, child: ast.stmt) -> bool:
        """Whether an earlier statement of the same block may leave the function, or the round of the loop."""
        for name in _BLOCKS:
            block: list[ast.stmt] = getattr(parent, name, [])
            if module.holds(block, child):
                if (parent, name) not in self._leaving:
                    self._leaving[parent, name] = next((each for each in block if _leaves(module, each)), None)
                leaving = self._leaving[parent, name]
                return leaving is not None and module.number(leaving) < module.number(child)
        return False


def _decides(branch: ast.AST, child: ast.AST) -> bool:
    """Whether a branch decides about its part `child`: not about its test, nor where the test is a constant."""
    test = getattr(branch, "test", None)
    return child is not test and not (isinstance(test, ast.Constant) and bool(test.value))


def _leaves(module: Module, statement: ast.stmt) -> bool:
    if not isinstance(statement, _HOLDING):
        return False
    owner = module.callable_of(statement)
    if any(module.callable_of(each) is owner for each in module.inside(statement, ast.Return)):
        return True
    loop = innermost(module, statement)
    return loop is not None and any(innermost(module, each) is loop for each in module.inside(statement, *_SKIPPING))
