"""Some nodes of a module, to be asked for by the function or class that they stand in."""

from __future__ import annotations

import ast
from bisect import bisect_left
from collections.abc import Iterable, Iterator

from .module import FUNCTIONS, Module


class Mentions:
    """Nodes in the order of the file; those below a root are found without a walk."""

    def __init__(self, module: Module, nodes: Iterable[ast.AST]) -> None:
        self._module = module
        self._nodes = sorted(nodes, key=module.number)
        self._numbers = [module.number(node) for node in self._nodes]

    def below(self, root: ast.AST) -> Iterator[ast.AST]:
        """The nodes at and below a root, without those in the methods of classes: these are reached by their names."""
        first, last = self._module.span(root)
        begin, end = bisect_left(self._numbers, first), bisect_left(self._numbers, last)
        hidden = sorted(self._spans_of_methods(root), reverse=True)
        for node, number in zip(self._nodes[begin:end], self._numbers[begin:end], strict=True):
            while hidden and hidden[-1][1] <= number:
                hidden.pop()
            if not hidden or number < hidden[-1][0]:
                yield node

    def _spans_of_methods(self, root: ast.AST) -> Iterator[tuple[int, int]]:
        for owner in self._module.inside(root, ast.ClassDef):
            for statement in owner.body:
                if isinstance(statement, FUNCTIONS):
                    yield self._module.span(statement)
