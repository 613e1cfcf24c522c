"""Which functions of the project a function runs, followed downward through calls."""

from __future__ import annotations

import ast
from collections.abc import Callable
from functools import cached_property

from .arguments import called_functions
from .module import Module
from .names import last_word
from .reach import Reach
from .source import ProjectSource


class CallGraph:
    """Calls that can be resolved; what is only handed on as a value is not in it."""

    def __init__(self, source: ProjectSource, reach: Reach) -> None:
        self._source = source

    def runs(self, function: ast.AST, wanted: Callable[[ast.AST], bool]) -> bool:
        """Whether the function, or one that it runs, is wanted."""
        waiting, seen = [function], set[ast.AST]()
        while waiting:
            node = waiting.pop()
            if node in seen:
                continue
            if wanted(node):
                return True
            seen.add(node)
            waiting += self._edges.get(node, ())
        return False

    def called(self, module: Module, call: ast.Call) -> list[ast.AST]:
        """The functions of the project that a call may run."""
        if last_word(call.func) not in self._words:
            return []
        return [function for _, function, _ in called_functions(self._source, module, call)]

    @cached_property
    def _words(self) -> frozenset[str]:
        return self._source.resolver.own_words

    @cached_property
    def _edges(self) -> dict[ast.AST, list[ast.AST]]:
        found: dict[ast.AST, list[ast.AST]] = {}
        for module in self._source.modules:
            for call in module.each(ast.Call):
                if last_word(call.func) in self._words and (owner := module.callable_of(call)) is not None:
                    found.setdefault(owner, []).extend(self.called(module, call))
            for inner in module.each(ast.Lambda):
                if (owner := module.callable_of(inner)) is not None:
                    found.setdefault(owner, []).append(inner)
        return found
