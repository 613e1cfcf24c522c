"""Which functions of the project a call runs, and which functions lead to which."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from functools import cached_property

from .arguments import called_functions
from .reach import Reach
from .source import ProjectSource


class CallGraph:
    """Calls that can be resolved; what is only handed on as a value is not in it."""

    def __init__(self, source: ProjectSource, reach: Reach) -> None:
        self._source = source

    def called(self, call: ast.Call) -> list[ast.AST]:
        """The functions of the project that a call may run."""
        return self._called.get(call, [])

    def calls_of(self, function: ast.AST) -> list[ast.Call]:
        """The calls in a function's own body that run functions of the project."""
        return self._by_owner.get(function, [])

    @cached_property
    def _by_owner(self) -> dict[ast.AST | None, list[ast.Call]]:
        found: dict[ast.AST | None, list[ast.Call]] = {}
        for module in self._source.modules:
            for call in module.calls(self._source.resolver.own_words):
                if call in self._called:
                    found.setdefault(module.callable_of(call), []).append(call)
        return found

    def leading(self, targets: Collection[ast.AST]) -> set[ast.AST]:
        """The target functions, and those that run one of them, however deep."""
        found, waiting = set(targets), list(targets)
        while waiting:
            for caller in self._callers.get(waiting.pop(), ()):
                if caller not in found:
                    found.add(caller)
                    waiting.append(caller)
        return found

    def calls_into(self, functions: Collection[ast.AST]) -> set[ast.Call]:
        """The calls that may run one of the functions."""
        wanted = frozenset(functions)
        return {call for call, called in self._called.items() if not wanted.isdisjoint(called)}

    @cached_property
    def _called(self) -> dict[ast.Call, list[ast.AST]]:
        found: dict[ast.Call, list[ast.AST]] = {}
        for module in self._source.modules:
            for call in module.calls(self._source.resolver.own_words):
                functions = called_functions(self._source, module, call)
                if functions:
                    found[call] = [function for _, function, _ in functions]
        return found

    @cached_property
    def _callers(self) -> dict[ast.AST, list[ast.AST]]:
        found: dict[ast.AST, list[ast.AST]] = {}
        for function, owner in self._edges():
            found.setdefault(function, []).append(owner)
        return found

    def _edges(self) -> Iterator[tuple[ast.AST, ast.AST]]:
        """Who is run by whom; a lambda is taken for run by the function that writes it."""
        for owner, calls in self._by_owner.items():
            if owner is not None:
                yield from ((function, owner) for call in calls for function in self._called[call])
        for module in self._source.modules:
            for inner in module.each(ast.Lambda):
                if (owner := module.callable_of(inner)) is not None:
                    yield inner, owner
