"""A connector as the rules see it: connector.py, the project's modules that it imports, and the other files."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from .calls import Calls, default_of
from .distributions import installed_modules
from .lint import Lint
from .module import Function, Module
from .names import LOGGING, OPERATIONS, PARTIAL, Names, public_name
from .parse import Broken, parse_module
from .project_texts import project_texts
from .reader import CONFIGURATION, CONNECTOR, REQUIREMENTS, Reader, module_name, unread
from .resolve import Located, Resolver
from .tracked import tracked_files

__all__ = ["CONFIGURATION", "CONNECTOR", "REQUIREMENTS", "OperationCall", "ProjectSource"]

_OPERATION = re.compile(rf"{re.escape(OPERATIONS)}(?:\(\))?\.(\w+)(\.{PARTIAL})?")

# Those of the SDK, and what people take for one.
_LIKE_OPERATIONS = {"update", "insert", "add", "remove", "append", "extend", "write", "replace", "clear", "error"}
_NO_OPERATIONS = (
    {name for kind in (str, dict, list, set, bytes, datetime, Path) for name in dir(kind)}
    | {"info", "fine", "severe", "debug", "critical", "post", "request", "raise_for_status"}
    | {"sleep", "cursor", "execute", "fetchall", "fetchmany", "fetchone", "loads", "dumps", "getenv", "Session"}
) - _LIKE_OPERATIONS


class OperationCall(NamedTuple):
    """A call of an SDK operation: `name` is `upsert`, `checkpoint`, ...; a partial one has arguments from elsewhere."""

    module: Module
    node: ast.Call
    name: str
    partial: bool = False


class ProjectSource:
    """The files of one connector, read once. `files` maps relative paths to bytes."""

    def __init__(
        self,
        files: Mapping[str, bytes],
        parsed: Mapping[str, Module | Broken] | None = None,
        folder: Path | None = None,
    ) -> None:
        self.files = files
        self._folder = folder
        self._qualified: dict[ast.expr, str | None] = {}
        self._known_parameters: dict[str, str | None] = {}
        # The names that a module has for a class of the SDK, found once.
        self.sdk_words: dict[tuple[Module, str], set[str]] = {}
        # The functions that a call may run, found once.
        self.called: dict[ast.Call, list[tuple[Module, Function, int]]] = {}
        # Whether a literal keeps what it is, found once: a constant that all tables share is asked for at each.
        self.kept: dict[ast.expr, bool] = {}
        self._given_parsed = parsed or {}
        # What ruff says about the files; the engine asks it for all projects at once, and only when a rule needs it.
        self.lint: Lint = {}

    @cached_property
    def modules(self) -> list[Module]:
        """The modules that can be parsed, connector.py first."""
        return [found for found in self._parsed.values() if isinstance(found, Module)]

    @cached_property
    def broken(self) -> dict[str, Broken]:
        """What is wrong with the other ones, by file."""
        broken = {file: found for file, found in self._parsed.items() if isinstance(found, Broken)}
        if CONNECTOR not in self.files and self._folder and (reason := unread(self._folder, CONNECTOR)):
            broken[CONNECTOR] = Broken(1, 1, reason)
        return broken

    @cached_property
    def resolver(self) -> Resolver:
        """The names of all modules together."""
        return Resolver(self.modules)

    @cached_property
    def _parsed(self) -> dict[str, Module | Broken]:
        found: dict[str, Module | Broken] = {}
        for file in (file for file in self.files if file.endswith(".py")):
            parsed = self._given_parsed.get(file) or parse_module(module_name(file), file, self.files[file])
            if file == CONNECTOR and isinstance(parsed, Module) and not parsed.tree.body:
                parsed = Broken(1, 1, "the file holds no code")
            found[file] = parsed
        return found

    @classmethod
    def read(cls, folder: Path) -> ProjectSource:
        """The source of the connector in `folder`; of links only those that stay inside it are followed."""
        reader = Reader(folder)
        return cls(reader.files, reader.parsed, folder)

    @cached_property
    def texts(self) -> Mapping[str, bytes]:
        """The project's other text files, read when first asked for."""
        return project_texts(self._folder, self.files) if self._folder else {}

    def text(self, name: str) -> bytes:
        """The bytes of a text file, empty where the project has none."""
        return self.files.get(name, self.texts.get(name, b""))

    def has_file(self, name: str) -> bool:
        """Whether the project has a file of this name, be it too large to be read."""
        return name in self.files or (self._folder is not None and (self._folder / name).is_file())

    def is_tracked(self, name: str) -> bool:
        """Whether git keeps the file; files without a folder count as kept."""
        return self._folder is None or name in self._tracked

    @cached_property
    def installed(self) -> Mapping[str, frozenset[str]]:
        """The modules that the distributions of the project's own `.venv` bring, by name (PEP 503)."""
        return installed_modules(self._folder) if self._folder else {}

    @cached_property
    def _tracked(self) -> frozenset[str]:
        return tracked_files(self._folder) if self._folder else frozenset()

    @cached_property
    def connector(self) -> Module | None:
        """The module of connector.py, unless it is missing or broken."""
        return next((module for module in self.modules if module.file == CONNECTOR), None)

    def names(self, module: Module) -> Names:
        """The names of one module."""
        return self.resolver.names(module)

    def qualified(self, module: Module, node: ast.expr) -> str | None:
        """The qualified name of an expression, followed through the project's modules, classes and parameters."""
        if node not in self._qualified:
            self._qualified[node] = self._find_qualified(module, node)
        return self._qualified[node]

    def _find_qualified(self, module: Module, node: ast.expr) -> str | None:
        name = self.resolver.local(module, node)
        if name is None or not name.startswith("<"):
            return name
        parameter, end, attributes = name.partition(">")
        parameter += end
        if parameter not in self._known_parameters:
            self._known_parameters[parameter] = self._given(parameter) or self._declared(parameter)
        given = self._known_parameters[parameter]
        return self.resolver.expand(given + attributes) if given else None

    def parameters(self, module: Module, function: Function) -> dict[str, str | None]:
        """What every call of a function gives each of its parameters, as qualified names."""
        bound, args = self.names(module).bound, function.args
        names = [arg.arg for arg in (*args.posonlyargs, *args.args, *args.kwonlyargs)]
        return {name: self._given(bound.of(function, name)[0].qualified or "") for name in names}

    def given_expressions(self, parameter: str) -> list[Located]:
        """The expressions that the visible calls give a parameter, named `<FUNCTION:NAME>`."""
        return self._calls.expressions(parameter)

    @cached_property
    def operations(self) -> list[OperationCall]:
        """Every call of an SDK operation, in the order of files and lines."""
        found: list[OperationCall] = []
        for module in self.modules:
            for node in module.each(ast.Call):
                # To look up what a name means costs more than all else: what surely is no operation is not asked.
                if isinstance(node.func, ast.Attribute):
                    if node.func.attr in _NO_OPERATIONS and node.func.attr not in self.resolver.variables:
                        continue
                elif isinstance(node.func, ast.Name) and node.func.id not in module.held_words:
                    continue
                if match := self._operation(module, node.func):
                    found.append(OperationCall(module, node, match[1], partial=bool(match[2])))
        return found

    def operation_name(self, module: Module, function: ast.expr) -> str | None:
        """`upsert` for whatever expression means the SDK's `Operations.upsert`, else None."""
        match = self._operation(module, function)
        return match[1] if match else None

    def operation_result(self, module: Module, call: ast.Call) -> str | None:
        """`upsert` for a call whose value is what the SDK's `Operations.upsert` returns, else None."""
        name = self.qualified(module, call) or ""
        match = _OPERATION.fullmatch(name.removesuffix("()")) if name.endswith("()") else None
        return match[1] if match else None

    def _given(self, parameter: str) -> str | None:
        if not parameter.startswith("<"):
            return parameter or None
        return None if parameter.endswith(":*>") else self._calls.meaning(parameter)

    def _declared(self, parameter: str) -> str | None:
        """The class of the SDK that a parameter is annotated with, or has as its default."""
        function, _, name = parameter[1:-1].partition(":")
        for definition in self.resolver.functions(function):
            if isinstance(definition.node, ast.ClassDef):
                continue
            args = definition.node.args
            every = [*args.posonlyargs, *args.args, *args.kwonlyargs]
            asked = [arg.annotation for arg in every if arg.arg == name and arg.annotation is not None]
            if (default := default_of(definition.node, name)) is not None:
                asked.append(default)
            found = (public_name(self.resolver.local(definition.module, node) or "") for node in asked)
            return next((known for known in found if known in (OPERATIONS, LOGGING)), None)
        return None

    def _operation(self, module: Module, function: ast.expr) -> re.Match[str] | None:
        return _OPERATION.fullmatch(self.qualified(module, function) or "")

    @cached_property
    def _calls(self) -> Calls:
        return Calls(self.resolver)
