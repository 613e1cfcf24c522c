"""The values that are in the state when it is saved: given to a key, and neither replaced nor taken out again."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from .module import Module
from .names import LOGGING, OPERATIONS
from .page_loops import LOOPS
from .parameter_reads import COPYING, HARMLESS
from .reach import Reach
from .source import ProjectSource
from .state_reads import StateReads


class _Change(NamedTuple):
    """One place that gives keys values, replaces or removes them; `target` is the text of what is changed.

    An open one may change any key: the key cannot be told, or the dict is handed on.
    """

    node: ast.AST
    target: str
    values: tuple[ast.expr, ...]
    is_open: bool = False


class StateStores:
    """What code puts into the state."""

    def __init__(self, source: ProjectSource, reach: Reach) -> None:
        self._source = source
        self._reads = reach.shared(StateReads)
        self._found: dict[ast.Name, list[_Change]] = {}
        self._given: set[ast.AST] = set()
        self._changed: dict[ast.Name, list[_Change]] = {}
        self._kept: dict[ast.Name, list[ast.expr]] = {}

    def of_variable(self, module: Module, saved: ast.expr, checkpoint: ast.Call) -> Iterator[ast.expr]:
        """The values that the function of a checkpoint gives to keys of the variable that it saves, each told once."""
        if not isinstance(saved, ast.Name):
            return
        owner = module.callable_of(checkpoint)
        for change in self._lasting(module, saved):
            if change.node in self._given or module.callable_of(change.node) is not owner:
                continue
            if _is_before(module, change.node, checkpoint):
                self._given.add(change.node)
                yield from change.values

    def _lasting(self, module: Module, saved: ast.Name) -> list[_Change]:
        """The changes of a variable that no later one of the same key replaces; found once for all its checkpoints."""
        first, changes = self._changes(module, saved)
        if first not in self._found:
            self._found[first] = _unreplaced(module, changes)
        return self._found[first]

    def _changes(self, module: Module, name: ast.Name) -> tuple[ast.Name, list[_Change]]:
        """The first use of a variable, and every place that changes its dict, or may; found once for all its uses."""
        uses = self._source.names(module).uses_beside(name, name.id)
        first = uses[0] if uses else name
        if first not in self._changed:
            found = [change for use in uses if (change := _change(module, use) or self._handed(module, use))]
            self._changed[first] = found
        return first, self._changed[first]

    def _handed(self, module: Module, use: ast.Name) -> _Change | None:
        """The call that a dict is handed to, unless it only looks at it."""
        parent = module.parents[use]
        call = module.parents[parent] if isinstance(parent, ast.keyword) else parent
        if not isinstance(call, ast.Call) or call.func is use:
            return None
        name = self._source.qualified(module, call.func) or ""
        looks = name in HARMLESS or name in COPYING or name.startswith((LOGGING, OPERATIONS))
        return None if looks else _Change(call, "", (), is_open=True)

    def untouched(self, module: Module, name: ast.Name, given: ast.Dict) -> list[ast.expr]:
        """The values of a dict that a variable was given, without those that are replaced or taken out later."""
        first, changes = self._changes(module, name)
        if first not in self._kept:
            gone = {change.target for change in changes}
            anything = any(change.is_open for change in changes)
            pairs = zip(given.keys, given.values, strict=True)
            self._kept[first] = [
                value
                for key, value in pairs
                if not anything and (key is None or f"{name.id}[{ast.unparse(key)}]" not in gone)
            ]
        return self._kept[first]

    def elsewhere(self) -> Iterator[tuple[Module, ast.expr]]:
        """The values that are given to the state in functions without a checkpoint of their own."""
        if self._reads.is_copied or self._reads.escapes or not self._reads.is_saved:
            return
        calls = [call for call in self._source.operations if call.name == "checkpoint"]
        saving = {call.module.callable_of(call.node) for call in calls}
        stores = [read for read in self._reads.reads if read.how == "store"]
        for read in stores:
            if read.module.callable_of(read.node) in saving or self._is_changed_again(read.key, read.node):
                continue
            change = _of_node(read.module, read.node)
            for value in change.values if change else ():
                yield read.module, value

    def _is_changed_again(self, key: str, node: ast.expr) -> bool:
        """Whether another place replaces the value of a key or takes it out."""
        others = [read for read in self._reads.reads if read.key == key and read.node is not node]
        return any(read.how == "store" or _takes_out(read.module, read.node) for read in others)


def _change(module: Module, use: ast.Name) -> _Change | None:
    """What a use of a dict's variable changes in it, however deep."""
    node: ast.expr = use
    parent = module.parents[node]
    while isinstance(parent, ast.Subscript) and parent.value is node:
        node, parent = parent, module.parents[parent]
    if isinstance(parent, ast.Attribute):
        call = module.parents[parent]
        return _of_node(module, call) if isinstance(call, ast.Call) and call.func is parent else None
    return _of_node(module, node) if node is not use else None


def _of_node(module: Module, node: ast.expr) -> _Change | None:
    """The change that a subscript or a method call makes."""
    parent = module.parents[node]
    if isinstance(node, ast.Subscript):
        if isinstance(parent, ast.Assign) and any(target is node for target in parent.targets):
            return _Change(parent, ast.unparse(node), (parent.value,), is_open=not _is_told(node.slice))
        return _Change(node, ast.unparse(node), ()) if isinstance(node.ctx, ast.Del) else None
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return None
    key = f"{ast.unparse(node.func.value)}[{ast.unparse(node.args[0])}]" if node.args else ""
    if node.func.attr == "setdefault" and len(node.args) == 2:
        return _Change(node, key, (node.args[1],))
    if node.func.attr in ("pop", "clear", "popitem"):
        return _Change(node, key, (), is_open=not node.args or not _is_told(node.args[0]))
    if node.func.attr == "update":
        given = [value for arg in node.args if isinstance(arg, ast.Dict) for value in arg.values]
        return _Change(node, "", (*given, *(keyword.value for keyword in node.keywords)), is_open=True)
    return None


def _is_told(key: ast.expr) -> bool:
    """Whether a key is a text, or a constant of the module by its name."""
    return isinstance(key, ast.Constant) or (isinstance(key, ast.Name) and key.id.isupper())


def _takes_out(module: Module, node: ast.expr) -> bool:
    change = _of_node(module, node)
    return change is not None and not change.values


def _unreplaced(module: Module, changes: list[_Change]) -> list[_Change]:
    """The changes without those that a later one of the same key, or of one that cannot be told, replaces."""
    found: list[_Change] = []
    later: set[str] = set()
    is_open = False
    for change in sorted(changes, key=lambda each: module.number(each.node), reverse=True):
        if not later or (change.target and change.target not in later and not is_open):
            found.append(change)
        later.add(change.target)
        is_open = is_open or change.is_open
    return found[::-1]


def _is_before(module: Module, node: ast.AST, checkpoint: ast.Call) -> bool:
    """Whether a place runs before a checkpoint, in the same round of a loop or in the one before."""
    if module.number(node) < module.number(checkpoint):
        return True
    first = [loop for loop in module.ancestors(node) if isinstance(loop, LOOPS)]
    return any(loop in first for loop in module.ancestors(checkpoint))
