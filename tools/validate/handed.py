"""Functions of the project that are given as values, and the calls that run them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cached_property

from .arguments import called_functions, given_to
from .module import FUNCTIONS, Function, Module
from .names import last_word
from .reach import Reach
from .senders import Senders
from .source import ProjectSource
from .source_calls import SourceCalls

_POOLS = frozenset({"submit", "map", "run_in_executor", "apply_async", "imap", "imap_unordered", "starmap"})


class Handed:
    """`pool.submit(fetch)` and the `result()` of it, `step(state)` of a parameter or of a list of functions."""

    def __init__(self, source: ProjectSource, reach: Reach) -> None:
        self._source = source
        self._reach = reach

    def works(self, module: Module, call: ast.Call) -> bool:
        """Whether a call runs a function, handed to it as a value, that asks a source or sends rows."""
        word = last_word(call.func)
        if word == "result" or word in _POOLS:
            return bool(self._in_pools) and (word == "result" or call in self._in_pools)
        if not isinstance(call.func, ast.Name):
            return False
        return any(self._function_works(*each) for each in self._meant(module, call.func))

    @cached_property
    def _in_pools(self) -> set[ast.Call]:
        """The calls that give a pool a function that works."""
        return {
            call
            for module in self._source.modules
            for call in module.calls(_POOLS)
            if any(self._function_works(*each) for arg in call.args[:2] for each in self._functions(module, arg))
        }

    def _meant(self, module: Module, name: ast.Name) -> Iterator[tuple[Module, ast.AST]]:
        """The functions that a parameter or the variable of a loop may mean."""
        bindings = self._source.names(module).lookup(name)
        for binding in bindings[:1]:
            owner = binding.node
            function = owner if isinstance(owner, FUNCTIONS) else module.function_of(name)
            if isinstance(owner, ast.arg) and isinstance(holder := _holder(module, owner), FUNCTIONS):
                function = holder
            if binding.qualified and binding.qualified.startswith("<") and function is not None:
                yield from self._given(module, function, name.id)
        for loop in (each for each in module.ancestors(name) if isinstance(each, ast.For)):
            if any(each.id == name.id for each in module.inside(loop.target, ast.Name)):
                yield from self._listed(module, loop.iter)

    def _listed(self, module: Module, node: ast.expr) -> Iterator[tuple[Module, ast.AST]]:
        """The functions that a list, tuple or record names."""
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in ("items", "values")
        ):
            node = node.func.value
        found = self._source.resolver.value(module, node)
        if isinstance(found.node, (ast.List, ast.Tuple, ast.Dict)):
            for name in found.module.inside(found.node, ast.Name, ast.Attribute):
                yield from self._functions(found.module, name)

    def _given(self, module: Module, function: Function, parameter: str) -> Iterator[tuple[Module, ast.AST]]:
        """What the calls of a function give a parameter; a decorator is given what it decorates."""
        owners = [function, *(each for each in module.scopes_of(function) if isinstance(each, FUNCTIONS))]
        for owner in owners:
            if not any(arg.arg == parameter for arg in (*owner.args.args, *owner.args.kwonlyargs)):
                continue
            for where in self._source.modules:
                for call in where.calls([owner.name]):
                    yield from self._argument(where, call, owner, parameter)
                for other in where.each(*FUNCTIONS):
                    if any(last_word(mark) == owner.name for mark in other.decorator_list):
                        yield where, other
            return

    def _argument(
        self, module: Module, call: ast.Call, function: Function, parameter: str
    ) -> Iterator[tuple[Module, ast.AST]]:
        for _, each, filled in called_functions(self._source, module, call):
            if each is function:
                for arg, value in given_to(call, each, filled).items():
                    if arg.arg == parameter:
                        yield from self._functions(module, value)

    def _functions(self, module: Module, node: ast.expr) -> Iterator[tuple[Module, ast.AST]]:
        """The function of the project, or the lambda, that an expression means."""
        if isinstance(node, ast.Lambda):
            yield module, node
        elif isinstance(node, (ast.Name, ast.Attribute)) and last_word(node) in self._source.resolver.own_words:
            for each in self._source.resolver.functions(self._source.qualified(module, node) or ""):
                yield each.module, each.node

    def _function_works(self, module: Module, function: ast.AST) -> bool:
        calls, senders = self._reach.shared(SourceCalls), self._reach.shared(Senders)
        return any(calls.leads(call) or senders.call_sends(call) for call in module.inside(function, ast.Call))


def _holder(module: Module, arg: ast.arg) -> ast.AST | None:
    return module.parents.get(module.parents[arg])
