"""The functions that validate the configuration, and where they are used."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cached_property, lru_cache

from .module import FUNCTIONS, Function, Module
from .reach import Reach
from .source import ProjectSource

_VERBS = frozenset(
    "validate validates validated validator validation valid check checks verify ensure require assert".split()
)
_OBJECTS = frozenset(
    "config configuration configurations configs conf cfg settings parameters params credentials".split()
)
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


class Validation:
    """Known by their names: the specification says `validate_configuration`, people write it in many ways."""

    def __init__(self, source: ProjectSource, reach: Reach) -> None:
        self._source = source

    @cached_property
    def definitions(self) -> list[tuple[Module, Function]]:
        """The functions of the project that validate the configuration."""
        return [
            (module, node)
            for module in self._source.modules
            for node in module.each(*FUNCTIONS)
            if _validates(_full_name(module, node))
        ]

    @cached_property
    def uses(self) -> list[tuple[Module, ast.expr]]:
        """Where such a function is called or handed on."""
        return [(module, node) for module in self._source.modules for node in self._uses(module)]

    def called(self, module: Module, call: ast.Call) -> tuple[Module, Function] | None:
        """The function of the project that a call runs."""
        found = self._source.resolver.functions(self._source.qualified(module, call.func) or "")
        function = found[0].node if len(found) == 1 else None
        return (found[0].module, function) if isinstance(function, FUNCTIONS) else None

    def _uses(self, module: Module) -> Iterator[ast.expr]:
        words = [word for word in module.words if _has_verb(word)]
        for call in module.calls(words):
            constant = bool(call.args) and all(isinstance(arg, ast.Constant) for arg in call.args)
            if not constant and _validates(self._name(module, call.func), " ".join(_given(call))):
                yield call
        for node in module.mentions(words):
            known = self._source.qualified(module, node) in self._source.resolver.definitions
            # What is only named, or called with something else, validates nothing.
            unused = isinstance(module.parents[node], (ast.Expr, ast.Call)) and not _is_handed_on(module, node)
            if known and not unused and isinstance(node.ctx, ast.Load) and _validates(self._name(module, node)):
                yield node

    def _name(self, module: Module, node: ast.expr) -> str:
        """The name that is written, with the class of a method, which may say the half of it."""
        if not isinstance(node, ast.Attribute):
            return node.id if isinstance(node, ast.Name) else ""
        owner = self._source.qualified(module, node.value) or ""
        return f"{owner.removesuffix('()').rpartition('.')[2]}.{node.attr}"


def _full_name(module: Module, node: Function) -> str:
    owner = module.scope_of(node)
    return f"{owner.name}.{node.name}" if isinstance(owner, ast.ClassDef) else node.name


def _given(call: ast.Call) -> Iterator[str]:
    """The names that a call is given, and those that it gives them."""
    yield from (arg.id for arg in call.args if isinstance(arg, ast.Name))
    yield from (keyword.arg for keyword in call.keywords if keyword.arg)


def _validates(name: str, given: str = "") -> bool:
    """Whether a function's name says that it validates, and the name, or what it is `given`, says what.

    The words may be joined in any style: `validate_configuration`, `ConfigValidator`.
    """
    words, others = _words(name), _words(given)
    return not words.isdisjoint(_VERBS) and not (words | others).isdisjoint(_OBJECTS)


def _is_handed_on(module: Module, node: ast.expr) -> bool:
    """Whether a function is an argument of a call."""
    parent = module.parents[node]
    return isinstance(parent, ast.Call) and parent.func is not node


def _has_verb(name: str) -> bool:
    return not _words(name).isdisjoint(_VERBS)


@lru_cache(maxsize=10_000)
def _words(text: str) -> frozenset[str]:
    return frozenset(word.lower() for word in _WORD.findall(text))
