"""Which functions of the project a sync can reach: from update(), through calls and references, across modules."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from .module import FUNCTIONS, Function, Module
from .names import CONNECTOR
from .source import OperationCall, ProjectSource


@dataclass(frozen=True)
class ProjectFunction:
    """A function or method of the project."""

    module: Module
    node: Function


class Reach:
    """Answers "is this reachable from update()?"; in doubt (dynamic calls, methods of unknown objects) yes."""

    def __init__(self, source: ProjectSource) -> None:
        self._source = source

    @cached_property
    def connector_call(self) -> tuple[Module, ast.Call] | None:
        """The module-level `connector = Connector(...)` of connector.py."""
        module = self._source.connector
        if module is None:
            return None
        for node in module.nodes:
            if isinstance(node, ast.Call) and self._source.qualified(module, node.func) == CONNECTOR:
                return module, node
        return None

    def given(self, parameter: str, position: int) -> ast.expr | None:
        """The expression that Connector() was given for `update` (0) or `schema` (1)."""
        if self.connector_call is None:
            return None
        call = self.connector_call[1]
        for keyword in call.keywords:
            if keyword.arg == parameter:
                return keyword.value
        return call.args[position] if len(call.args) > position else None

    def given_function(self, parameter: str, position: int) -> ProjectFunction | None:
        """The project's function that Connector() was given, or the one that bears the parameter's name."""
        expression = self.given(parameter, position)
        connector = self._source.connector
        if connector is None:
            return None
        name = f"{connector.name}.{parameter}"
        if self.connector_call and expression is not None:
            name = self._source.qualified(connector, expression) or ""
        found = self._by_name.get(name, [])
        return found[-1] if found else None

    @cached_property
    def functions(self) -> list[ProjectFunction]:
        """Every function and method of the project."""
        return [ProjectFunction(m, n) for m in self._source.modules for n in m.nodes if isinstance(n, FUNCTIONS)]

    @cached_property
    def from_update(self) -> set[Function] | None:
        """The functions that a sync can reach, or None where update() is not visible."""
        update = self.given_function("update", 0)
        if update is None:
            return None
        seen: set[Function] = set()
        waiting = [update]
        while waiting:
            function = waiting.pop()
            if function.node not in seen:
                seen.add(function.node)
                waiting.extend(self._referenced(function))
        return seen

    def operations_from_update(self) -> list[OperationCall]:
        """The operations in functions that a sync can reach; all of them where update() is not visible."""
        reached = self.from_update
        return [
            call for call in self._source.operations if reached is None or call.module.function_of(call.node) in reached
        ]

    @cached_property
    def _by_name(self) -> dict[str, list[ProjectFunction]]:
        found: dict[str, list[ProjectFunction]] = {}
        for function in self.functions:
            if isinstance(function.module.scope_of(function.node), ast.Module):
                found.setdefault(f"{function.module.name}.{function.node.name}", []).append(function)
        return found

    @cached_property
    def _inner(self) -> dict[str, list[ProjectFunction]]:
        """Methods and nested functions by their bare name: who owns the object is not followed."""
        found: dict[str, list[ProjectFunction]] = {}
        for function in self.functions:
            if not isinstance(function.module.scope_of(function.node), ast.Module):
                found.setdefault(function.node.name, []).append(function)
        return found

    @cached_property
    def _classes(self) -> dict[str, list[ProjectFunction]]:
        found: dict[str, list[ProjectFunction]] = {}
        for function in self.functions:
            owner = function.module.scope_of(function.node)
            if isinstance(owner, ast.ClassDef) and function.node.name.startswith("__"):
                found.setdefault(f"{function.module.name}.{owner.name}", []).append(function)
        return found

    def _referenced(self, function: ProjectFunction) -> Iterator[ProjectFunction]:
        for node in ast.walk(function.node):
            if isinstance(node, ast.Attribute):
                yield from self._inner.get(node.attr, ())
            elif isinstance(node, ast.Name):
                yield from self._inner.get(node.id, ())
            if isinstance(node, (ast.Name, ast.Attribute)):
                name = self._source.qualified(function.module, node) or ""
                yield from self._by_name.get(name, ())
                yield from self._classes.get(name, ())
