"""Whether what a collection holds are rows, or only their identifiers."""

from __future__ import annotations

import ast
import re

from .module import Module
from .names import last_word
from .reach import Reach
from .source import ProjectSource

# Fields of which millions fit into memory.
_IDENTIFIER = re.compile(
    r"(?:.*(?:_|(?<=[a-z])(?=[A-Z])))?(?:ids?|names?|keys?|codes?|uuids?|guids?|slugs?|urls?|path|email|arn|sku|symbol)",
    re.IGNORECASE,
)
_TEXTS = frozenset({"str", "int", "float", "len", "bool", "lower", "upper", "strip"})
_COUNTING = frozenset({"range", "count", "date_range"})
_DEPTH = 6


class Elements:
    """Expressions that are added to a list, or that a generator yields."""

    def __init__(self, source: ProjectSource, reach: Reach) -> None:
        self._source = source

    def is_small(self, module: Module, node: ast.expr, depth: int = _DEPTH) -> bool:
        """Whether an expression is a constant, a number, an identifier, or a few of these."""
        if depth == 0:
            return False
        if isinstance(node, (ast.Constant, ast.JoinedStr, ast.Compare)):
            return True
        if isinstance(node, (ast.Tuple, ast.List, ast.Set)):
            return bool(node.elts) and all(self.is_small(module, part, depth - 1) for part in node.elts)
        if isinstance(node, (ast.ListComp, ast.SetComp, ast.GeneratorExp)):
            return self.is_small(module, node.elt, depth - 1)
        if isinstance(node, (ast.Subscript, ast.Attribute)):
            return _is_identifier(node)
        if isinstance(node, ast.Name):
            return self._is_small_name(module, node, depth)
        if isinstance(node, ast.BinOp):
            # To add a number, or to make a text, gives one.
            sides = (node.left, node.right)
            return any(isinstance(side, ast.Constant) for side in sides)
        return isinstance(node, ast.Call) and self._is_small_call(module, node, depth)

    def _is_small_call(self, module: Module, node: ast.Call, depth: int) -> bool:
        word = last_word(node.func)
        if word in ("get", "pop") and node.args and isinstance(node.func, ast.Attribute):
            return _is_key(node.args[0])
        if word in ("list", "set", "sorted", "tuple") and node.args:
            return self.is_small(module, node.args[0], depth - 1)
        return word in _TEXTS

    def _is_small_name(self, module: Module, node: ast.Name, depth: int) -> bool:
        """Whether a variable was assigned something small, or counts."""
        if _counts(module, node):
            return True
        bound = self._source.names(module).lookup(node)
        if len(bound) != 1:
            return False
        return bound[0].value is not None and self.is_small(module, bound[0].value, depth - 1)


def _counts(module: Module, node: ast.Name) -> bool:
    """Whether the variable is that of a loop over numbers around it."""
    loops = (each for each in module.ancestors(node) if isinstance(each, (ast.For, ast.AsyncFor)))
    loop = next((each for each in loops if isinstance(each.target, ast.Name) and each.target.id == node.id), None)
    return loop is not None and isinstance(loop.iter, ast.Call) and last_word(loop.iter.func) in _COUNTING


def _is_identifier(node: ast.Subscript | ast.Attribute) -> bool:
    """Whether a field of a row is one that identifies: `row["id"]`, `table.name`; `row[0]` is one field, too."""
    if isinstance(node, ast.Attribute):
        return _IDENTIFIER.fullmatch(node.attr) is not None
    return _is_key(node.slice) or (isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, int))


def _is_key(node: ast.expr) -> bool:
    text = node.value if isinstance(node, ast.Constant) else None
    return isinstance(text, str) and _IDENTIFIER.fullmatch(text) is not None
