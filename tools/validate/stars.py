"""What `from X import *` brings into a module."""

from __future__ import annotations

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
        if other is not None and base not in seen and not member.startswith("_"):
            seen.add(base)
            if names(other).bound.of(other.tree, member):
                return base
            waiting += names(other).bound.stars
    return ""
