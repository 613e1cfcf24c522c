"""Which texts a key can be: a constant, a variable that keeps one, or each item of a list that a loop goes through."""

from __future__ import annotations

import ast
from typing import NamedTuple

from .literals import literal
from .module import Module
from .resolve import Located
from .source import ProjectSource

_MOST = 100


class Key(NamedTuple):
    """One text, and the expression that writes it."""

    text: str
    place: ast.expr


def keys_of(source: ProjectSource, module: Module, node: ast.expr) -> list[Key] | None:
    """The texts that an expression can be, or None where they cannot be told."""
    found = literal(source, Located(module, node))
    if found is not None and isinstance(found.node, ast.Constant):
        # The place is that of the use: a constant may stand in another file.
        return [Key(found.node.value, node)] if isinstance(found.node.value, str) else []
    if isinstance(node, ast.JoinedStr):
        return _of_parts(source, module, node)
    return _of_loop(source, module, node) if isinstance(node, ast.Name) else None


def _of_parts(source: ProjectSource, module: Module, node: ast.JoinedStr) -> list[Key] | None:
    """The texts of an f-string whose parts can all be told; no more than a few."""
    texts = [""]
    for part in node.values:
        value = part.value if isinstance(part, ast.FormattedValue) else part
        plain = not isinstance(part, ast.FormattedValue) or (part.conversion == -1 and part.format_spec is None)
        found = keys_of(source, module, value) if plain and isinstance(value, (ast.Constant, ast.Name)) else None
        if not found or len(texts) * len(found) > _MOST:
            return None
        texts = [text + each.text for text in texts for each in found]
    return [Key(text, node) for text in texts]


def _of_loop(source: ProjectSource, module: Module, node: ast.Name) -> list[Key] | None:
    bindings = source.names(module).lookup(node)
    target = bindings[0].node if len(bindings) == 1 else None
    holder = module.parents.get(target) if target is not None else None
    index: int | None = None
    if isinstance(holder, ast.Tuple) and isinstance(target, ast.expr):
        index = holder.elts.index(target)
        holder = module.parents.get(holder)
    if not isinstance(holder, (ast.For, ast.AsyncFor, ast.comprehension)):
        return None
    return _items(source, module, holder.iter, index)


def _items(source: ProjectSource, module: Module, given: ast.expr, index: int | None) -> list[Key] | None:
    """The texts in a list, the keys of a dict, or the texts at one place of each pair in a list."""
    items = (
        isinstance(given, ast.Call) and isinstance(given.func, ast.Attribute) and given.func.attr in ("items", "keys")
    )
    owner = (
        given.func.value if items and isinstance(given, ast.Call) and isinstance(given.func, ast.Attribute) else given
    )
    found = literal(source, Located(module, owner))
    if found is None:
        return None
    if isinstance(found.node, ast.Dict):
        parts = [key for key in found.node.keys if key is not None] if index in (None, 0) else []
        return _keys(found, module, given, parts)
    if not isinstance(found.node, (ast.List, ast.Tuple, ast.Set)):
        return None
    if index is None:
        return _keys(found, module, given, found.node.elts)
    pairs = [each for each in found.node.elts if isinstance(each, (ast.Tuple, ast.List)) and len(each.elts) > index]
    return _keys(found, module, given, [pair.elts[index] for pair in pairs])


def _keys(found: Located, module: Module, given: ast.expr, parts: list[ast.expr]) -> list[Key] | None:
    texts = [part for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)]
    if len(texts) < len(parts):
        return None
    return [Key(str(part.value), part if found.module is module else given) for part in texts]
