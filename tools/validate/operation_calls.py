"""Every call that ends in an operation, with the arguments that it gets: partial ones, chosen ones, given on."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from .choices import Choices
from .module import Module
from .reach import Reach
from .senders import DATA_OPERATIONS
from .source import OperationCall, ProjectSource

_OPERATIONS = DATA_OPERATIONS | {"checkpoint", "warning", "error"}
# What runs the function that it is given with the arguments behind it; the number is that of the function.
_RUNNERS = {"submit": 0, "to_thread": 0, "run_in_executor": 1, "apply_async": 0, "partial": 0}


@dataclass(frozen=True)
class Given:
    """One operation and its arguments; a `partial` one gets further arguments that cannot be seen."""

    module: Module
    node: ast.Call
    name: str
    args: tuple[ast.expr, ...]
    keywords: tuple[ast.keyword, ...]
    partial: bool = False

    def argument(self, name: str, position: int) -> ast.expr | None:
        """The argument by its name or place, where it is visible."""
        named = next((keyword.value for keyword in self.keywords if keyword.arg == name), None)
        before = self.args[: position + 1]
        if named is not None or len(before) <= position:
            return named
        return None if any(isinstance(arg, ast.Starred) for arg in before) else before[position]


class OperationCalls:
    """The operations of a project, seen through functools.partial, branches and thread pools."""

    def __init__(self, source: ProjectSource, reach: Reach) -> None:
        self._source = source
        self._choices = reach.shared(Choices)

    @cached_property
    def all(self) -> list[Given]:
        """Them all: first those that are called by their name."""
        found = [self._plain(call) for call in self._source.operations]
        for module in self._source.modules:
            if any(True for _ in self._references(module)):
                found += self._chosen(module)
                found += self._handed(module)
        return found

    def _plain(self, call: OperationCall) -> Given:
        args, keywords = _arguments(call.node)
        if not call.partial:
            return Given(call.module, call.node, call.name, args, keywords)
        made = self._source.resolver.value(call.module, call.node.func)
        if made.module is not call.module or not isinstance(made.node, ast.Call):
            return Given(call.module, call.node, call.name, (), keywords, partial=True)
        first, named = _arguments(made.node)
        given = {keyword.arg for keyword in keywords}
        kept = tuple(keyword for keyword in named if keyword.arg not in given)
        return Given(call.module, call.node, call.name, first[1:] + args, kept + keywords)

    def _references(self, module: Module) -> Iterator[ast.Attribute]:
        """The operations that are used as values."""
        for node in module.attributes(_OPERATIONS):
            parent = module.parents[node]
            called = isinstance(parent, ast.Call) and parent.func is node
            if not called and isinstance(node.ctx, ast.Load) and self._source.operation_name(module, node):
                yield node

    def _chosen(self, module: Module) -> Iterator[Given]:
        """The calls of one of several operations: `method(...)`, `METHODS[kind](...)`."""
        plain = {call.node for call in self._source.operations}
        for call in module.each(ast.Call):
            if isinstance(call.func, (ast.Name, ast.Subscript, ast.IfExp)) and call not in plain:
                names = [
                    self._source.operation_name(choice.value.module, choice.value.node)
                    for choice in self._choices.of(module, call.func)
                ]
                args, keywords = _arguments(call)
                for name in dict.fromkeys(name for name in names if name):
                    yield Given(module, call, name, args, keywords)

    def _handed(self, module: Module) -> Iterator[Given]:
        """`pool.submit(op.upsert, TABLE, row)` and the like."""
        for call in module.calls(_RUNNERS):
            word = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            args, keywords = _arguments(call)
            place = _RUNNERS[word]
            name = self._source.operation_name(module, args[place]) if len(args) > place else None
            if name is not None:
                yield Given(module, call, name, args[place + 1 :], keywords, partial=word == "partial")


def _arguments(call: ast.Call) -> tuple[tuple[ast.expr, ...], tuple[ast.keyword, ...]]:
    """Positional arguments and keywords, those of a `**{...}` that stands there written out."""
    keywords: list[ast.keyword] = []
    for keyword in call.keywords:
        pairs = _pairs(keyword.value) if keyword.arg is None else None
        if pairs is None:
            keywords.append(keyword)
        else:
            keywords += [ast.copy_location(ast.keyword(name, value), value) for name, value in pairs]
    return tuple(call.args), tuple(keywords)


def _pairs(node: ast.expr) -> list[tuple[str, ast.expr]] | None:
    if not isinstance(node, ast.Dict):
        return None
    keys = [key.value if isinstance(key, ast.Constant) else None for key in node.keys]
    pairs = [(key, value) for key, value in zip(keys, node.values, strict=True) if isinstance(key, str)]
    return pairs if len(pairs) == len(keys) else None
