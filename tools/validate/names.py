"""What a name means inside one module, as a qualified name.

A qualified name is dotted: `requests.get`, `MODULE.FUNCTION`, `builtins.open`. `X()` stands for the result of a call
(an instance, where X is a class), `X.<partial>` for functools.partial(X), `<MODULE.FUNCTION:NAME>` for a parameter
and `<MODULE:*>.NAME` for a name that a star import may bring. A name that may mean several things is None.
"""

from __future__ import annotations

import ast
import builtins
import re
from typing import cast

from .bindings import Binding, Bindings
from .module import COMPREHENSIONS, Module, Scope

SDK = "fivetran_connector_sdk"
OPERATIONS = f"{SDK}.Operations"
LOGGING = f"{SDK}.Logging"
CONNECTOR = f"{SDK}.Connector"
PARTIAL = "<partial>"
# The public classes, wherever a version of the SDK defines them.
_PUBLIC = re.compile(rf"^{SDK}\w*(?:\.\w+)*\.(Operations|Logging|Connector)\b")
_BUILTINS = frozenset(dir(builtins))
_DEPTH = 40
# The expressions that can have a qualified name.
_LEADING = frozenset({ast.Attribute, ast.Name, ast.Call, ast.BoolOp, ast.NamedExpr})


def public_name(name: str) -> str:
    """The name under which the SDK publishes a class, for whatever module of the SDK it was imported from."""
    return _PUBLIC.sub(rf"{SDK}.\1", name) if SDK in name else name


def last_word(node: ast.expr) -> str:
    """The word that an expression ends with: `get` of `session.get`; empty where it is neither name nor attribute."""
    if type(node) is ast.Attribute:
        return node.attr
    return node.id if type(node) is ast.Name else ""


class Names:
    """The names of one module."""

    def __init__(self, module: Module) -> None:
        self._module = module
        self.bound = Bindings(module)
        self._cache: dict[ast.expr, str | None] = {}
        self._meanings: dict[tuple[Scope, str], str | None] = {}
        self._chosen: dict[tuple[Scope, str], list[Binding]] = {}
        self._holders: dict[tuple[Scope, str], Scope | None] = {}
        self._uses: dict[str, dict[Scope | None, list[ast.Name]]] = {}

    def local(self, node: ast.expr) -> str | None:
        """The qualified name of an expression as far as this module tells it, or None."""
        if node not in self._cache:
            self._cache[node] = self._resolve(node, _DEPTH)
        return self._cache[node]

    def lookup(self, node: ast.Name) -> list[Binding]:
        """The places that may give this name its meaning: those of the innermost scope that binds it."""
        holder = self._holder(node)
        return self.bound.of(holder, node.id) if holder else []

    def uses_beside(self, binding: ast.AST, name: str) -> list[ast.Name]:
        """Every mention of a name in the scope in which `binding`, a parameter or assigned name, gives it a meaning."""
        if name not in self._uses:
            by_scope: dict[Scope | None, list[ast.Name]] = {}
            for node in self._module.named(name):
                by_scope.setdefault(self._holder(node), []).append(node)
            self._uses[name] = by_scope
        owner = binding if isinstance(binding, ast.Name) else None
        scope = self._holder(owner) if owner is not None else self._module.parents[self._module.parents[binding]]
        return self._uses[name].get(cast("Scope", scope), [])

    def meaning(self, scope: Scope, name: str, depth: int = _DEPTH) -> str | None:
        """The one qualified name that all bindings of a scope give a name, or None."""
        key = (scope, name)
        if key not in self._meanings:
            self._meanings[key] = None
            self._meanings[key] = self._one(self.chosen(scope, name), depth)
        return self._meanings[key]

    def attribute_meaning(self, owner: ast.ClassDef, name: str) -> str | None:
        """The one qualified name that the methods of a class give `self.NAME`, or None."""
        return self._one(self._real(self.bound.attributes(owner, name)), _DEPTH)

    def value_of(self, node: ast.Name) -> ast.expr | None:
        """The one expression that this name is assigned in this module, or None."""
        holder = self._holder(node)
        chosen = self.chosen(holder, node.id) if holder else []
        return chosen[0].value if len(chosen) == 1 else None

    def chosen(self, scope: Scope, name: str) -> list[Binding]:
        """The bindings that count: not a `NAME = None` beside a real one, nor what stands in for a missing SDK."""
        key = (scope, name)
        if key not in self._chosen:
            self._chosen[key] = self._real(self.bound.of(scope, name))
        return self._chosen[key]

    def _holder(self, node: ast.Name) -> Scope | None:
        key = (self._module.scope_of(node), node.id)
        if key not in self._holders:
            self._holders[key] = self.bound.holder(self._module.scopes_of(node), node.id)
        return self._holders[key]

    def _real(self, bindings: list[Binding]) -> list[Binding]:
        if len(bindings) == 1:
            return bindings
        real = [b for b in bindings if not (isinstance(b.value, ast.Constant) and b.value.value is None)]
        if any(b.qualified and b.qualified.startswith(SDK) and not self._is_fallback(b.node) for b in real):
            real = [b for b in real if not self._is_fallback(b.node)]
        return real or bindings

    def _one(self, bindings: list[Binding], depth: int) -> str | None:
        if len(bindings) == 1:
            return bindings[0].qualified or self._resolve(bindings[0].value, depth - 1)
        found: set[str | None] = set()
        for binding in bindings:
            found.add(binding.qualified or self._resolve(binding.value, depth - 1))
            if len(found) > 1:
                return None
        return found.pop() if found else None

    def _resolve(self, node: ast.expr | None, depth: int) -> str | None:
        if node is None or depth == 0 or node.__class__ not in _LEADING:
            return None
        if isinstance(node, ast.Attribute):
            owner = self._resolve(node.value, depth - 1)
            return f"{owner}.{node.attr}" if owner else None
        if isinstance(node, ast.Name):
            return self._resolve_name(node, depth)
        if isinstance(node, ast.Call):
            return self._resolve_call(node, depth)
        if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or):
            # `op or Operations`: what stands in for the class behaves as it does.
            name = self._resolve(node.values[-1], depth - 1) or ""
            return name if name.removesuffix("()") in (OPERATIONS, LOGGING) else None
        return self._resolve(node.value, depth - 1) if isinstance(node, ast.NamedExpr) else None

    def _resolve_name(self, node: ast.Name, depth: int) -> str | None:
        if (holder := self._holder(node)) is not None:
            return self.meaning(holder, node.id, depth)
        if self.bound.stars:
            return f"<{self._module.name}:*>.{node.id}"
        return f"builtins.{node.id}" if node.id in _BUILTINS else None

    def _resolve_call(self, node: ast.Call, depth: int) -> str | None:
        called = self.value_of(node.func) if isinstance(node.func, ast.Name) else node.func
        if isinstance(called, ast.Lambda):
            return self._resolve(called.body, depth - 1)
        name = self._resolve(node.func, depth - 1)
        if name == "functools.partial" and node.args:
            inner = self._resolve(node.args[0], depth - 1)
            return f"{inner}.{PARTIAL}" if inner else None
        if name == "builtins.getattr":
            key = node.args[1] if len(node.args) > 1 else None
            owner = self._resolve(node.args[0], depth - 1) if node.args else None
            literal = isinstance(key, ast.Constant) and isinstance(key.value, str) and key.value.isidentifier()
            return f"{owner}.{key.value}" if owner and literal and isinstance(key, ast.Constant) else None
        return f"{name}()" if name else None

    def _is_fallback(self, node: ast.AST) -> bool:
        """Whether `node` stands in an `except ImportError` (or wider) of this scope."""
        for parent in self._module.ancestors(node):
            if isinstance(parent, ast.ExceptHandler):
                return True
            if isinstance(parent, (*COMPREHENSIONS, ast.Lambda, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                return False
        return False
