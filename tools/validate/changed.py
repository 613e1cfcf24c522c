"""What a project sets from outside on its own modules and objects: `settings.TABLE = ...`, `setattr(settings, ...)`."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable

from .module import Module
from .names import Names

ANY = "*"


def set_from_outside(
    every: Iterable[tuple[Module, Names]], local: Callable[[Module, ast.expr], str | None]
) -> frozenset[str]:
    """The qualified names `MODULE.NAME` and `MODULE.CLASS.NAME` that are set; `MODULE.*` where any name may be."""
    found: set[str] = set()
    for module, names in every:
        for node in names.bound.outside:
            found.add(f"{(local(module, node.value) or '').removesuffix('()')}.{node.attr}")
        for call in module.calls(("setattr",)):
            if len(call.args) > 1:
                key = call.args[1]
                name = key.value if isinstance(key, ast.Constant) else ANY
                found.add(f"{(local(module, call.args[0]) or '').removesuffix('()')}.{name}")
    return frozenset(found)
