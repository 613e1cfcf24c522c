"""The calls of the SDK's log."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from .module import Module
from .names import LOGGING, SDK, last_word
from .reach import Reach
from .sdk import LOG_METHODS
from .source import ProjectSource

_OWNERS = frozenset({"log", "logger", "logging", "Log", "Logging", "Logger", "LOG"})
_ALSO = frozenset({"warn", "exception", "log", "trace", "notice", "fatal", "success", "err", "verbose", "msg"})


class LogCall(NamedTuple):
    """One call: `name` is `info`, `warning`, ..., or a name that the log does not have."""

    module: Module
    node: ast.Call
    name: str

    @property
    def message(self) -> ast.expr | None:
        """The argument that is the message, where it is visible."""
        named = (keyword.value for keyword in self.node.keywords if keyword.arg == "message")
        first = self.node.args[0] if self.node.args else next(named, None)
        return None if isinstance(first, ast.Starred) else first


class LogCalls:
    """Every call of the SDK's Logging in the project, in the order of files and lines."""

    def __init__(self, source: ProjectSource, reach: Reach) -> None:
        self._source = source

    @cached_property
    def all(self) -> list[LogCall]:
        """Them all."""
        return [call for module in self._source.modules for call in self._of(module)]

    def name_of(self, module: Module, call: ast.Call) -> str | None:
        """`info` for a call of the SDK's Logging.info under whatever name."""
        name = self._source.qualified(module, call.func) or ""
        for owner in (f"{LOGGING}.", f"{LOGGING}()."):
            if name.startswith(owner) and "." not in name[len(owner) :]:
                return name[len(owner) :]
        return None

    def _of(self, module: Module) -> Iterator[LogCall]:
        owners, functions = self._words(module)
        for node in module.each(ast.Call):
            called = node.func
            if isinstance(called, ast.Attribute):
                asked = called.attr in LOG_METHODS or called.attr in _ALSO or last_word(called.value) in owners
            elif isinstance(called, ast.Call):
                asked = last_word(called.func) == "getattr"
            else:
                asked = isinstance(called, ast.Name) and called.id in functions
            if asked and (name := self.name_of(module, node)):
                yield LogCall(module, node, name)

    def _words(self, module: Module) -> tuple[frozenset[str], frozenset[str]]:
        """The names that may mean the log, and those that may mean one of its methods."""
        aliases = (each for node in module.each(ast.ImportFrom) if node.module == SDK for each in node.names)
        owners = _OWNERS | {each.asname for each in aliases if each.name == "Logging" and each.asname}
        functions = {
            target.id
            for node in module.each(ast.Assign, ast.AnnAssign)
            if node.value is not None and last_word(node.value) in LOG_METHODS
            for target in (node.targets if isinstance(node, ast.Assign) else (node.target,))
            if isinstance(target, ast.Name)
        }
        return owners, frozenset(functions)
