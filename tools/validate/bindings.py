"""Every place of a module that gives a name its meaning, by scope."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .module import COMPREHENSIONS, FUNCTIONS, Function, Module, Scope


@dataclass(eq=False, slots=True)
class Binding:
    """One place that gives a name its meaning: a qualified name, an expression, or neither (a loop, an except)."""

    node: ast.AST
    qualified: str | None = None
    value: ast.expr | None = None


class Bindings:
    """The names of each scope, the attributes that methods set on `self`, and the star imports."""

    def __init__(self, module: Module) -> None:
        self._module = module
        self._scopes: dict[Scope, dict[str, list[Binding]]] = {}
        self._attributes: dict[ast.ClassDef, dict[str, list[Binding]]] = {}
        self._outer: dict[Scope, dict[str, Scope]] = {}
        self.stars: list[str] = []
        # Attributes that are set, but not by a method on its own object.
        self.outside: list[ast.Attribute] = []
        self._declare()
        self._bind_imports()
        self._bind_definitions()
        self._bind_stores()

    def of(self, scope: Scope, name: str) -> list[Binding]:
        """The places that bind `name` in this scope itself."""
        return self._scopes.get(scope, {}).get(name, [])

    def holder(self, scopes: Iterable[Scope], name: str) -> Scope | None:
        """The first of the scopes, innermost first, that binds `name`; of classes only the innermost is looked at."""
        for number, scope in enumerate(scopes):
            if number and isinstance(scope, ast.ClassDef):
                continue
            holder = self._outer[scope].get(name, scope) if scope in self._outer else scope
            if holder in self._scopes and name in self._scopes[holder]:
                return holder
        return None

    def attributes(self, owner: ast.ClassDef, name: str) -> list[Binding]:
        """The places where a method of the class sets `self.NAME`."""
        return self._attributes.get(owner, {}).get(name, [])

    def shared_names(self) -> Iterator[str]:
        """The names that other scopes may ask for with a dot: those of the module and of its classes."""
        for scope, bound in self._scopes.items():
            if isinstance(scope, (ast.Module, ast.ClassDef)):
                yield from bound
        for bound in self._attributes.values():
            yield from bound

    def assigned_names(self) -> Iterator[str]:
        """Those of the shared names that an expression is assigned to."""
        for scope, bound in self._scopes.items():
            if isinstance(scope, (ast.Module, ast.ClassDef)):
                yield from (name for name, every in bound.items() if any(each.value is not None for each in every))
        for bound in self._attributes.values():
            yield from bound

    def declared_elsewhere(self, scope: Scope, name: str) -> Scope | None:
        """The scope that `global` or `nonlocal` names for this name."""
        return self._outer.get(scope, {}).get(name)

    def qualified_name(self, definition: ast.AST) -> str:
        """`MODULE.CLASS.METHOD`, `MODULE.FUNCTION.<locals>.INNER`: the name that Python gives it."""
        parts = [getattr(definition, "name", "<lambda>")]
        for scope in self._module.scopes_of(definition):
            if isinstance(scope, ast.ClassDef):
                parts.append(scope.name)
            elif not isinstance(scope, ast.Module):
                parts += ["<locals>", getattr(scope, "name", "<lambda>")]
        return ".".join([self._module.name, *reversed(parts)])

    def _declare(self) -> None:
        for node in self._module.each(ast.Global):
            scope = self._module.scope_of(node)
            self._outer.setdefault(scope, {}).update(dict.fromkeys(node.names, self._module.tree))
        for node in self._module.each(ast.Nonlocal):
            scope = self._module.scope_of(node)
            for name in node.names:
                if (outer := self._nonlocal(scope, name)) is not None:
                    self._outer.setdefault(scope, {})[name] = outer

    def _nonlocal(self, scope: Scope, name: str) -> Function | None:
        """The innermost function around `scope` that binds a name itself."""
        stores = {self._module.scope_of(node) for node in self._module.named(name) if isinstance(node.ctx, ast.Store)}
        passing = {self._module.scope_of(node) for node in self._module.each(ast.Nonlocal) if name in node.names}
        outer = nearest = self._module.function_of(scope)
        while outer is not None and (outer in passing or outer not in stores):
            args = outer.args
            if any(arg.arg == name for arg in (*args.posonlyargs, *args.args, *args.kwonlyargs)):
                return outer
            outer = self._module.function_of(outer)
        return outer or nearest

    def _bind_imports(self) -> None:
        for node in self._module.each(ast.Import):
            for alias in node.names:
                target = alias.name if alias.asname else alias.name.partition(".")[0]
                self._add(alias, alias.asname or target, qualified=target)
        for node in self._module.each(ast.ImportFrom):
            self._bind_from(node)

    def _bind_from(self, node: ast.ImportFrom) -> None:
        base = self._module.absolute(node)
        for alias in node.names:
            if alias.name == "*":
                self.stars.append(base)
            else:
                self._add(alias, alias.asname or alias.name, qualified=f"{base}.{alias.name}" if base else alias.name)

    def _bind_definitions(self) -> None:
        for node in self._module.each(*FUNCTIONS, ast.ClassDef):
            self._add(node, node.name, qualified=self.qualified_name(node))
        for node in self._module.each(*FUNCTIONS, ast.Lambda):
            self._bind_parameters(node)

    def _bind_parameters(self, node: Function | ast.Lambda) -> None:
        bound = self._scopes.setdefault(node, {})
        given = node.args
        owner = None if isinstance(node, ast.Lambda) else self.qualified_name(node)
        for number, arg in enumerate((*given.posonlyargs, *given.args, *given.kwonlyargs)):
            name = f"<{owner}:{arg.arg}>" if owner else None
            if not number and not isinstance(node, ast.Lambda):
                name = self._of_self(node) or name
            bound.setdefault(arg.arg, []).append(Binding(arg, name))
        for arg in (given.vararg, given.kwarg):
            if arg is not None:
                bound.setdefault(arg.arg, []).append(Binding(arg))

    def _of_self(self, node: Function) -> str | None:
        """`MODULE.CLASS()` for the first parameter of a method, `MODULE.CLASS` for that of a class method."""
        owner = self._module.scope_of(node)
        if not isinstance(owner, ast.ClassDef) or not (node.args.posonlyargs or node.args.args):
            return None
        marks = {mark.id for mark in node.decorator_list if isinstance(mark, ast.Name)}
        if "staticmethod" in marks:
            return None
        return self.qualified_name(owner) + ("" if "classmethod" in marks else "()")

    def _bind_stores(self) -> None:
        for node in self._module.each(ast.Name):
            if not isinstance(node.ctx, ast.Load) and not self._only_annotated(node):
                self._add(node, node.id, value=self._assigned(node))
        for node in self._module.each(ast.Attribute):
            if isinstance(node.ctx, ast.Store):
                self._bind_attribute(node)
        for node in self._module.each(ast.ExceptHandler, ast.MatchAs, ast.MatchStar):
            self._add_if_named(node, node.name)
        for node in self._module.each(ast.MatchMapping):
            self._add_if_named(node, node.rest)

    def _bind_attribute(self, node: ast.Attribute) -> None:
        method = self._module.function_of(node)
        owner = self._module.scope_of(method) if method else None
        if method and isinstance(owner, ast.ClassDef) and isinstance(node.value, ast.Name):
            first = next(iter((*method.args.posonlyargs, *method.args.args)), None)
            if first is not None and first.arg == node.value.id:
                found = self._attributes.setdefault(owner, {}).setdefault(node.attr, [])
                found.append(Binding(node, value=self._assigned(node)))
                return
        self.outside.append(node)

    def _only_annotated(self, node: ast.Name) -> bool:
        parent = self._module.parents[node]
        return isinstance(parent, ast.AnnAssign) and parent.value is None

    def _assigned(self, node: ast.expr) -> ast.expr | None:
        parent = self._module.parents[node]
        if isinstance(parent, (ast.Assign, ast.AnnAssign, ast.NamedExpr)):
            return parent.value
        if isinstance(parent, ast.withitem):
            # Sessions, clients, connections and files give themselves.
            return parent.context_expr
        outer = self._module.parents.get(parent)
        if isinstance(parent, (ast.Tuple, ast.List)) and isinstance(outer, ast.Assign):
            values = outer.value.elts if isinstance(outer.value, (ast.Tuple, ast.List)) else []
            starred = any(isinstance(part, ast.Starred) for part in (*parent.elts, *values))
            if len(values) == len(parent.elts) and not starred:
                return values[next(i for i, target in enumerate(parent.elts) if target is node)]
        return None

    def _add_if_named(self, node: ast.AST, name: str | None) -> None:
        if name:
            self._add(node, name)

    def _add(self, node: ast.AST, name: str, qualified: str | None = None, value: ast.expr | None = None) -> None:
        scope = self._module.scope_of(node)
        while isinstance(scope, COMPREHENSIONS) and isinstance(self._module.parents.get(node), ast.NamedExpr):
            scope = self._module.scope_of(scope)
        if self._outer:
            scope = self.declared_elsewhere(scope, name) or scope
        self._scopes.setdefault(scope, {}).setdefault(name, []).append(Binding(node, qualified, value))
