"""Names that nothing gives a meaning when their line runs, and that a linter does not tell."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from .guards import expects, is_asked_for, never_runs
from .module import FUNCTIONS, Module
from .source import ProjectSource

_ERRORS = frozenset({"NameError", "UnboundLocalError"})


def is_expected(source: ProjectSource, module: Module, node: ast.Name) -> bool:
    """Whether the code is prepared for the name not being there, or makes it a builtin, or never comes to it."""
    if expects(module, node, _ERRORS) or is_asked_for(module, node, node.id) or never_runs(module, node):
        return True
    given = (use for each in source.modules for use in each.attributes((node.id,)) if isinstance(use.ctx, ast.Store))
    return any(isinstance(use.value, ast.Name) and use.value.id in ("builtins", "__builtins__") for use in given)


def mangled(module: Module) -> Iterator[tuple[ast.Name, str]]:
    """The names `__NAME` that are read in a class, each with the name that Python makes of it."""
    for word in module.words:
        if word.startswith("__") and not word.endswith("__"):
            for node in module.named(word):
                owner = next((each for each in module.ancestors(node) if isinstance(each, ast.ClassDef)), None)
                prefix = owner.name.lstrip("_") if owner is not None else ""
                if owner and prefix and isinstance(node.ctx, ast.Load) and _is_in_body(module, node, owner):
                    yield node, f"_{prefix}{word}"


def is_mangled_away(source: ProjectSource, module: Module, node: ast.Name, meant: str) -> bool:
    """Whether what binds the name as it is written stands outside of every class, and nothing binds the other one."""
    bindings = source.names(module).lookup(node)
    inside = (any(isinstance(each, ast.ClassDef) for each in module.ancestors(binding.node)) for binding in bindings)
    return not any(inside) and source.resolver.is_unbound(module, ast.Name(meant, ast.Load()))


def brought_by_no_star(source: ProjectSource, module: Module) -> Iterator[ast.Name]:
    """The first reading of each name that no star import of the project's own modules brings, and nothing else."""
    seen: set[str] = set()
    for reading in module.readings if source.names(module).bound.stars else ():
        if reading[0].id not in seen and source.resolver.is_unbound(module, reading[0]):
            seen.add(reading[0].id)
            yield reading[0]


def is_read_too_early(source: ProjectSource, module: Module, node: ast.Name) -> bool:
    """Whether the one statement that makes the name a local one is that which reads it: `size = size(row)`."""
    bindings = source.names(module).lookup(node)
    scope = module.scope_of(node)
    if len(bindings) != 1 or not isinstance(scope, FUNCTIONS) or module.scope_of(bindings[0].node) is not scope:
        return False
    statement = module.parents.get(bindings[0].node)
    return isinstance(statement, ast.Assign) and any(each is statement for each in module.ancestors(node))


def _is_in_body(module: Module, node: ast.AST, owner: ast.ClassDef) -> bool:
    """Whether `node` stands in the body of the class: its bases and decorators are read outside."""
    first = {id(each) for each in (*owner.bases, *owner.decorator_list, *owner.keywords)}
    return not any(id(each) in first for each in (node, *module.ancestors(node)))
