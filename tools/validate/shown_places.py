"""The expressions that people come to see: in the log, on the screen, in an exception's text, in the state."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from .log_calls import LogCalls
from .module import Module
from .reach import Reach
from .source import ProjectSource

_LOG, _EXCEPTION, _STATE = "the log", "the text of an exception", "the state"
_LOGGING = frozenset({"debug", "info", "warning", "warn", "error", "critical", "exception", "log"})
_PRINTING = frozenset({"pprint", "pp"})


class Place(NamedTuple):
    """An expression, and what it gets into."""

    module: Module
    node: ast.expr
    where: str


class ShownPlaces:
    """All of them, in no particular order; some more than once."""

    def __init__(self, source: ProjectSource, reach: Reach) -> None:
        self._source = source
        self._logs = reach.shared(LogCalls)

    def all(self) -> Iterator[Place]:
        """The arguments of log calls, prints and exceptions, and what is put into the state."""
        for call in self._logs.all:
            yield from _arguments(call.module, call.node, _LOG)
        for call in self._source.operations:
            if call.name in ("checkpoint", "warning", "error"):
                yield from _arguments(call.module, call.node, _STATE if call.name == "checkpoint" else _LOG)
        for module in self._source.modules:
            yield from self._printed(module)
            yield from _raised(module)
            yield from _stored(module)

    def _printed(self, module: Module) -> Iterator[Place]:
        words = _PRINTING | (_LOGGING if "logging" in module.words else frozenset[str]())
        for call in module.calls(["print"]):
            if isinstance(call.func, ast.Name) and not module.in_main_block(call):
                yield from _arguments(module, call, _LOG)
        for call in module.calls(words):
            name = self._source.qualified(module, call.func) or ""
            if name.startswith(("logging.", "pprint.")) and not module.in_main_block(call):
                yield from _arguments(module, call, _LOG)


def _arguments(module: Module, call: ast.Call, where: str) -> Iterator[Place]:
    for node in (*call.args, *(keyword.value for keyword in call.keywords)):
        if not isinstance(node, ast.Constant):
            yield Place(module, node, where)


def _raised(module: Module) -> Iterator[Place]:
    for node in module.each(ast.Raise):
        if isinstance(node.exc, ast.Call):
            yield from _arguments(module, node.exc, _EXCEPTION)
    for node in module.each(ast.Assert):
        if node.msg is not None:
            yield Place(module, node.msg, _EXCEPTION)


def _stored(module: Module) -> Iterator[Place]:
    for use in module.named("state"):
        parent = module.parents[use]
        holder = module.parents.get(parent)
        if isinstance(parent, ast.Subscript) and parent.value is use and isinstance(holder, ast.Assign):
            if any(target is parent for target in holder.targets):
                yield Place(module, holder.value, _STATE)
        elif isinstance(parent, ast.Attribute) and isinstance(holder, ast.Call) and holder.func is parent:
            if parent.attr == "update":
                yield from _arguments(module, holder, _STATE)
            elif parent.attr == "setdefault" and len(holder.args) == 2:
                yield Place(module, holder.args[1], _STATE)
