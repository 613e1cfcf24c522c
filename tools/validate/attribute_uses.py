"""Every mention of an attribute of one class: by its methods, and of its instances."""

from __future__ import annotations

import ast

from .module import Module
from .reach import Reach
from .source import ProjectSource

Use = tuple[Module, ast.Attribute]


class AttributeUses:
    """Found once for each name of an attribute, by whoever owns it."""

    def __init__(self, source: ProjectSource, reach: Reach) -> None:
        self._source = source
        self._by_owner: dict[str, dict[str, list[Use]]] = {}

    def of(self, module: Module, node: ast.Attribute) -> list[Use]:
        """Those of the same attribute and owner; none where the owner cannot be told."""
        owner = self._source.qualified(module, node.value)
        return self._of_name(node.attr).get(owner, []) if owner else []

    def _of_name(self, name: str) -> dict[str, list[Use]]:
        if name not in self._by_owner:
            found = self._by_owner[name] = {}
            for where in self._source.modules:
                for use in where.attributes((name,)):
                    found.setdefault(self._source.qualified(where, use.value) or "", []).append((where, use))
        return self._by_owner[name]
