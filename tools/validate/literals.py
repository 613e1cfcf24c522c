"""Whether a name keeps the literal that it was assigned: who uses it, and how."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from .module import COMPREHENSIONS, Module
from .names import LOGGING
from .source import ProjectSource

_READING = frozenset({"copy", "index", "count", "get", "keys", "values", "items"})
_GROWING = frozenset({"append", "extend", "insert"})


def uses(source: ProjectSource, module: Module, node: ast.Name) -> Iterator[ast.Name]:
    """All places of the module that mean the same variable as `node`."""
    names = source.names(module)
    bound = names.lookup(node)
    for other in module.each(ast.Name):
        if other.id == node.id and names.lookup(other) is bound:
            yield other


def keeps_value(source: ProjectSource, module: Module, node: ast.Name) -> bool:
    """Whether nothing in the module changes the list or dict that the variable holds."""
    return all(_only_reads(source, module, use) for use in uses(source, module, node))


def additions(source: ProjectSource, module: Module, node: ast.Name) -> list[ast.Call | ast.AugAssign] | None:
    """The statements that add to the list in the variable, or None where it changes in another way."""
    found: list[ast.Call | ast.AugAssign] = []
    for use in uses(source, module, node):
        parent = module.parents[use]
        call = module.parents.get(parent)
        if isinstance(parent, ast.AugAssign) and parent.target is use and isinstance(parent.op, ast.Add):
            found.append(parent)
        elif isinstance(parent, ast.Attribute) and parent.attr in _GROWING and isinstance(call, ast.Call):
            found.append(call)
        elif not _only_reads(source, module, use):
            return None
    return found


def _only_reads(source: ProjectSource, module: Module, use: ast.Name) -> bool:
    parent = module.parents[use]
    if isinstance(use.ctx, ast.Store):
        return isinstance(parent, (ast.Assign, ast.AnnAssign))
    if isinstance(parent, ast.Attribute):
        call = module.parents.get(parent)
        return isinstance(call, ast.Call) and call.func is parent and parent.attr in _READING
    if isinstance(parent, ast.Call):
        name = source.qualified(module, parent.func) or ""
        return name.startswith((f"builtins.{''}", LOGGING)) and name != "builtins.setattr"
    if isinstance(parent, ast.Subscript):
        return isinstance(parent.ctx, ast.Load) and not _is_written(module, parent)
    if isinstance(parent, (ast.For, ast.AsyncFor, ast.comprehension)):
        return _items_are_read(source, module, parent.target)
    reads = (ast.Return, ast.Yield, ast.List, ast.Tuple, ast.Set, ast.Starred, ast.BinOp, ast.Compare, ast.FormattedValue)
    return isinstance(parent, (*reads, ast.If, ast.Dict, ast.BoolOp, ast.UnaryOp, ast.IfExp, *COMPREHENSIONS))


def _is_written(module: Module, node: ast.expr) -> bool:
    """Whether an item is changed in place: `NAME[0]["x"] = 1`, `NAME["x"].append(1)`."""
    parent = module.parents[node]
    if isinstance(parent, ast.Subscript):
        return not isinstance(parent.ctx, ast.Load) or _is_written(module, parent)
    return isinstance(parent, ast.Attribute) and parent.attr not in _READING


def _items_are_read(source: ProjectSource, module: Module, target: ast.expr) -> bool:
    """Whether a loop leaves the items as they are."""
    if not isinstance(target, ast.Name):
        return isinstance(target, (ast.Tuple, ast.List))
    for use in uses(source, module, target):
        parent = module.parents[use]
        if isinstance(parent, ast.Subscript) and (not isinstance(parent.ctx, ast.Load) or _is_written(module, parent)):
            return False
        if isinstance(parent, ast.Attribute) and parent.attr not in _READING:
            return False
    return True
