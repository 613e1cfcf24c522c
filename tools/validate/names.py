"""What a name means: follows imports, aliases and single assignments to a qualified name.

`op.upsert` is `fivetran_connector_sdk.Operations.upsert` under every spelling of the import; a function of the
project is `MODULE.NAME`. A name that may mean several things, or that a parameter or a local assignment hides, is None.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass

from .module import Module, Scope

SDK = "fivetran_connector_sdk"
OPERATIONS = f"{SDK}.Operations"
LOGGING = f"{SDK}.Logging"
CONNECTOR = f"{SDK}.Connector"
_DEPTH = 12


@dataclass(frozen=True)
class Binding:
    """One place that gives a name its meaning: a qualified name, an expression, or neither (a parameter, a loop)."""

    node: ast.AST
    qualified: str | None = None
    value: ast.expr | None = None


class Names:
    """The names of one module."""

    def __init__(self, module: Module) -> None:
        self._module = module
        self._scopes: dict[Scope, dict[str, list[Binding]]] = {}
        self._globals: dict[Scope, set[str]] = {}
        self._cache: dict[ast.expr, str | None] = {}
        for node in module.nodes:
            self._bind(node)

    def bindings(self, scope: Scope, name: str) -> list[Binding]:
        """The places that bind `name` in this scope itself."""
        return self._scopes.get(scope, {}).get(name, [])

    def qualified(self, node: ast.expr) -> str | None:
        """The qualified name of an expression, or None where it cannot be told."""
        if node not in self._cache:
            self._cache[node] = self._resolve(node, _DEPTH)
        return self._cache[node]

    def imported(self, name: str) -> bool:
        """Whether the module binds `name` at its top level by an import."""
        return any(binding.qualified for binding in self.bindings(self._module.tree, name))

    def _resolve(self, node: ast.expr | None, depth: int) -> str | None:
        if node is None or depth == 0:
            return None
        if isinstance(node, ast.Attribute):
            owner = self._resolve(node.value, depth - 1)
            return f"{owner}.{node.attr}" if owner else None
        if isinstance(node, ast.Name):
            return self._resolve_name(node, depth)
        return None

    def _resolve_name(self, node: ast.Name, depth: int) -> str | None:
        found = {b.qualified or self._resolve(b.value, depth - 1) for b in self._lookup(node)}
        return found.pop() if len(found) == 1 else None

    def _lookup(self, node: ast.Name) -> list[Binding]:
        scope = self._module.scope_of(node)
        if self._comprehension_binds(node):
            return []
        first = True
        while True:
            if (first or not isinstance(scope, ast.ClassDef)) and node.id not in self._globals.get(scope, ()):
                found = self.bindings(scope, node.id)
                if found:
                    return found
            if isinstance(scope, ast.Module):
                return []
            scope, first = self._module.scope_of(scope), False

    def _comprehension_binds(self, node: ast.Name) -> bool:
        for parent in self._module.ancestors(node):
            if isinstance(parent, (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)):
                targets = (name for gen in parent.generators for name in ast.walk(gen.target))
                if any(isinstance(name, ast.Name) and name.id == node.id for name in targets):
                    return True
            if isinstance(parent, ast.stmt):
                return False
        return False

    def _bind(self, node: ast.AST) -> None:
        if isinstance(node, ast.Import):
            for alias in node.names:
                target = alias.name if alias.asname else alias.name.partition(".")[0]
                self._add(node, alias.asname or target, qualified=target)
        elif isinstance(node, ast.ImportFrom):
            base = "." * node.level + (node.module or "")
            for alias in node.names:
                joined = f"{base}.{alias.name}" if base.strip(".") else f"{base}{alias.name}"
                self._add(node, alias.asname or alias.name, qualified=joined)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            inside = isinstance(self._module.scope_of(node), ast.Module)
            self._add(node, node.name, qualified=f"{self._module.name}.{node.name}" if inside else None)
        elif isinstance(node, ast.arg):
            self._add_parameter(node)
        elif isinstance(node, ast.Global):
            self._globals.setdefault(self._module.scope_of(node), set()).update(node.names)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, (ast.Store, ast.Del)):
            self._add(node, node.id, value=self._assigned(node))
        elif isinstance(node, ast.ExceptHandler) and node.name:
            self._add(node, node.name)

    def _assigned(self, node: ast.Name) -> ast.expr | None:
        parent = self._module.parents[node]
        if isinstance(parent, (ast.Assign, ast.AnnAssign, ast.NamedExpr)):
            return parent.value
        return None

    def _add_parameter(self, node: ast.arg) -> None:
        owner = next((a for a in self._module.ancestors(node) if not isinstance(a, ast.arguments)), None)
        if isinstance(owner, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            self._scopes.setdefault(owner, {}).setdefault(node.arg, []).append(Binding(node))

    def _add(self, node: ast.AST, name: str, qualified: str | None = None, value: ast.expr | None = None) -> None:
        scope = self._module.scope_of(node)
        if name in self._globals.get(scope, ()):
            scope = self._module.tree
        self._scopes.setdefault(scope, {}).setdefault(name, []).append(Binding(node, qualified, value))
