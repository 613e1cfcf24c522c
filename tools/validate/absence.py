"""What a condition says when a key is missing: true, false, or not to be told."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from .names import last_word
from .parameter_reads import KeyRead

_DEPTH = 20


@dataclass(frozen=True)
class Absent:
    """Evaluates conditions as if one read of a key had found nothing; `name` is the variable that holds the result."""

    read: KeyRead
    name: str = ""

    def says(self, node: ast.expr, depth: int = _DEPTH) -> bool | None:
        """Whether a condition then holds, None where other things decide."""
        if depth == 0:
            return None
        if node is self.read.node:
            return self.read.how == "not in"
        if isinstance(node, ast.Name):
            return False if node.id == self.name else None
        if isinstance(node, ast.Constant):
            return bool(node.value)
        if isinstance(node, ast.NamedExpr):
            return self.says(node.value, depth - 1)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            inner = self.says(node.operand, depth - 1)
            return None if inner is None else not inner
        if isinstance(node, ast.BoolOp):
            return self._joined(node, depth)
        if isinstance(node, ast.Compare):
            return self._compared(node)
        return self._of_call(node, depth) if isinstance(node, ast.Call) else None

    def _joined(self, node: ast.BoolOp, depth: int) -> bool | None:
        found = [self.says(value, depth - 1) for value in node.values]
        decides = isinstance(node.op, ast.Or)
        if decides in found:
            return decides
        return None if None in found else not decides

    def _compared(self, node: ast.Compare) -> bool | None:
        """A comparison of the result, which is None, with what stands in the code."""
        if len(node.ops) != 1 or not self._is_result(node.left):
            return None
        values = _constants(node.comparators[0])
        if values is None:
            return None
        if isinstance(node.ops[0], (ast.Is, ast.Eq, ast.In)):
            return None in values
        return None not in values if isinstance(node.ops[0], (ast.IsNot, ast.NotEq, ast.NotIn)) else None

    def _is_result(self, node: ast.expr) -> bool:
        if isinstance(node, ast.NamedExpr):
            return self._is_result(node.value)
        return (node is self.read.node and self.read.how == "get") or (
            isinstance(node, ast.Name) and bool(self.name) and node.id == self.name
        )

    def _of_call(self, node: ast.Call, depth: int) -> bool | None:
        """`any(...)` and `all(...)` over keys, of which this one decides alone; `bool(...)` and `len(...)`."""
        word, given = last_word(node.func), node.args[0] if len(node.args) == 1 else None
        if given is None or not isinstance(node.func, ast.Name):
            return None
        if word in ("bool", "str"):
            return self.says(given, depth - 1) if word == "bool" else None
        if word in ("any", "all") and isinstance(given, (ast.GeneratorExp, ast.ListComp)):
            if any(each.ifs for each in given.generators):
                return None
            inner = self.says(given.elt, depth - 1)
            return inner if inner is (word == "any") else None
        return None


def _constants(node: ast.expr) -> list[object] | None:
    """The constants that an expression is or holds."""
    parts = node.elts if isinstance(node, (ast.Tuple, ast.List, ast.Set)) else [node]
    values: list[object] = [part.value for part in parts if isinstance(part, ast.Constant)]
    return values if len(values) == len(parts) else None
