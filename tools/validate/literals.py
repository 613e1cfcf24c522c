"""Whether a variable keeps the literal that it was assigned: who uses it, and how."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from .escapes import Escapes
from .module import Module
from .resolve import Located
from .source import ProjectSource

_GROWING = frozenset({"append", "extend", "insert"})


def literal(source: ProjectSource, given: Located) -> Located | None:
    """The expression that `given` is, or that its variable was assigned and keeps; None where that may change."""
    if not isinstance(given.node, (ast.Name, ast.Attribute)):
        return given
    found = source.resolver.value(given.module, given.node)
    if isinstance(found.node, (ast.Name, ast.Attribute)):
        return None
    if isinstance(found.node, (ast.Constant, ast.JoinedStr)):
        return found
    return found if _is_kept(source, found) else None


def followed(source: ProjectSource, module: Module, node: ast.expr) -> Located:
    """What a variable is: a collection stays one whatever is added to it, a text or number only where it is kept."""
    found = source.resolver.value(module, node)
    if isinstance(found.node, ast.Constant):
        return literal(source, Located(module, node)) or Located(module, node)
    return found


def additions(source: ProjectSource, module: Module, node: ast.Name) -> list[ast.Call | ast.AugAssign] | None:
    """The expressions that add to the list in a variable, or None where it changes in another way."""
    found: list[ast.Call | ast.AugAssign] = []
    for use in source.names(module).uses_beside(node, node.id):
        parent = module.parents[use]
        call = module.parents.get(parent)
        if isinstance(parent, ast.AugAssign) and parent.target is use and isinstance(parent.op, ast.Add):
            found.append(parent)
        elif isinstance(parent, ast.Attribute) and parent.attr in _GROWING and isinstance(call, ast.Call):
            found.append(call)
        elif not only_reads(source, module, use):
            return None
    return found


def _is_kept(source: ProjectSource, found: Located) -> bool:
    """Whether nothing changes the variable to which this expression was assigned."""
    if found.node not in source.kept:
        source.kept[found.node] = all(only_reads(source, *use) for use in _uses_of(source, found))
    return source.kept[found.node]


def _uses_of(source: ProjectSource, found: Located) -> Iterator[tuple[Module, ast.Name | ast.Attribute]]:
    """All places of the project that may mean the variable to which this expression was assigned."""
    statement = found.module.parents[found.node]
    targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
    names = {target.id for target in targets if isinstance(target, ast.Name)}
    for module in source.modules:
        imported = (alias for node in module.each(ast.ImportFrom) for alias in node.names if alias.name in names)
        for name in names | {alias.asname for alias in imported if alias.asname}:
            for use in module.named(name):
                if source.resolver.value(module, use).node is found.node:
                    yield module, use
        for use in module.attributes(names):
            if source.resolver.value(module, use).node is found.node:
                yield module, use


def only_reads(source: ProjectSource, module: Module, use: ast.Name | ast.Attribute) -> bool:
    """Whether what stands around a use of a variable leaves its value as it is."""
    parent = module.parents[use]
    if not isinstance(use.ctx, ast.Load):
        return isinstance(parent, (ast.Assign, ast.AnnAssign, ast.For, ast.comprehension))
    value = source.resolver.value(module, use).node
    return Escapes(source).is_kept(module, use, None if value is use else value)
