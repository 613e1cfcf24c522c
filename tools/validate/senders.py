"""Which functions of the project send rows, themselves or through others."""

from __future__ import annotations

import ast
from functools import cached_property

from .module import FUNCTIONS
from .names import last_word
from .reach import Reach
from .source import ProjectSource

DATA_OPERATIONS = frozenset({"upsert", "update", "delete", "truncate"})


class Senders:
    """Calls followed downward: from a function to the operations that it runs."""

    def __init__(self, source: ProjectSource, reach: Reach) -> None:
        self._source = source

    def sends(self, function: ast.AST) -> bool:
        """Whether the function, or one that it calls, sends a row."""
        waiting, seen = [function], set[ast.AST]()
        while waiting:
            node = waiting.pop()
            if node in self.direct:
                return True
            if node not in seen:
                seen.add(node)
                waiting += self._calls.get(node, ())
        return False

    @cached_property
    def direct(self) -> set[ast.AST]:
        """The functions in whose own body a row is sent."""
        found: set[ast.AST] = set()
        for call in self._source.operations:
            if call.name in DATA_OPERATIONS and (owner := call.module.callable_of(call.node)):
                found.add(owner)
        return found

    @cached_property
    def _calls(self) -> dict[ast.AST, list[ast.AST]]:
        """The functions of the project that each function calls."""
        words = {name.rpartition(".")[2] for name in self._source.resolver.definitions}
        found: dict[ast.AST, list[ast.AST]] = {}
        for module in self._source.modules:
            for call in module.each(ast.Call):
                owner = module.callable_of(call) if last_word(call.func) in words else None
                called = (
                    self._source.resolver.functions(self._source.qualified(module, call.func) or "") if owner else []
                )
                if owner and called:
                    found.setdefault(owner, []).append(called[-1].node)
            for inner in module.each(*FUNCTIONS, ast.Lambda):
                if isinstance(inner, ast.Lambda) and (owner := module.callable_of(inner)):
                    found.setdefault(owner, []).append(inner)
        return found
