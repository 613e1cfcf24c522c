"""Which expressions show the configuration, or a credential of it, in a text."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from functools import cached_property

from ..secrets import names_credential
from .arguments import called_functions, given_to
from .configuration_reads import ConfigurationReads
from .module import FUNCTIONS, Module
from .reach import Reach
from .source import ProjectSource

_WHOLE = "the configuration"
_DEPTH = 8
# What shows all of what it is given.
_SHOWING = frozenset(
    {"builtins.str", "builtins.repr", "builtins.dict", "builtins.list", "json.dumps", "pprint.pformat"}
)
_PARTS = frozenset({"items", "values", "copy"})


class Leaks:
    """Follows texts, containers, variables, attributes and parameters back to the configuration."""

    def __init__(self, source: ProjectSource, reach: Reach) -> None:
        self._source = source
        self._reads = reach.shared(ConfigurationReads)

    def shown(self, module: Module, node: ast.expr, depth: int = _DEPTH) -> str | None:
        """What an expression shows: `the configuration`, a key of it that names a credential, or nothing."""
        if depth == 0 or not self._reads.has_whole:
            return None
        if (read := self._reads.by_node.get(node)) is not None:
            secret = read.how in ("item", "get", "default") and names_credential(read.key)
            return f"the value of {read.key!r}" if secret else None
        if self._reads.is_whole(node):
            return _WHOLE
        return self._first(module, self._parts(module, node), depth - 1) or self._stands_for(module, node, depth - 1)

    def _first(self, module: Module, parts: Iterable[ast.expr], depth: int) -> str | None:
        return next(filter(None, (self.shown(module, part, depth) for part in parts)), None)

    def _parts(self, module: Module, node: ast.expr) -> list[ast.expr]:
        """The expressions whose whole value is a part of this one's."""
        if isinstance(node, ast.JoinedStr):
            return [part.value for part in node.values if isinstance(part, ast.FormattedValue)]
        if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Mod)):
            return [node.left, node.right]
        if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
            return node.elts
        if isinstance(node, ast.Dict):
            return node.values
        if isinstance(node, ast.IfExp):
            return [node.body, node.orelse]
        if isinstance(node, ast.BoolOp):
            return node.values
        return self._of_call(module, node) if isinstance(node, ast.Call) else []

    def _of_call(self, module: Module, call: ast.Call) -> list[ast.expr]:
        given = [*call.args, *(keyword.value for keyword in call.keywords)]
        if isinstance(call.func, ast.Attribute):
            if call.func.attr == "format":
                return given
            if call.func.attr in _PARTS:
                return [call.func.value]
            if call.func.attr == "join" and given:
                return given
        return given if self._source.qualified(module, call.func) in _SHOWING else []

    def _stands_for(self, module: Module, node: ast.expr, depth: int) -> str | None:
        """What a variable, parameter or attribute was given."""
        if isinstance(node, ast.Attribute):
            return self._of_attribute(node.attr, depth)
        if not isinstance(node, ast.Name):
            return None
        bindings = self._source.names(module).lookup(node)
        if len(bindings) != 1:
            return None
        if isinstance(bindings[0].node, ast.arg):
            return self._of_parameter(module, bindings[0].node, depth)
        return self.shown(module, bindings[0].value, depth) if bindings[0].value is not None else None

    def _of_attribute(self, name: str, depth: int) -> str | None:
        given = self._attributes.get(name, [])
        return self.shown(*given[0], depth) if len(given) == 1 else None

    def _of_parameter(self, module: Module, parameter: ast.arg, depth: int) -> str | None:
        """What the calls give a parameter, where its name says that it is a credential."""
        function = module.parents[module.parents[parameter]]
        if not names_credential(parameter.arg) or not isinstance(function, FUNCTIONS):
            return None
        found = [self.shown(where, value, depth) for where, value in self._arguments(function, parameter)]
        return found[0] if found and all(found) else None

    def _arguments(self, function: ast.AST, parameter: ast.arg) -> Iterator[tuple[Module, ast.expr]]:
        name = getattr(function, "name", "")
        for module in self._source.modules:
            for call in module.each(ast.Call) if name == "__init__" else module.calls([name]):
                for _, called, filled in called_functions(self._source, module, call):
                    if called is function and parameter in (given := given_to(call, called, filled)):
                        yield module, given[parameter]

    @cached_property
    def _attributes(self) -> dict[str, list[tuple[Module, ast.expr]]]:
        """What is assigned to attributes, by their names."""
        found: dict[str, list[tuple[Module, ast.expr]]] = {}
        for module in self._source.modules:
            for node in module.each(ast.Assign):
                for target in node.targets:
                    if isinstance(target, ast.Attribute):
                        found.setdefault(target.attr, []).append((module, node.value))
        return found
