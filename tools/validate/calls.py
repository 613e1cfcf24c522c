"""Who calls which function of the project, and what a parameter is given there."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from .module import FUNCTIONS, Function, Module
from .names import last_word
from .resolve import Definition, Located, Resolver


class Site(NamedTuple):
    """One call; `filled` is the number of parameters that are filled without an argument (a method's self)."""

    module: Module
    node: ast.Call
    filled: int


class Calls:
    """The calls of a project by the qualified name of the function, and the functions that are not only called."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver
        self._sites: dict[str, list[Site]] = {}
        self._loose: set[str] = set()
        self._unknown: set[str] = set()
        known = resolver.own_words
        for module in resolver.modules.values():
            for node in module.calls(known):
                self._add_call(module, node)
            # What a variable holds was mentioned where it was assigned.
            for node in module.mentions(resolver.defined_words):
                self._add_reference(module, node)

    def meaning(self, parameter: str) -> str | None:
        """The one qualified name that every call gives the parameter `<FUNCTION:NAME>`, or None.

        A parameter that is passed on is followed; a function that is also handed around as a value tells nothing.
        """
        return self._meanings.get(parameter)

    @cached_property
    def _meanings(self) -> dict[str, str | None]:
        """All parameters at once: names go from the calls to the parameters that pass them on, None once two differ."""
        found: dict[str, str | None] = {}
        receivers: dict[str, list[str]] = {}
        waiting: list[tuple[str, str | None]] = []
        for parameter in self._parameters():
            for name in self._given(parameter):
                if name is not None and name.startswith("<") and name.endswith(">"):
                    receivers.setdefault(name, []).append(parameter)
                else:
                    waiting.append((parameter, None if name is None or name.startswith("<") else name))
        while waiting:
            parameter, name = waiting.pop()
            if parameter not in found or (found[parameter] is not None and found[parameter] != name):
                found[parameter] = name if parameter not in found else None
                waiting += [(receiver, found[parameter]) for receiver in receivers.get(parameter, ())]
        return found

    def _parameters(self) -> Iterator[str]:
        for definition in (each for every in self._resolver.definitions.values() for each in every):
            bound, function = self._resolver.names(definition.module).bound, definition.node
            if not isinstance(function, ast.ClassDef):
                args = function.args
                for arg in (*args.posonlyargs, *args.args, *args.kwonlyargs):
                    name = bound.of(function, arg.arg)[0].qualified or ""
                    if name.startswith("<"):
                        yield name

    def _given(self, parameter: str) -> list[str | None]:
        function, _, name = parameter[1:-1].partition(":")
        definitions = self._resolver.functions(function)
        sites = self._sites.get(function, [])
        known = function not in self._loose and function.rpartition(".")[2] not in self._unknown
        if len(definitions) != 1 or not sites or not known:
            return [None]
        return [self._argument(definitions[0], site, name) for site in sites]

    def expressions(self, parameter: str) -> list[Located]:
        """The expressions that the visible calls give the parameter `<FUNCTION:NAME>`, or else its default."""
        function, _, name = parameter[1:-1].partition(":")
        definitions = self._resolver.functions(function)
        sites = self._sites.get(function, []) if len(definitions) == 1 else []
        if len(definitions) == 1 and not sites and isinstance(definitions[0].node, FUNCTIONS):
            default = default_of(definitions[0].node, name)
            return [Located(definitions[0].module, default)] if default is not None else []
        found = (self._expression(definitions[0], site, name) for site in sites)
        return [expression for expression in found if expression is not None]

    def _argument(self, definition: Definition, site: Site, name: str) -> str | None:
        found = self._expression(definition, site, name)
        return self._resolver.local(found.module, found.node) if found is not None else None

    def _expression(self, definition: Definition, site: Site, name: str) -> Located | None:
        call, function = site.node, definition.node
        if isinstance(function, ast.ClassDef):
            return None
        named, hidden = None, False
        for keyword in call.keywords:
            hidden = hidden or keyword.arg is None
            named = keyword if named is None and keyword.arg == name else named
        if hidden or ast.Starred in map(type, call.args):
            return None
        if named is not None:
            return Located(site.module, named.value)
        order = [arg.arg for arg in (*function.args.posonlyargs, *function.args.args)]
        index = order.index(name) - site.filled if name in order else len(call.args)
        if 0 <= index < len(call.args):
            return Located(site.module, call.args[index])
        default = default_of(function, name)
        return Located(definition.module, default) if default is not None else None

    def _add_call(self, module: Module, node: ast.Call) -> None:
        name = self._resolver.local(module, node.func)
        if name is None or name.startswith(("<", "builtins.super()")):
            self._unknown.add(last_word(node.func))
            return
        found = self._resolver.definitions.get(name, [])
        if found and isinstance(found[-1].node, ast.ClassDef):
            name = self._resolver.expand(f"{name}().__init__")
            self._sites.setdefault(name, []).append(Site(module, node, 1))
        elif found:
            self._sites.setdefault(name, []).append(Site(module, node, self._filled(module, node.func, found[-1])))

    def _filled(self, module: Module, called: ast.expr, definition: Definition) -> int:
        if not isinstance(definition.module.scope_of(definition.node), ast.ClassDef):
            return 0
        marks = {mark.id for mark in definition.node.decorator_list if isinstance(mark, ast.Name)}
        owner = self._resolver.local(module, called.value) if isinstance(called, ast.Attribute) else None
        of_instance = owner is None or owner.endswith("()")
        return 0 if "staticmethod" in marks else int(of_instance or "classmethod" in marks)

    def _add_reference(self, module: Module, node: ast.Name | ast.Attribute) -> None:
        parent = module.parents.get(node)
        if isinstance(node.ctx, ast.Load) and not (isinstance(parent, ast.Call) and parent.func is node):
            name = self._resolver.local(module, node)
            if name is not None and self._resolver.functions(name):
                self._loose.add(name)


def default_of(function: Function | ast.ClassDef, name: str) -> ast.expr | None:
    """The default of a parameter, None where it has none."""
    if isinstance(function, ast.ClassDef):
        return None
    args = function.args
    positional = [*args.posonlyargs, *args.args]
    by_position = zip(reversed(positional), reversed(args.defaults), strict=False)
    by_name = zip(args.kwonlyargs, args.kw_defaults, strict=True)
    return next((default for arg, default in (*by_position, *by_name) if arg.arg == name), None)
