"""What is given to attributes, to the fields of dataclasses, and to the keys of a variable."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from functools import cached_property

from .bindings import Binding
from .credential_names import is_credential_name
from .module import Module
from .names import last_word
from .reach import Reach
from .resolve import Definition, Located
from .source import ProjectSource

_MARKS = frozenset({"dataclass", "dataclasses.dataclass", "attr.s", "attrs.define", "define"})
_BASES = frozenset({"NamedTuple", "BaseModel"})
_MOST_BASES = 8


class AttributeValues:
    """Attributes by their names, told apart by the class of their owner where that is known."""

    def __init__(self, source: ProjectSource, reach: Reach) -> None:
        self._source = source

    def of(self, module: Module, node: ast.Attribute) -> list[Located]:
        """All that is assigned to an attribute, None left out; nothing where its owner may be another."""
        given = self._assigned.get(node.attr, [])
        owners = self._classes(module, node.value)
        if owners is None:
            # Whose attribute it is cannot be told: its name has to say what it is.
            found = given if is_credential_name(node.attr) else []
        else:
            found = [(owner, value) for owner, value in given if owner in owners]
        return [value for _, value in found] or self._fields(node.attr, owners)

    def same(self, module: Module, node: ast.expr) -> Iterator[ast.expr]:
        """The places of the module that mean the same variable, or an attribute of the same name."""
        if isinstance(node, ast.Name):
            names = self._source.names(module)
            bound = names.lookup(node)
            yield from (use for use in module.named(node.id) if use is not node and names.lookup(use) is bound)
        elif isinstance(node, ast.Attribute):
            yield from (use for use in module.attributes([node.attr]) if use is not node)

    def added(self, module: Module, node: ast.Name, grown: Iterable[Binding]) -> Iterator[ast.expr]:
        """What is added to a text, or stored under a key of a dict, before the node."""
        number, scope = module.number(node), module.callable_of(node)
        for binding in grown:
            statement = module.parents[binding.node]
            if isinstance(statement, ast.AugAssign) and module.number(statement) < number:
                yield statement.value
        names = self._source.names(module)
        for use in module.named(node.id):
            stored = module.parents[use]
            if (
                not isinstance(stored, ast.Subscript)
                or not isinstance(stored.ctx, ast.Store)
                or stored.value is not use
            ):
                continue
            statement = module.parents[stored]
            before = module.callable_of(use) is scope and module.number(use) < number
            if isinstance(statement, ast.Assign) and before and names.lookup(use) is names.lookup(node):
                yield statement.value

    def _classes(self, module: Module, owner: ast.expr) -> list[ast.AST] | None:
        """The class of an object with its bases, where it is one of the project."""
        name = self._source.qualified(module, owner) or ""
        waiting = [*self._source.resolver.definitions.get(name.removesuffix("()"), [])[-1:]]
        found: list[ast.AST] = []
        while waiting and len(found) < _MOST_BASES:
            definition = waiting.pop()
            if isinstance(definition.node, ast.ClassDef) and definition.node not in found:
                found.append(definition.node)
                waiting += [each for base in definition.node.bases for each in self._defined(definition.module, base)]
        return found or None

    def _defined(self, module: Module, base: ast.expr) -> list[Definition]:
        return self._source.resolver.definitions.get(self._source.qualified(module, base) or "", [])[-1:]

    @cached_property
    def _assigned(self) -> dict[str, list[tuple[ast.AST | None, Located]]]:
        found: dict[str, list[tuple[ast.AST | None, Located]]] = {}
        for module in self._source.modules:
            for node in module.each(ast.Assign, ast.AnnAssign):
                for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                    if isinstance(target, ast.Attribute) and node.value is not None and not _is_none(node.value):
                        method = module.function_of(target)
                        owner = module.scope_of(method) if method is not None else None
                        found.setdefault(target.attr, []).append((owner, Located(module, node.value)))
        return found

    def _fields(self, name: str, owners: list[ast.AST] | None) -> list[Located]:
        """What calls give a field of a dataclass."""
        return [
            value
            for module in self._source.modules
            for made in module.each(ast.ClassDef)
            if owners is None or made in owners
            for index, field in enumerate(_annotated(made))
            if field == name and (owners is not None or is_credential_name(name))
            for value in self._given(made.name, field, index)
        ]

    def _given(self, word: str, field: str, index: int) -> Iterator[Located]:
        for module in self._source.modules:
            for call in module.calls([word]):
                named = [keyword.value for keyword in call.keywords if keyword.arg == field]
                starred = any(isinstance(arg, ast.Starred) for arg in call.args)
                positional = call.args[index : index + 1] if not starred else []
                yield from (Located(module, value) for value in (*named, *positional))


def _annotated(made: ast.ClassDef) -> list[str]:
    """The fields of a class that takes them as its arguments."""
    marks = {last_word(mark.func if isinstance(mark, ast.Call) else mark) for mark in made.decorator_list}
    if not marks & _MARKS and not any(last_word(base) in _BASES for base in made.bases):
        return []
    return [
        part.target.id for part in made.body if isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name)
    ]


def _is_none(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value in (None, "")
