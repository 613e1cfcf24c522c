"""What `from X import *` brings into a module."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping

from .module import Module
from .names import SDK, Names
from .sdk import star_names


def star_base(
    modules: Mapping[str, Module], names: Callable[[Module], Names], module: Module, member: str
) -> str | None:
    """The module whose star import brings `member`: empty where certainly none does, None where one may.

    The last import wins; the star imports of the project's own modules are followed.
    """
    seen: set[str] = {module.name}
    waiting = list(names(module).bound.stars)
    while waiting:
        base = waiting.pop()
        other = modules.get(base)
        if other is None and (base != SDK or member in star_names()):
            return base if base == SDK else None
        if other is not None and base not in seen and _is_public(other, names(other), member):
            seen.add(base)
            if names(other).bound.of(other.tree, member):
                return base
            waiting += names(other).bound.stars
    return ""


def _is_public(module: Module, names: Names, member: str) -> bool:
    """Whether a star import of the module may bring a name: `__all__` decides where it is one list of texts."""
    bindings = names.bound.of(module.tree, "__all__")
    if not bindings:
        return not member.startswith("_")
    value = bindings[0].value
    grown = any(isinstance(module.parents[use], ast.Attribute) for use in module.named("__all__"))
    if len(bindings) > 1 or grown or not isinstance(value, (ast.List, ast.Tuple)):
        return True
    listed = [item.value if isinstance(item, ast.Constant) else None for item in value.elts]
    return member in listed or None in listed
