"""The names under which the specification imports the SDK, and what somebody means who writes one of them."""

from __future__ import annotations

import ast

from .module import Module

ALIASES = {"Connector": "Connector", "Logging": "log", "Operations": "op"}
_MEANT = {alias: name for name, alias in ALIASES.items()} | {name: name for name in ALIASES}


def sdk_names() -> frozenset[str]:
    """The names by which code may mean the SDK's classes."""
    return frozenset(_MEANT)


def meant_by(module: Module, node: ast.Name) -> str | None:
    """The class of the SDK that somebody means who writes this name here: `Connector(...)`, or `op.` and a name."""
    parent = module.parents[node]
    if node.id == "Connector":
        return "Connector" if isinstance(parent, ast.Call) and parent.func is node else None
    return _MEANT.get(node.id) if isinstance(parent, ast.Attribute) else None


def is_sdk_name(module: Module, node: ast.Name) -> bool:
    """Whether an undefined name is one that `missing-sdk-import` speaks of."""
    return meant_by(module, node) is not None
