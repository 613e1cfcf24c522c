"""Which functions of the project send rows, themselves or through others."""

from __future__ import annotations

import ast
from functools import cached_property

from .call_graph import CallGraph
from .reach import Reach
from .source import ProjectSource

DATA_OPERATIONS = frozenset({"upsert", "update", "delete", "truncate"})


class Senders:
    """Calls followed downward: from a function to the operations that it runs."""

    def __init__(self, source: ProjectSource, reach: Reach) -> None:
        self._source = source
        self._graph = reach.shared(CallGraph)

    def sends(self, function: ast.AST) -> bool:
        """Whether the function, or one that it calls, sends a row."""
        return function in self._functions

    def call_sends(self, call: ast.Call) -> bool:
        """Whether a call is an operation that sends, or runs a function that does."""
        return call in self._calls

    @cached_property
    def _functions(self) -> set[ast.AST]:
        return self._graph.leading(self.direct)

    @cached_property
    def _calls(self) -> set[ast.Call]:
        return self.operations | self._graph.calls_into(self._functions)

    @cached_property
    def operations(self) -> set[ast.Call]:
        """The calls of operations that send, change or delete rows."""
        return {call.node for call in self._source.operations if call.name in DATA_OPERATIONS}

    @cached_property
    def direct(self) -> set[ast.AST]:
        """The functions in whose own body a row is sent."""
        found: set[ast.AST] = set()
        for call in self._source.operations:
            if call.name in DATA_OPERATIONS and (owner := call.module.callable_of(call.node)):
                found.add(owner)
        return found
