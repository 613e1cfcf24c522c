"""The Connector object: where it is made, and what it is given for `update` and `schema`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from .module import FUNCTIONS, Function, Module
from .names import CONNECTOR
from .resolve import Definition, Located
from .source import ProjectSource

_DEPTH = 20
_POSITIONS = {"update": 0, "schema": 1}


@dataclass(frozen=True)
class Callback:
    """A function that the SDK calls; `filled` parameters and `named` ones have their values before it does.

    It is not `certain` where the project defines the name more than once (then this is the last one) or calls no
    Connector (then it is the one that bears the parameter's name).
    """

    module: Module
    node: Function | ast.Lambda
    filled: int = 0
    named: frozenset[str] = frozenset()
    certain: bool = True


class ConnectorObject:
    """What a project tells about its `connector = Connector(update=..., schema=...)`."""

    def __init__(self, source: ProjectSource) -> None:
        self._source = source

    @cached_property
    def calls(self) -> list[Located]:
        """Every call of Connector() in the project."""
        found: list[Located] = []
        for module in self._source.modules:
            for node in module.each(ast.Call):
                if self._source.qualified(module, node.func) == CONNECTOR:
                    found.append(Located(module, node))
        return found

    @cached_property
    def call(self) -> Located | None:
        """The call that the name `connector` of connector.py is bound to, else the only one of the project."""
        module = self._source.connector
        if module is None:
            return None
        names = self._source.names(module)
        for binding in reversed(names.chosen(module.tree, "connector")):
            value = binding.value
            if value is None and binding.qualified and isinstance(binding.node, ast.alias):
                value = ast.copy_location(ast.Name(binding.node.asname or binding.node.name, ast.Load()), binding.node)
            if value is not None and (made := self._made(Located(module, value), _DEPTH)):
                return made
        return self.calls[0] if len(self.calls) == 1 else None

    def given(self, parameter: str) -> Located | None:
        """The expression that Connector() was given for `update` or `schema`; None where it is not visible."""
        if self.call is None or not isinstance(self.call.node, ast.Call):
            return None
        for keyword in self.call.node.keywords:
            if keyword.arg == parameter:
                return Located(self.call.module, keyword.value)
        args, position = self.call.node.args, _POSITIONS[parameter]
        if len(args) > position and not any(isinstance(arg, ast.Starred) for arg in args[: position + 1]):
            return Located(self.call.module, args[position])
        return None

    def callback(self, parameter: str) -> Callback | None:
        """The function of the project that the SDK calls as `update` or `schema`; None where it is not visible."""
        given = self.given(parameter)
        if given is not None:
            return self._callback(given, _DEPTH)
        module = self._source.connector
        if self.calls or module is None:
            return None
        found = self._of_functions(self._source.resolver.functions(f"{module.name}.{parameter}"), 0)
        return replace(found, certain=False) if found else None

    @cached_property
    def is_swapped(self) -> bool:
        """Whether each of `update` and `schema` is given the function that bears the other's name."""
        found = {name: getattr(getattr(self.callback(name), "node", None), "name", "") for name in _POSITIONS}
        return found == {"update": "schema", "schema": "update"}

    def _made(self, expression: Located, depth: int) -> Located | None:
        found = self._source.resolver.value(expression.module, expression.node)
        if depth == 0 or not isinstance(found.node, ast.Call):
            return None
        name = self._source.qualified(found.module, found.node.func)
        if name == CONNECTOR:
            return found
        functions = self._source.resolver.functions(name or "")
        for node in ast.walk(functions[0].node) if len(functions) == 1 else ():
            if isinstance(node, ast.Return) and node.value is not None:
                return self._made(Located(functions[0].module, node.value), depth - 1)
        return None

    def _callback(self, expression: Located, depth: int) -> Callback | None:
        found = self._source.resolver.value(expression.module, expression.node)
        module, node = found.module, found.node
        if isinstance(node, ast.Lambda):
            return Callback(module, node)
        name = self._source.qualified(module, node) or ""
        if isinstance(node, ast.Call):
            if self._source.qualified(module, node.func) == "functools.partial" and node.args and depth:
                return self._partial(node, self._callback(Located(module, node.args[0]), depth - 1))
            method = self._source.resolver.expand(f"{name}.__call__")
            if name.endswith("()"):
                return self._of_functions(self._source.resolver.functions(method), 1)
            # A function that gives back one that is defined in it: what is called is the inner one.
            made = self._source.resolver.functions(name) if ".<locals>." in name else []
            return self._of_functions(made, 0)
        owner = self._source.qualified(module, node.value) if isinstance(node, ast.Attribute) else None
        return self._of_functions(self._source.resolver.functions(name), int((owner or "").endswith("()")))

    def _is_last(self, found: list[Definition]) -> bool:
        """Whether the last of several functions of a name is the one that Connector is given."""
        module, last = found[-1].module, found[-1].node
        around = {each.module.parents[each.node] for each in found}
        if self.call is None or len(around) > 1 or not isinstance(module.scope_of(last), ast.Module):
            return False
        # Those of one `if` or `try` may stand in different branches of it.
        if not any(module.holds(body, found[0].node) and module.holds(body, last) for body in _bodies(around.pop())):
            return False
        if self.call.module is not module:
            return True
        return module.callable_of(self.call.node) is None and module.number(self.call.node) > module.number(last)

    def _of_functions(self, found: list[Definition], filled: int) -> Callback | None:
        if not found or not isinstance(node := found[-1].node, FUNCTIONS):
            return None
        marks = {mark.id for mark in node.decorator_list if isinstance(mark, ast.Name)}
        if isinstance(found[-1].module.scope_of(node), ast.ClassDef):
            filled = 0 if "staticmethod" in marks else 1 if "classmethod" in marks else filled
        else:
            # A function that is only kept as an attribute is given no self.
            filled = 0
        return Callback(found[-1].module, node, filled, certain=len(found) == 1 or self._is_last(found))

    def _partial(self, call: ast.Call, inner: Callback | None) -> Callback | None:
        positional, keywords = call.args[1:], [keyword.arg for keyword in call.keywords]
        if inner is None or None in keywords or any(isinstance(arg, ast.Starred) for arg in positional):
            return None
        named = inner.named.union(name for name in keywords if name)
        return replace(inner, filled=inner.filled + len(positional), named=named)


def _bodies(parent: ast.AST) -> Iterator[list[ast.stmt]]:
    """The lists of statements of a statement."""
    for name in ("body", "orelse", "finalbody"):
        yield getattr(parent, name, [])
