"""Which code of the project a sync can reach: from update(), through calls and references, across modules."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import TypeVar, cast

from .bindings import Binding
from .connector_object import Callback, ConnectorObject
from .mentions import Mentions
from .module import FUNCTIONS, Module, Scope
from .resolve import Definition
from .source import OperationCall, ProjectSource
from .strangers import handed_modules, has_foreign_base

Facts = TypeVar("Facts")
# What turns a text into a function: who uses one of these may reach any function of the project.
_DYNAMIC = frozenset(
    {"builtins.globals", "builtins.locals", "builtins.vars", "builtins.eval", "builtins.exec", "builtins.__import__"}
    | {"importlib.import_module", "operator.methodcaller", "operator.attrgetter", "sys.modules", "builtins.getattr"}
)
_DYNAMIC_WORDS = frozenset(name.rpartition(".")[2] for name in _DYNAMIC)


class Reach:
    """Answers "can a sync reach this?"; in doubt (dynamic calls, methods of unknown objects) yes."""

    def __init__(self, source: ProjectSource) -> None:
        self._source = source
        self.connector = ConnectorObject(source)
        self._followed: set[Binding] = set()
        self._mentioned: dict[Module, Mentions] = {}
        self._shared: dict[object, object] = {}
        self._reached_scopes: dict[Scope, bool | None] = {}

    def shared(self, facts: Callable[[ProjectSource, Reach], Facts]) -> Facts:
        """The one `facts(source, reach)` of this project: what several rules ask for is found once."""
        if facts not in self._shared:
            self._shared[facts] = facts(self._source, self)
        return cast("Facts", self._shared[facts])

    def forget(self) -> None:
        """Lets go of the shared facts, which hold this in turn: what ends in circles costs a garbage collection."""
        self._shared.clear()

    @cached_property
    def update(self) -> Callback | None:
        """The function that the SDK calls as update, where it is visible."""
        return self.connector.callback("update")

    def is_reached(self, module: Module, node: ast.AST) -> bool:
        """Whether a sync can come to `node`; code outside of functions counts, the main block does not."""
        if self.reached is None:
            return not module.in_main_block(node)
        scope = module.scope_of(node)
        if scope not in self._reached_scopes:
            around = [each for each in module.scopes_of(node) if isinstance(each, FUNCTIONS)]
            self._reached_scopes[scope] = any(each in self.reached for each in around) if around else None
        answer = self._reached_scopes[scope]
        return not module.in_main_block(node) if answer is None else answer

    def operations_from_update(self) -> list[OperationCall]:
        """The operations that a sync can reach."""
        return [call for call in self._source.operations if self.is_reached(call.module, call.node)]

    @cached_property
    def reached(self) -> set[ast.AST] | None:
        """The roots of all code that a sync can reach, or None where it may be any."""
        if self.update is None:
            return None
        seen: set[ast.AST] = set()
        waiting: list[tuple[Module, ast.AST]] = [(self.update.module, self.update.node), *self._registered]
        given = self.connector.given("update")
        if given is not None:
            waiting.append((given.module, given.node))
        while waiting:
            module, root = waiting.pop()
            if root not in seen:
                seen.add(root)
                for node in self._mentions(module).below(root):
                    if self._is_dynamic(module, node):
                        return None
                    waiting.extend(self._referenced(module, node))
        return seen

    def _mentions(self, module: Module) -> Mentions:
        """The nodes of a module that may lead to a function, a variable of a module or an attribute of a class."""
        if module not in self._mentioned:
            words = self._source.resolver.own_words | self._dynamic_words | self._methods.keys()
            found: list[ast.AST] = list(module.mentions(words))
            if self._methods:
                texts = (node for node in module.each(ast.Constant) if isinstance(node.value, str))
                found += [node for node in texts if node.value in self._methods]
            self._mentioned[module] = Mentions(module, found)
        return self._mentioned[module]

    @cached_property
    def _registered(self) -> list[tuple[Module, ast.AST]]:
        """Functions that a decorator of the project may have put aside for a later call."""
        found: list[tuple[Module, ast.AST]] = []
        for definition in (each for every in self._source.resolver.definitions.values() for each in every):
            for mark in definition.node.decorator_list:
                called = mark.func if isinstance(mark, ast.Call) else mark
                name = self._source.qualified(definition.module, called) or ""
                if name.partition(".")[0] in {module.name.partition(".")[0] for module in self._source.modules}:
                    found.append((definition.module, definition.node))
        return found

    @cached_property
    def _methods(self) -> dict[str, list[Definition]]:
        """Methods by their bare name: who owns an object is not followed."""
        found: dict[str, list[Definition]] = {}
        for definition in (each for every in self._source.resolver.definitions.values() for each in every):
            if isinstance(definition.module.scope_of(definition.node), ast.ClassDef):
                found.setdefault(definition.node.name, []).append(definition)
        return found

    @cached_property
    def _of_handed_modules(self) -> dict[str, list[Definition]]:
        """The functions, by their bare name, of the modules that are kept in variables or handed on as values."""
        found: dict[str, list[Definition]] = {}
        for name in handed_modules(self._source):
            for node in self._source.resolver.modules[name].tree.body:
                if isinstance(node, FUNCTIONS):
                    found.setdefault(node.name, []).append(Definition(self._source.resolver.modules[name], node))
        return found

    @cached_property
    def _dynamic_words(self) -> frozenset[str]:
        """The words by which code can mean what finds functions by a text."""
        aliases = (alias for module in self._source.modules for alias in module.each(ast.alias) if alias.asname)
        renamed = {alias.asname or "" for alias in aliases if alias.name.rpartition(".")[2] in _DYNAMIC_WORDS}
        return _DYNAMIC_WORDS | renamed

    def _is_dynamic(self, module: Module, node: ast.AST) -> bool:
        if not isinstance(node, (ast.Name, ast.Attribute)):
            return False
        word = node.id if isinstance(node, ast.Name) else node.attr
        name = self._source.names(module).local(node) if word in self._dynamic_words else None
        if name != "builtins.getattr":
            return name in _DYNAMIC
        call = module.parents[node]
        key = call.args[1] if isinstance(call, ast.Call) and call.func is node and len(call.args) > 1 else None
        return not isinstance(key, ast.Constant)

    def _referenced(self, module: Module, node: ast.AST) -> Iterator[tuple[Module, ast.AST]]:
        if isinstance(node, ast.Attribute):
            yield from _roots(self._methods.get(node.attr, ()))
            name = self._source.resolver.local(module, node)
            yield from self._named(name)
            if name is None or name.startswith("<"):
                yield from _roots(self._of_handed_modules.get(node.attr, ()))
        elif isinstance(node, ast.Constant):
            # The name of a method as text: getattr(self, "fetch").
            yield from _roots(self._methods.get(node.value, ()) if isinstance(node.value, str) else ())
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            bindings = self._source.names(module).lookup(node)
            if not bindings:
                yield from self._named(self._source.resolver.local(module, node))
            elif bindings[0] not in self._followed:
                self._followed.add(bindings[0])
                yield from self._bound(module, bindings)

    def _bound(self, module: Module, bindings: list[Binding]) -> Iterator[tuple[Module, ast.AST]]:
        for binding in bindings:
            if binding.value is not None:
                # What a function assigns stands in the function, which is walked as a whole.
                if isinstance(module.scope_of(binding.value), (ast.Module, ast.ClassDef)):
                    yield module, binding.value
            elif isinstance(binding.node, (*FUNCTIONS, ast.ClassDef)):
                yield from self._opened(Definition(module, binding.node))
            elif binding.qualified:
                yield from self._named(self._source.resolver.expand(binding.qualified))

    def _named(self, name: str | None) -> Iterator[tuple[Module, ast.AST]]:
        for definition in self._source.resolver.definitions.get((name or "").removesuffix("()"), ()):
            yield from self._opened(definition)
        owner, _, last = (name or "").rpartition(".")
        other = self._source.resolver.modules.get(owner)
        if other is not None:
            for binding in self._source.names(other).bound.of(other.tree, last):
                if binding.value is not None:
                    yield other, binding.value

    def _opened(self, definition: Definition) -> Iterator[tuple[Module, ast.AST]]:
        """A function as it is; of a class what runs without being named, by itself or by a stranger's class."""
        yield definition.module, definition.node
        if isinstance(definition.node, ast.ClassDef):
            every = has_foreign_base(self._source, definition.module, definition.node)
            for statement in definition.node.body:
                if isinstance(statement, FUNCTIONS) and (every or statement.name.startswith("__")):
                    yield definition.module, statement


def _roots(definitions: list[Definition] | tuple[()]) -> Iterator[tuple[Module, ast.AST]]:
    for definition in definitions:
        yield definition.module, definition.node
