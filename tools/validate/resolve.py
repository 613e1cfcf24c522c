"""Follows qualified names through the modules, classes and functions of the project."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable
from functools import cached_property
from typing import NamedTuple

from .changed import ANY, set_from_outside
from .module import FUNCTIONS, Function, Module
from .names import Names, public_name
from .stars import star_base

_STEPS, _LONGEST = 64, 500
# The expressions that may stand for another one.
_STANDING = frozenset({ast.Name, ast.Attribute})
# What binds names that no reader sees.
_HIDING = frozenset({"exec", "globals", "locals", "setattr", "vars"})


class Definition(NamedTuple):
    """A function or class of the project."""

    module: Module
    node: Function | ast.ClassDef


class Located(NamedTuple):
    """An expression and the module that it stands in."""

    module: Module
    node: ast.expr


class Resolver:
    """The names of all modules of a project together."""

    def __init__(self, modules: Iterable[Module]) -> None:
        every = list(modules)
        # A package wins over the module of the same name, as it does in an import.
        self.modules = {module.name: module for module in sorted(every, key=lambda module: module.is_package)}
        self._names = {module.file: Names(module) for module in every}
        self.definitions: dict[str, list[Definition]] = {}
        for module in every:
            for node in module.each(*FUNCTIONS, ast.ClassDef):
                name = self.names(module).bound.qualified_name(node)
                self.definitions.setdefault(name, []).append(Definition(module, node))
        self._rebound = {name for name, found in self.definitions.items() if self._is_rebound(found[-1])}
        self._expanded: dict[str, str] = {}
        self._values: dict[ast.expr, Located] = {}
        self._results: dict[ast.AST, str | None] = {}
        self._changed: frozenset[str] | None = None
        self._derived: dict[ast.AST, list[Definition]] | None = None

    @cached_property
    def identifiers(self) -> frozenset[str]:
        """The words by which code can mean a function or class of the project: their names, and those of imports."""
        found = {name.rpartition(".")[2] for name in self.definitions}
        for module in self.modules.values():
            for alias in module.each(ast.alias):
                found.add(alias.asname or alias.name.rpartition(".")[2])
        return frozenset(found)

    @cached_property
    def own_words(self) -> frozenset[str]:
        """The words by which code can mean a function, class or assigned variable of the project itself."""
        assigned = (self.names(module).bound.assigned_names() for module in self.modules.values())
        return self.defined_words.union(*assigned)

    @cached_property
    def defined_words(self) -> frozenset[str]:
        """The words by which code means a function or class of the project, but for variables that hold one."""
        found = {name.rpartition(".")[2] for name in self.definitions}
        for module in self.modules.values():
            for node in module.each(ast.ImportFrom):
                if module.absolute(node).partition(".")[0] in self._tops:
                    found.update(alias.asname or alias.name for alias in node.names)
        return frozenset(found)

    @cached_property
    def _tops(self) -> frozenset[str]:
        """The first parts of the names of all modules; what is imported relative to the top has none."""
        return frozenset({name.partition(".")[0] for name in self.modules} | {""})

    @cached_property
    def variables(self) -> frozenset[str]:
        """The names that some module binds at its top level, and some class or its methods as attributes."""
        return frozenset(name for names in self._names.values() for name in names.bound.shared_names())

    def names(self, module: Module) -> Names:
        """The names of one module."""
        return self._names[module.file]

    def local(self, module: Module, node: ast.expr) -> str | None:
        """The qualified name of an expression, parameters left as `<FUNCTION:NAME>`."""
        name = self._names[module.file].local(node)
        return self.expand(name) if name else None

    def value(self, module: Module, node: ast.expr) -> Located:
        """The expression that a name or attribute stands for, followed as long as there is exactly one."""
        if node.__class__ not in _STANDING:
            return Located(module, node)
        if node not in self._values:
            found = Located(module, node)
            for _ in range(_STEPS):
                following = self._next_value(found)
                if following is None:
                    break
                found = following
            self._values[node] = found
        return self._values[node]

    def expand(self, name: str) -> str:
        """What a qualified name means at the end of all imports, aliases, attributes and base classes."""
        if name not in self._expanded:
            found = name
            # What begins with no module of the project, nor with a star, has nowhere to go.
            star = name.startswith("<") and ":*>" in name
            known = star or name.partition(".")[0].removesuffix("()") in self._tops
            for _ in range(_STEPS if known else 0):
                following = self._step(found)
                if following is None or following == found or len(following) > _LONGEST:
                    break
                found = following
            self._expanded[name] = public_name(found)
        return self._expanded[name]

    def is_changed(self, owner: str, name: str) -> bool:
        """Whether other code may set this name of a module or class of the project."""
        if self._changed is None:
            # What is asked for meanwhile is told as if nothing was set.
            self._changed = frozenset()
            every = ((module, self.names(module)) for module in self.modules.values())
            self._changed = set_from_outside(every, self.local)
            if self._changed:
                self._expanded.clear()
                self._values.clear()
        return f"{owner}.{name}" in self._changed or f"{owner}.{ANY}" in self._changed

    def is_unbound(self, module: Module, node: ast.Name) -> bool:
        """Whether certainly nothing gives this name a meaning: no binding in sight, no star import, no builtin."""
        if self.names(module).lookup(node) or hasattr(builtins, node.id):
            return False
        hidden = any(module.named(name) for name in _HIDING)
        return not hidden and star_base(self.modules, self.names, module, node.id) == ""

    def functions(self, name: str) -> list[Definition]:
        """The functions that this qualified name means; none where the name is assigned, too."""
        if name in self._rebound:
            return []
        return [found for found in self.definitions.get(name, []) if not isinstance(found.node, ast.ClassDef)]

    def _is_rebound(self, found: Definition) -> bool:
        bound = self.names(found.module).bound.of(found.module.scope_of(found.node), found.node.name)
        return not all(isinstance(binding.node, (*FUNCTIONS, ast.ClassDef)) for binding in bound)

    def _next_value(self, found: Located) -> Located | None:
        names, node = self._names[found.module.file], found.node
        if isinstance(node, ast.Name):
            if (value := names.value_of(node)) is not None:
                return Located(found.module, value)
            bindings = names.lookup(node)
            name = bindings[0].qualified if len(bindings) == 1 else None
            if not bindings and names.bound.stars:
                name = self._from_star(f"<{found.module.name}:*>.{node.id}")
            return self._variable(name) if name else None
        owner = self.local(found.module, node.value) if isinstance(node, ast.Attribute) else None
        return self._variable(f"{owner}.{node.attr}") if owner and isinstance(node, ast.Attribute) else None

    def _variable(self, name: str) -> Located | None:
        """The expression of a module's variable, imports of it followed."""
        for _ in range(_STEPS):
            owner, _, last = name.rpartition(".")
            module = self.modules.get(owner)
            if module is None or self.is_changed(owner, last):
                return None
            chosen = self.names(module).chosen(module.tree, last)
            following = self._from_star(f"<{owner}:*>.{last}") if not chosen else chosen[0].qualified
            if len(chosen) == 1 and chosen[0].value is not None:
                return Located(module, chosen[0].value)
            if len(chosen) > 1 or following is None or following == name:
                return None
            name = following
        return None

    def _step(self, name: str) -> str | None:
        if name.startswith("<"):
            return self._from_star(name)
        parts = name.split(".")
        for count in range(len(parts), 0, -1):
            key, rest = ".".join(parts[:count]), parts[count:]
            plain = key.removesuffix("()")
            if plain in self.definitions:
                return None if plain in self._rebound else self._inside(self.definitions[plain], key, rest)
            if key in self.modules:
                return self._of_module(key, rest)
        return None

    def _inside(self, found: list[Definition], key: str, rest: list[str]) -> str | None:
        """The meaning of `key.rest`, where `key` is a class, a function, or the call of one."""
        definition = found[-1]
        if isinstance(definition.node, ast.ClassDef):
            if not rest:
                return None
            member, called, tail = _member(rest)
            owner = self._member_of(definition, member, key.endswith("()"))
            return _join(owner, called, tail) if owner else None
        returned = self._returned(definition) if len(found) == 1 and key.endswith("()") else None
        return _join(returned, "", rest) if returned else None

    def _member_of(self, owner: Definition, member: str, of_instance: bool) -> str | None:
        """What an attribute of a class or instance means: its own first, then that of the bases in their order."""
        waiting, seen = [owner], set[ast.AST]()
        while waiting and len(seen) < _STEPS:
            definition = waiting.pop()
            node, names = definition.node, self.names(definition.module)
            if not isinstance(node, ast.ClassDef) or node in seen:
                continue
            seen.add(node)
            if names.chosen(node, member) or (of_instance and names.bound.attributes(node, member)):
                meaning = _own_meaning(names, node, member, of_instance)
                return None if self._is_elsewhere(owner, member, meaning) else meaning
            for base in reversed(node.bases):
                name = self.local(definition.module, base)
                if name is None:
                    return None
                if name not in self.definitions:
                    return f"{name}.{member}"
                waiting.append(self.definitions[name][-1])
        return None

    def _is_elsewhere(self, owner: Definition, member: str, meaning: str | None) -> bool:
        """Whether an attribute of a class is set from outside, or is another thing in a class below it."""
        if meaning is None or meaning in self.definitions:
            return False
        if self.is_changed(self.names(owner.module).bound.qualified_name(owner.node), member):
            return True
        for below in self.subclasses(owner):
            names, node = self.names(below.module), below.node
            if not isinstance(node, ast.ClassDef):
                continue
            own = names.chosen(node, member) or names.bound.attributes(node, member)
            if own and _own_meaning(names, node, member, of_instance=True) != meaning:
                return True
        return False

    def subclasses(self, owner: Definition) -> list[Definition]:
        """The classes of the project that derive from a class, however far."""
        found: list[Definition] = []
        waiting = [owner.node]
        while waiting and len(found) < _STEPS:
            for below in self._derived_from(waiting.pop()):
                if below not in found:
                    found.append(below)
                    waiting.append(below.node)
        return found

    def _derived_from(self, owner: ast.AST) -> list[Definition]:
        """The classes that name a class of the project as their base."""
        if self._derived is None:
            # To look up a base may ask for the classes below another one.
            self._derived = {}
            found: dict[ast.AST, list[Definition]] = {}
            for definition in (each for every in self.definitions.values() for each in every):
                for base in definition.node.bases if isinstance(definition.node, ast.ClassDef) else ():
                    for above in self.definitions.get(self.local(definition.module, base) or "", ()):
                        found.setdefault(above.node, []).append(definition)
            self._derived = found
        return self._derived.get(owner, [])

    def _returned(self, definition: Definition) -> str | None:
        if definition.node not in self._results:
            self._results[definition.node] = self._result(definition)
        return self._results[definition.node]

    def _result(self, definition: Definition) -> str | None:
        """What a plain function returns, where it has one `return` and that can be told."""
        node, module = definition.node, definition.module
        if isinstance(node, (ast.ClassDef, ast.AsyncFunctionDef)) or node.decorator_list:
            return None
        ends = module.inside(node, ast.Return, ast.Yield, ast.YieldFrom)
        own = [end for end in ends if module.function_of(end) is node]
        if len(own) == 1 and isinstance(own[0], ast.Return) and own[0].value is not None:
            name = self.names(module).local(own[0].value)
            return name if name and not name.startswith("<") else None
        return None

    def _of_module(self, key: str, rest: list[str]) -> str | None:
        if not rest:
            return None
        module = self.modules[key]
        member, called, tail = _member(rest)
        if self.is_changed(key, member):
            return None
        if not self.names(module).bound.of(module.tree, member):
            return self._from_star(f"<{key}:*>.{'.'.join(rest)}") if self.names(module).bound.stars else None
        meaning = self.names(module).meaning(module.tree, member)
        return _join(meaning, called, tail) if meaning else None

    def _from_star(self, name: str) -> str | None:
        origin, _, rest = name[1:].partition(":*>.")
        module = self.modules.get(origin)
        if not rest or module is None:
            return None
        member, _, _ = _member(rest.split("."))
        base = star_base(self.modules, self.names, module, member)
        if base == "" and hasattr(builtins, member):
            return f"builtins.{rest}"
        return f"{base}.{rest}" if base else None


def _own_meaning(names: Names, node: ast.ClassDef, member: str, of_instance: bool) -> str | None:
    """The one meaning that the class and, for an instance, its methods give an attribute."""
    found = {names.meaning(node, member)} if names.chosen(node, member) else set[str | None]()
    if of_instance and names.bound.attributes(node, member):
        found.discard(None)
        found.add(names.attribute_meaning(node, member))
    return found.pop() if len(found) == 1 else None


def _member(rest: list[str]) -> tuple[str, str, list[str]]:
    """The first of `rest` without and with its call, and what follows."""
    name = rest[0].removesuffix("()")
    return name, rest[0][len(name) :], rest[1:]


def _join(owner: str, called: str, rest: list[str]) -> str:
    return ".".join([owner + called, *rest])
