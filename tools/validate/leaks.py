"""Which expressions show the configuration, or a credential of it, in a text."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import islice

from .arguments import called_functions, given_to
from .attribute_values import AttributeValues
from .bindings import Binding
from .configuration_reads import ConfigurationReads
from .credential_names import is_credential_name
from .leak_parts import Parts
from .loop_values import from_loop, is_selected, keys_of_loop
from .masks import is_mask
from .module import FUNCTIONS, Function, Module
from .reach import Reach
from .resolve import Located
from .source import ProjectSource

_WHOLE = "the configuration"
_DEPTH = 12
_MOST_CALLS = 50


class Leaks:
    """Follows texts, containers, variables, attributes, parameters and results back to the configuration."""

    def __init__(self, source: ProjectSource, reach: Reach) -> None:
        self._source = source
        self._reads = reach.shared(ConfigurationReads)
        self._values = reach.shared(AttributeValues)
        self._parts = Parts(source)
        callbacks = (reach.connector.callback(name) for name in ConfigurationReads.POSITIONS)
        self._entries = {callback.node for callback in callbacks if callback}
        self._found: dict[ast.expr, str | None] = {}
        self._arguments: dict[ast.arg, list[Located]] = {}

    @property
    def are_possible(self) -> bool:
        """False only where nothing reads the configuration or the environment."""
        read = ("environ", "getenv")
        return self._reads.has_whole or any(word in module.words for module in self._source.modules for word in read)

    def shown(self, module: Module, node: ast.expr, depth: int = _DEPTH) -> str | None:
        """What an expression shows: `the configuration`, a key of it that names a credential, or nothing."""
        if node.__class__ is ast.Constant:
            return None
        if node not in self._found and depth:
            self._found[node] = None
            self._found[node] = self._show(module, node, depth)
        return self._found.get(node)

    def is_passed_on(self, module: Module, node: ast.expr) -> bool:
        """Whether an expression is what a function was given, and no more: what it shows its callers have made."""
        return self._parameter(module, node) is not None and not self._reads.is_whole(node)

    def passed_on(self, module: Module, node: ast.expr, depth: int = 3) -> Iterator[tuple[Located, str]]:
        """The arguments that show something, where the expression shows the parameter that they are given to."""
        for part in self._displayed(module, node, _DEPTH) if depth else ():
            parameter = self._parameter(part.module, part.node)
            for given in self._given(part.module, parameter) if parameter is not None else ():
                shown = None if self.is_passed_on(*given) else self.shown(*given)
                if shown is not None:
                    yield given, shown
                else:
                    yield from self.passed_on(*given, depth - 1)

    def _parameter(self, module: Module, node: ast.expr) -> ast.arg | None:
        bindings = self._source.names(module).lookup(node) if isinstance(node, ast.Name) else []
        return bindings[0].node if len(bindings) == 1 and isinstance(bindings[0].node, ast.arg) else None

    def _displayed(self, module: Module, node: ast.expr, depth: int) -> Iterator[Located]:
        yield Located(module, node)
        for part in self._parts.of(module, node) if depth else ():
            yield from self._displayed(part.module, part.node, depth - 1)

    def _show(self, module: Module, node: ast.expr, depth: int) -> str | None:
        if (key := self._secret_reads.get(node) or self._parts.environment_key(module, node)) is not None:
            return f"the value of {key!r}"
        if node in self._reads.by_node:
            return None
        if self._reads.is_whole(node):
            return _WHOLE if self._is_plain(module, node, depth) else None
        if isinstance(node, ast.Subscript):
            return self._of_item(module, node, depth)
        found = self._any(self._parts.of(module, node), depth) or self._stands_for(module, node, depth)
        return found if found is None or self._is_unmasked(module, node, depth) else None

    @cached_property
    def _secret_reads(self) -> dict[ast.AST, str]:
        how = ("item", "get", "default")
        return {read.node: read.key for read in self._reads.reads if read.how in how and is_credential_name(read.key)}

    def _any(self, parts: Iterable[Located], depth: int) -> str | None:
        return next(filter(None, (self.shown(part.module, part.node, depth - 1) for part in parts)), None)

    def _all(self, parts: list[Located], depth: int) -> str | None:
        found = [self.shown(part.module, part.node, depth - 1) for part in parts]
        return found[0] if found and all(found) else None

    def _is_plain(self, module: Module, node: ast.expr, depth: int) -> bool:
        """Whether what is the configuration still holds all of it."""
        if not isinstance(node, ast.Name):
            return self._is_unmasked(module, node, depth)
        for binding in self._source.names(module).lookup(node):
            function = module.parents[module.parents[binding.node]] if isinstance(binding.node, ast.arg) else None
            if isinstance(binding.node, ast.arg) and function not in self._entries:
                given = self._given(module, binding.node)
                if given and not self._any(given, depth):
                    return False
            elif function is None and (binding.value is None or self.shown(module, binding.value, depth - 1) is None):
                return False
        return self._is_unmasked(module, node, depth)

    def _is_unmasked(self, module: Module, node: ast.expr, depth: int) -> bool:
        """Whether nothing takes a credential out of the variable before."""
        uses = self._values.same(module, node)
        masks = (use for use in uses if is_mask(module, use, lambda value: self.shown(module, value, depth - 1)))
        scope, number = module.callable_of(node), module.number(node)
        return not any(module.callable_of(use) is not scope or module.number(use) < number for use in masks)

    def _of_item(self, module: Module, node: ast.Subscript, depth: int) -> str | None:
        """What an item of the configuration, or of a dict in sight, shows."""
        if self._reads.is_whole(node.value):
            names = self._source.names(module)
            looped = keys_of_loop(names, module, node.slice) if isinstance(node.slice, ast.Name) else None
            return _WHOLE if looped is not None and self._reads.is_whole(looped) else None
        if not isinstance(node.slice, ast.Constant):
            return None
        found = self._source.resolver.value(module, node.value)
        items = self._parts.items_named(found, node.slice.value) if isinstance(found.node, ast.Dict) else []
        return self._all([Located(found.module, item) for item in items], depth)

    def _stands_for(self, module: Module, node: ast.expr, depth: int) -> str | None:
        """What a variable, parameter or attribute was given."""
        if isinstance(node, ast.Attribute):
            return self._all(self._values.of(module, node), depth)
        if not isinstance(node, ast.Name):
            return None
        bindings = [each for each in self._source.names(module).lookup(node) if not _is_none(each)]
        grown = [binding for binding in bindings if isinstance(module.parents.get(binding.node), ast.AugAssign)]
        found = [self._of_binding(module, each, node, depth) for each in bindings if each not in grown]
        if found and all(found):
            return found[0]
        added = [*self._values.added(module, node, grown)] if bindings else []
        return self._any((Located(module, value) for value in added), depth)

    def _of_binding(self, module: Module, binding: Binding, node: ast.Name, depth: int) -> str | None:
        if isinstance(binding.node, ast.arg):
            return self._all(self._given(module, binding.node), depth)
        if binding.value is not None:
            return self.shown(module, binding.value, depth - 1)
        values = from_loop(module, binding.node)
        if values is None or is_selected(module, binding.node, node):
            return None
        return self.shown(module, values, depth - 1)

    def _given(self, module: Module, parameter: ast.arg) -> list[Located]:
        """What the calls give a parameter."""
        if parameter not in self._arguments:
            function = module.parents[module.parents[parameter]]
            found = self._find_given(module, function, parameter) if isinstance(function, FUNCTIONS) else ()
            self._arguments[parameter] = list(found)
        return self._arguments[parameter]

    def _find_given(self, module: Module, function: Function, parameter: ast.arg) -> Iterator[Located]:
        owner = module.scope_of(function)
        words = {function.name, owner.name if isinstance(owner, ast.ClassDef) else function.name}
        for where in self._source.modules:
            for call in islice(where.calls(words), _MOST_CALLS):
                for _, called, filled in called_functions(self._source, where, call):
                    if called is function and parameter in (given := given_to(call, called, filled)):
                        yield Located(where, given[parameter])


def _is_none(binding: Binding) -> bool:
    return isinstance(binding.value, ast.Constant) and binding.value.value in (None, "")
