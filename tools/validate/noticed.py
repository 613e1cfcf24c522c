"""Whether somebody looks, after a failure was caught, at what is missing, and raises."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from .blocks import stored
from .call_graph import CallGraph
from .log_calls import LogCalls
from .module import Function, Module
from .names import last_word
from .reach import Reach
from .source import ProjectSource

_EXITS = frozenset({"exit", "_exit", "abort"})
# What repeats or refuses a call by its answer.
_WATCHES = frozenset({"retry_if_result", "retry_if_not_result", "on_predicate", "retry_on_result"})
# Methods of Python's own types, which tell nothing of a function of the same name.
_COMMON = frozenset({"get", "update", "pop", "add", "append", "read", "items", "keys", "values", "copy", "index"})
_DEPTH = 3


class Noticed:
    """Asked about a handler that has raised nothing."""

    def __init__(self, source: ProjectSource, reach: Reach) -> None:
        self._source = source
        self._reach = reach

    def later(self, module: Module, tried: ast.Try) -> bool:
        """Whether a test of what the `try` or its handlers give stands behind it, and raises."""
        names = stored(module, tried)
        return any(module.number(node) > module.number(tried) for node in self._tests_that_raise(module, tried, names))

    def by_callers(self, function: Function | None, depth: int = _DEPTH) -> bool:
        """Whether a caller tests the answer of a function and raises, or only writes it into the log."""
        if function is None or not depth:
            return False
        if any(_WATCHES.intersection(_words(mark)) for mark in function.decorator_list):
            return True
        sites = list(self._sites(function))
        if sites and all(self._is_logged(where, call) for where, call in sites):
            return True
        return any(self._tested(where, call, depth) for where, call in sites)

    def raises(self, module: Module, node: ast.AST) -> bool:
        """Whether a statement may end the sync: it raises, exits, or calls op.error."""
        if any(True for _ in module.inside(node, ast.Raise)):
            return True
        for call in module.inside(node, ast.Call):
            word = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            if word in _EXITS or (word == "error" and self._source.operation_name(module, call.func) == "error"):
                return True
        return False

    def _sites(self, function: Function) -> Iterator[tuple[Module, ast.Call]]:
        """The calls that run the function, or may as far as its name tells."""
        graph = self._reach.shared(CallGraph)
        for module in self._source.modules:
            for call in module.calls([function.name]):
                called = graph.called(call)
                if function in called or (not called and function.name not in _COMMON):
                    yield module, call

    def _tested(self, module: Module, call: ast.Call, depth: int) -> bool:
        for parent in module.ancestors(call):
            if isinstance(parent, (ast.If, ast.While)):
                return self.raises(module, parent)
            if isinstance(parent, ast.Assert):
                return True
            if isinstance(parent, ast.Return):
                return self.by_callers(module.function_of(call), depth - 1)
            if isinstance(parent, (ast.Assign, ast.AnnAssign, ast.NamedExpr)):
                target = parent.targets[0] if isinstance(parent, ast.Assign) else parent.target
                return any(True for _ in self._tests_that_raise(module, call, stored(module, target)))
            if isinstance(parent, ast.stmt):
                return False
        return False

    def _tests_that_raise(self, module: Module, near: ast.AST, names: set[str]) -> Iterator[ast.AST]:
        """The tests of these names, in the function of `near`, that raise."""
        function = module.function_of(near) or module.tree
        for node in module.inside(function, ast.If, ast.While, ast.Assert) if names else ():
            asked = any(name.id in names for name in module.inside(node.test, ast.Name))
            if asked and (isinstance(node, ast.Assert) or self.raises(module, node)):
                yield node

    def _is_logged(self, module: Module, call: ast.Call) -> bool:
        logs = self._reach.shared(LogCalls)
        around = (parent for parent in module.ancestors(call) if isinstance(parent, ast.Call))
        return any(logs.name_of(module, parent) for parent in around)


def _words(mark: ast.expr) -> set[str]:
    return {last_word(node) for node in ast.walk(mark) if isinstance(node, (ast.Name, ast.Attribute))} | {
        keyword.arg or "" for keyword in ast.walk(mark) if isinstance(keyword, ast.keyword)
    }
