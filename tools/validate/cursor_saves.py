"""Where a sync saves a cursor: a key that the next sync asks by."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from .batches import Line
from .module import FUNCTIONS, Module
from .parameter_reads import KeyRead
from .reach import Reach
from .saves import Saves, members
from .source import ProjectSource
from .state_reads import StateReads

_COLLECTIONS = (ast.List, ast.Dict, ast.Set, ast.Tuple, ast.ListComp, ast.DictComp, ast.SetComp)
_CHANGING = frozenset({"append", "remove", "add", "extend", "discard", "insert"})
_READING = frozenset({"get", "default", "item"})


class CursorSave(NamedTuple):
    """One value that a key of the state is given; `place` is where."""

    module: Module
    place: ast.expr
    key: str
    value: ast.expr | None

    @property
    def function(self) -> ast.AST | None:
        """The function that saves."""
        return self.module.callable_of(self.place)


class CursorSaves:
    """The stores of fixed keys in the state, and the fixed keys of dicts that are checkpointed."""

    def __init__(self, source: ProjectSource, reach: Reach) -> None:
        self._source = source
        self._reach = reach
        self._reads = reach.shared(StateReads)

    @cached_property
    def all(self) -> list[CursorSave]:
        """Those that a sync can reach, in the order of files and lines."""
        found = {save.place: save for save in (*self._stores(), *self._checkpoints()) if self._is_cursor(save)}
        reached = [save for save in found.values() if self._reach.is_reached(save.module, save.place)]
        return sorted(reached, key=lambda save: (save.module.file, save.module.number(save.place)))

    def _stores(self) -> Iterator[CursorSave]:
        for read in self._reads.reads:
            if read.how == "store" and _is_fixed(read):
                parent = read.module.parents[read.node]
                value = parent.value if isinstance(parent, ast.Assign) else None
                yield CursorSave(read.module, read.node, read.key, value)

    def _checkpoints(self) -> Iterator[CursorSave]:
        for save in self._reach.shared(Saves).all:
            if save.given is not None and not self._reads.is_whole(save.given):
                line = Line(save.module, save.statement)
                for member in members(self._source, save, line.before):
                    if member.key is not None:
                        yield CursorSave(save.module, member.place, member.key, member.value)

    def _is_cursor(self, save: CursorSave) -> bool:
        """Whether the next sync asks by the value: not a mark, a list of what is done, a count or the old value."""
        if isinstance(save.value, (ast.Constant, *_COLLECTIONS)):
            return False
        reads = [read for read in self._reads.reads if read.key == save.key and read.how in _READING]
        asking = [read for read in reads if not self._is_own_store(read)]
        return bool(asking) and not any(self._is_list(read) for read in asking) and not self._is_kept(save, asking)

    def _is_own_store(self, read: KeyRead) -> bool:
        """Whether a key is read only to be given a new value: a count."""
        for parent in read.module.ancestors(read.node):
            if isinstance(parent, ast.stmt):
                targets = parent.targets if isinstance(parent, ast.Assign) else []
                return any(
                    (other := self._reads.by_node.get(target)) is not None and other.key == read.key
                    for target in targets
                )
        return False

    def _is_list(self, read: KeyRead) -> bool:
        """Whether a key holds a list: by its default, or since something is looked for in it."""
        module, node = read.module, read.node
        defaults = [*node.args[1:]] if isinstance(node, ast.Call) else []
        parent = module.parents[node]
        if isinstance(parent, ast.BoolOp):
            defaults += parent.values
            parent = module.parents[parent]
        if any(isinstance(each, _COLLECTIONS) for each in defaults):
            return True
        target = parent.targets[0] if isinstance(parent, ast.Assign) else None
        uses = module.named(target.id) if isinstance(target, ast.Name) else []
        return any(_is_searched(module, use) for use in uses)

    def _is_kept(self, save: CursorSave, reads: list[KeyRead]) -> bool:
        """Whether the value is the one that was read, or the variable of a loop around it: the table's own name."""
        if save.value is None:
            return False
        if isinstance(save.value, ast.Name):
            bindings = self._source.names(save.module).lookup(save.value)
            loops = [
                parent for parent in save.module.ancestors(save.place) if isinstance(parent, (ast.For, ast.AsyncFor))
            ]
            if any(each.node is loop.target for each in bindings for loop in loops):
                return True
            if any(_is_searched(save.module, use) for use in save.module.named(save.value.id)):
                return True
        found = self._source.resolver.value(save.module, save.value)
        inside = set(found.module.below(found.node))
        return any(read.node in inside for read in reads)


def exclude(module: Module, one: ast.AST, other: ast.AST) -> bool:
    """Whether two places of a function stand in different branches of one `if`."""
    around = dict(_branches(module, one))
    return any(parent in around and around[parent] != child for parent, child in _branches(module, other))


def _branches(module: Module, node: ast.AST) -> Iterator[tuple[ast.AST, bool]]:
    """The `if` statements around a place within its function, and whether it is in their bodies."""
    child = node
    for parent in module.ancestors(node):
        if isinstance(parent, FUNCTIONS):
            return
        if isinstance(parent, ast.If) and child is not parent.test:
            yield parent, any(each is child for each in parent.body)
        child = parent


def _is_fixed(read: KeyRead) -> bool:
    """Whether the key is the same each time: a text at the place, not one of a list that a loop goes through."""
    first, last = read.module.span(read.node)
    own = first <= read.module.number(read.place) < last
    return own and not isinstance(read.place, ast.JoinedStr)


def _is_searched(module: Module, use: ast.Name) -> bool:
    """Whether a name is used as a list: something is looked for in it, put into it or taken out."""
    parent = module.parents[use]
    if isinstance(parent, ast.Attribute):
        return parent.attr in _CHANGING
    return isinstance(parent, ast.Compare) and parent.left is not use and isinstance(parent.ops[0], (ast.In, ast.NotIn))
