"""Whether a project may call op.checkpoint in a way that no reader sees."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from .module import FUNCTIONS, Module
from .names import OPERATIONS, SDK, last_word
from .source import ProjectSource

_OBJECTS = frozenset({OPERATIONS, f"{OPERATIONS}()", SDK})


def may_be_hidden(source: ProjectSource) -> bool:
    """Whether the operations go where they cannot be followed, or something unknown may checkpoint."""
    if source.broken or any(_brings_unknown(source, module) for module in source.modules):
        return True
    return any(_hides(source, module, node) for module in source.modules for node in _mentions(source, module))


def references(source: ProjectSource) -> Iterator[tuple[Module, ast.expr]]:
    """The expressions that mean op.checkpoint, called or not."""
    for module in source.modules:
        for node in module.attributes(["checkpoint"]):
            if source.operation_name(module, node) == "checkpoint":
                yield module, node
        for node in module.named("getattr"):
            call = module.parents[node]
            if isinstance(call, ast.Call) and source.operation_name(module, call) == "checkpoint":
                yield module, call


def _brings_unknown(source: ProjectSource, module: Module) -> bool:
    """Whether a module imports what may checkpoint by itself: all names of a stranger, or another Fivetran library."""
    names = source.names(module).bound
    if any(base not in source.resolver.modules and base != SDK for base in names.stars):
        return True
    imported = [module.absolute(node) for node in module.each(ast.ImportFrom)]
    imported += [alias.name for node in module.each(ast.Import) for alias in node.names]
    roots = {name.partition(".")[0] for name in imported if name not in source.resolver.modules}
    return any("fivetran" in root.lower() and not root.startswith(SDK) for root in roots)


def _mentions(source: ProjectSource, module: Module) -> Iterator[ast.expr]:
    """The expressions that may mean the operations, or a checkpoint of somebody unknown."""
    words = source.resolver.identifiers | source.resolver.variables | {"getattr"}
    for same in module.readings:
        if source.qualified(module, same[0]) in _OBJECTS:
            yield from same
    for node in module.each(ast.Attribute):
        if isinstance(node.ctx, ast.Load) and (node.attr in words or node.attr == "checkpoint"):
            yield node
    for node in module.each(ast.Call):
        word = last_word(node.func)
        if word in words or not word or "checkpoint" in word.lower():
            yield node


def _hides(source: ProjectSource, module: Module, node: ast.expr) -> bool:
    """Whether this expression takes the operations out of sight, or is a checkpoint of somebody unknown."""
    if source.qualified(module, node) in _OBJECTS:
        return not _is_followed(source, module, node)
    called = node.func if isinstance(node, ast.Call) else node
    word = last_word(called)
    if isinstance(node, ast.Name) or "checkpoint" not in word.lower():
        return False
    if isinstance(node, ast.Attribute) and word != "checkpoint":
        return False
    name = source.qualified(module, called) or ""
    return name not in source.resolver.definitions and not name.startswith(OPERATIONS)


def _is_followed(source: ProjectSource, module: Module, node: ast.expr) -> bool:
    """Whether the object that `node` means goes where names are followed: an alias, or an argument that is resolved."""
    parent = module.parents.get(node)
    if isinstance(parent, ast.keyword):
        parent = module.parents[parent]
    if isinstance(parent, ast.Call):
        return parent.func is node or _is_received(source, module, parent)
    if isinstance(parent, (ast.Assign, ast.AnnAssign, ast.NamedExpr)) and parent.value is node:
        targets = parent.targets if isinstance(parent, ast.Assign) else [parent.target]
        return all(source.qualified(module, target) in _OBJECTS for target in targets)
    if isinstance(parent, ast.arguments):
        function = module.parents[parent]
        return isinstance(function, FUNCTIONS) and not _OBJECTS.isdisjoint(source.parameters(module, function).values())
    annotated = isinstance(parent, (ast.arg, ast.AnnAssign, *FUNCTIONS))
    return annotated or isinstance(parent, (ast.Attribute, ast.ClassDef, ast.Compare, ast.Expr))


def _is_received(source: ProjectSource, module: Module, call: ast.Call) -> bool:
    """Whether a call hands the object to a function of the project, to a parameter that is known to be just that."""
    name = source.resolver.local(module, call.func) or ""
    if name == "builtins.getattr":
        return source.qualified(module, call) is not None
    found = source.resolver.definitions.get(name, [])
    if found and isinstance(found[-1].node, ast.ClassDef):
        found = source.resolver.functions(source.resolver.expand(f"{name}().__init__"))
    function = found[0].node if len(found) == 1 else None
    if function is None or isinstance(function, ast.ClassDef):
        return False
    return not _OBJECTS.isdisjoint(source.parameters(found[0].module, function).values())
