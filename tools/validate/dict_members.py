"""What stands in a dict: written down, spread, joined, grown item by item, or made by a function of the project."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from .literals import literal, only_reads
from .module import FUNCTIONS, Module
from .resolve import Located
from .source import ProjectSource
from .substitutions import Substitution, called, substituted

_DEPTH = 8
_MOST = 3000
_COPYING = frozenset({"builtins.dict", "copy.copy", "copy.deepcopy"})


@dataclass(frozen=True)
class Member:
    """A key and its value; None where they cannot be read, both None for members that are not visible."""

    key: Located | None
    value: Located | None
    name: str | None = None


@dataclass(frozen=True)
class Members:
    """The members of a dict in their order, and the expression that makes it."""

    place: Located
    each: tuple[Member, ...]

    @property
    def by_name(self) -> tuple[dict[str, Located], bool]:
        """The values of the keys that are visible texts, and whether these are all members."""
        found: dict[str, Located] = {}
        complete = True
        for member in self.each:
            if member.name is None:
                # What is spread or computed may be any key: what stood before it may be gone.
                found, complete = {}, False
            elif member.value is None:
                found.pop(member.name, None)
                complete = False
            else:
                found[member.name] = member.value
        return found, complete


class DictMembers:
    """Reads the dicts of a project."""

    def __init__(self, source: ProjectSource) -> None:
        self._source = source
        self._found: dict[ast.expr, Members | None] = {}

    def of(self, given: Located, depth: int = _DEPTH) -> Members | None:
        """The members of an expression; None where it is no dict that can be read."""
        if given.node not in self._found:
            # A dict that is made of itself has no members that could be read.
            self._found[given.node] = None
            self._found[given.node] = self._read(given, depth) if depth else None
        return self._found[given.node]

    def _read(self, given: Located, depth: int) -> Members | None:
        module, node = given
        if isinstance(node, (ast.Name, ast.Attribute)):
            found = literal(self._source, given)
            return self.of(found, depth - 1) if found is not None else self._grown(given, depth)
        if isinstance(node, ast.Call):
            return self._of_call(module, node, depth)
        if isinstance(node, ast.Dict):
            return _joined(given, self._written(module, node, depth))
        if isinstance(node, ast.DictComp):
            return Members(given, (_member(module, node.key, node.value),))
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            sides = [self.of(Located(module, side), depth - 1) for side in (node.left, node.right)]
            # Other things have a `|`, too.
            return _joined(given, (each for side in sides for each in _spread(side))) if any(sides) else None
        return None

    def _written(self, module: Module, node: ast.Dict, depth: int) -> Iterator[Member]:
        for key, value in zip(node.keys, node.values, strict=True):
            if key is not None:
                yield _member(module, key, value)
            else:
                yield from _spread(self.of(Located(module, value), depth - 1))

    def _of_call(self, module: Module, call: ast.Call, depth: int) -> Members | None:
        given = Located(module, call)
        name = self._source.qualified(module, call.func) or ""
        method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
        if name in _COPYING:
            return _joined(given, self._of_arguments(module, call, depth))
        if name == "builtins.dict.fromkeys" and call.args:
            value = Located(module, call.args[1]) if len(call.args) > 1 else None
            return Members(given, (Member(Located(module, call.args[0]), value),))
        if method == "copy" and isinstance(call.func, ast.Attribute) and not call.args:
            return self.of(Located(module, call.func.value), depth - 1)
        made = called(self._source, module, call)
        found = self.of(made.value, depth - 1) if made is not None else None
        return self._substituted(found, made.given) if found is not None and made is not None else None

    def _of_arguments(self, module: Module, call: ast.Call, depth: int) -> Iterator[Member]:
        """The members of `dict(BASE, key=value)`, or of a copy."""
        for arg in call.args:
            yield from _spread(self.of(Located(module, arg), depth - 1))
        for keyword in call.keywords:
            if keyword.arg is None:
                yield from _spread(self.of(Located(module, keyword.value), depth - 1))
            else:
                value = Located(module, keyword.value)
                yield Member(value, value, keyword.arg)

    def _substituted(self, found: Members, given: Substitution) -> Members:
        """The members with what a call or loop gives in place of its variables."""
        return Members(found.place, tuple(self._member_with(each, given) for each in found.each))

    def _member_with(self, member: Member, given: Substitution) -> Member:
        if member.value is None:
            return member
        return Member(member.key, substituted(self._source, member.value, given), member.name)

    def with_given(self, found: Members, given: Substitution) -> Members:
        """The members as they are in one round of a loop."""
        return self._substituted(found, given) if given else found

    def _grown(self, given: Located, depth: int) -> Members | None:
        """A dict in a variable of a function, whose items are set one by one: `entry["table"] = "t"`."""
        module, node = given
        bound = self._source.names(module).lookup(node) if isinstance(node, ast.Name) else []
        if not isinstance(node, ast.Name) or len(bound) != 1 or bound[0].value is None:
            return None
        begin = bound[0].node
        if not isinstance(module.scope_of(begin), FUNCTIONS):
            return None
        start = self.of(Located(module, bound[0].value), depth - 1)
        if start is None:
            return None
        items: list[Member] = []
        for use in self._source.names(module).uses_beside(begin, node.id):
            item = _set_item(module, use, begin)
            if item is not None:
                items.append(item)
            elif use is not begin and use is not node and not only_reads(self._source, module, use):
                return None
        return _joined(start.place, (*start.each, *items))


def _joined(place: Located, members: Iterator[Member] | tuple[Member, ...]) -> Members | None:
    found = tuple(members)
    return Members(place, found) if len(found) <= _MOST else None


def _spread(found: Members | None) -> tuple[Member, ...]:
    return found.each if found is not None else (Member(None, None),)


def _member(module: Module, key: ast.expr, value: ast.expr) -> Member:
    name = key.value if isinstance(key, ast.Constant) and isinstance(key.value, str) else None
    return Member(Located(module, key), Located(module, value), name)


def _set_item(module: Module, use: ast.Name, begin: ast.AST) -> Member | None:
    """The member that `VARIABLE[KEY] = VALUE` sets; without its value where that may not come to pass."""
    item = module.parents[use]
    if not isinstance(item, ast.Subscript) or item.value is not use or not isinstance(item.ctx, ast.Store):
        return None
    statement, first = module.parents[item], module.parents[begin]
    if not isinstance(statement, ast.Assign) or module.number(statement) < module.number(first):
        return Member(None, None)
    member = _member(module, item.slice, statement.value)
    return member if _same_block(module, first, statement) else Member(member.key, None, member.name)


def _same_block(module: Module, first: ast.AST, second: ast.stmt) -> bool:
    """Whether two statements stand in the same list of statements."""
    parent = module.parents[first]
    for name in ("body", "orelse", "finalbody"):
        block: object = getattr(parent, name, None)
        if isinstance(block, list) and first in block:
            return second in block
    return False
