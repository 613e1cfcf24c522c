"""The expressions that a name may stand for: in its branches, its loops over literals, the calls that give it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from .literals import literal
from .module import Module
from .reach import Reach
from .resolve import Located
from .source import ProjectSource

_DEPTH = 8
_MOST = 60


class Choice(NamedTuple):
    """One expression: the `value` that a name has at the end, and the `place` that hands it over."""

    place: Located
    value: Located


class Choices:
    """Follows names to all expressions that they may stand for; one that cannot be followed stands for itself."""

    def __init__(self, source: ProjectSource, reach: Reach) -> None:
        self._source = source
        self._found: dict[ast.expr, list[Choice]] = {}

    def of(self, module: Module, node: ast.expr) -> list[Choice]:
        """The choices for an expression, at most some dozens."""
        if node not in self._found:
            place = Located(module, node)
            self._found[node] = []
            self._found[node] = list(dict.fromkeys(self._follow(place, place, _DEPTH)))[:_MOST]
        return self._found[node]

    def _follow(self, place: Located, given: Located, depth: int) -> Iterator[Choice]:
        module, node = given
        parts = self._parts(given, depth) if depth else None
        if parts is not None:
            for part in parts:
                yield from self._follow(part, part, depth - 1)
        elif isinstance(node, ast.NamedExpr):
            yield from self._follow(place, Located(module, node.value), depth - 1)
        else:
            found = self._source.resolver.value(module, node)
            if found.node is not node and depth:
                yield from self._follow(place, found, depth - 1)
            else:
                yield Choice(place, given)

    def _parts(self, given: Located, depth: int) -> list[Located] | None:
        """What an expression chooses from; None where it chooses nothing."""
        module, node = given
        if isinstance(node, ast.IfExp):
            return [Located(module, node.body), Located(module, node.orelse)]
        if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or):
            return [Located(module, value) for value in node.values]
        if isinstance(node, ast.Subscript):
            return self._picked(given)
        if isinstance(node, ast.Attribute):
            return self._of_attribute(module, node)
        return self._of_name(module, node, depth) if isinstance(node, ast.Name) else None

    def _of_name(self, module: Module, node: ast.Name, depth: int) -> list[Located] | None:
        names = self._source.names(module)
        bindings = names.lookup(node)
        found: list[Located] = []
        for binding in bindings:
            parameter = binding.qualified or ""
            if binding.value is not None:
                found.append(Located(module, binding.value))
            elif parameter.startswith("<"):
                found += self._source.given_expressions(parameter)
            elif isinstance(binding.node, ast.Name):
                found += self._looped(module, binding.node, depth)
        return found if len(bindings) > 1 or (bindings and bindings[0].value is None and found) else None

    def _looped(self, module: Module, target: ast.Name, depth: int) -> list[Located]:
        """What a loop gives its variable, where it runs over a literal."""
        position, around = None, module.parents[target]
        if isinstance(around, (ast.Tuple, ast.List)):
            position = next(number for number, part in enumerate(around.elts) if part is target)
            around = module.parents[around]
        if not isinstance(around, (ast.For, ast.AsyncFor, ast.comprehension)):
            return []
        return [
            found
            for row in self.rows(Located(module, around.iter), depth - 1)
            if (found := row if position is None else _column(row, position)) is not None
        ]

    def rows(self, iterable: Located, depth: int = _DEPTH) -> list[Located]:
        """The items of a literal that a loop runs over: of a list, or the keys, values and pairs of a dict."""
        module, node = iterable
        if depth <= 0:
            return []
        if isinstance(node, ast.Call):
            return self._rows_of_call(module, node, depth - 1)
        found = literal(self._source, iterable)
        if found is None:
            return []
        if isinstance(found.node, (ast.List, ast.Tuple, ast.Set)):
            return [Located(found.module, item) for item in found.node.elts if not isinstance(item, ast.Starred)]
        if isinstance(found.node, ast.Dict):
            return [Located(found.module, key) for key in found.node.keys if key is not None]
        return []

    def _rows_of_call(self, module: Module, call: ast.Call, depth: int) -> list[Located]:
        method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
        if isinstance(call.func, ast.Attribute) and method in ("items", "values", "keys") and not call.args:
            found = literal(self._source, Located(module, call.func.value))
            if found is None or not isinstance(found.node, ast.Dict):
                return []
            pairs = [(key, value) for key, value in zip(found.node.keys, found.node.values, strict=True) if key]
            if method == "items":
                return [Located(found.module, _pair(key, value)) for key, value in pairs]
            return [Located(found.module, value if method == "values" else key) for key, value in pairs]
        if self._source.qualified(module, call.func) in ("builtins.list", "builtins.sorted", "builtins.tuple"):
            return self.rows(Located(module, call.args[0]), depth) if call.args else []
        return []

    def _picked(self, given: Located) -> list[Located] | None:
        """`KINDS[name]` of a dict that stands in the code: the value of a key that can be read, else each."""
        module, node = given
        if not isinstance(node, ast.Subscript):
            return None
        found = literal(self._source, Located(module, node.value))
        if found is None or not isinstance(found.node, ast.Dict) or None in found.node.keys:
            return None
        keys, wanted = found.node.keys, node.slice
        same = [
            Located(found.module, value)
            for key, value in zip(keys, found.node.values, strict=True)
            if isinstance(key, ast.Constant) and isinstance(wanted, ast.Constant) and key.value == wanted.value
        ]
        return same or [Located(found.module, value) for value in found.node.values]

    def _of_attribute(self, module: Module, node: ast.Attribute) -> list[Located] | None:
        """What a class, its methods and the classes below it give `self.NAME`."""
        owner = self._source.qualified(module, node.value) or ""
        found: list[Located] = []
        for definition in self._source.resolver.definitions.get(owner.removesuffix("()"), ()):
            for each in (definition, *self._source.resolver.subclasses(definition)):
                if isinstance(each.node, ast.ClassDef):
                    names = self._source.names(each.module)
                    bound = [*names.chosen(each.node, node.attr), *names.bound.attributes(each.node, node.attr)]
                    found += [Located(each.module, binding.value) for binding in bound if binding.value is not None]
        return found or None


def _pair(key: ast.expr, value: ast.expr) -> ast.Tuple:
    return ast.copy_location(ast.Tuple([key, value], ast.Load()), key)


def _column(row: Located, position: int) -> Located | None:
    if isinstance(row.node, (ast.Tuple, ast.List)) and position < len(row.node.elts):
        return Located(row.module, row.node.elts[position])
    return None
