"""Which requests the state decides about: what was asked by which key."""

from __future__ import annotations

import ast
import re

from .batches import Line
from .blocks import loaded, origins, stored
from .module import Module
from .page_loops import Loop
from .reach import Reach
from .source import ProjectSource
from .source_calls import SourceCalls
from .state_reads import StateReads

_COUNTED = re.compile(r"attempt|retr|tries", re.IGNORECASE)
_READING = frozenset({"get", "default", "item"})


class StateUse:
    """Follows a key of the state from where it is read to where a source is asked."""

    def __init__(self, source: ProjectSource, reach: Reach) -> None:
        self._reads = reach.shared(StateReads)
        self._sources = reach.shared(SourceCalls)

    def asks(self, line: Line, asking: ast.stmt, key: str | None) -> bool:
        """Whether a statement is asked by what the key holds."""
        names = origins(line.module, loaded(line.module, asking), line.before)
        return any(
            _holds(line.module, asking, node) or stored(line.module, _outermost(line.module, node)) & names
            for node in self._read_at(line.module, key)
            if line.module.callable_of(node) is line.module.callable_of(line.place)
        )

    def is_asked_by_all(self, line: Line, loop: Loop, key: str | None) -> bool:
        """Whether the key that was read before a loop decides what each of its rounds asks for."""
        module, outer = line.module, Line(line.module, loop)
        reads = [node for node in self._read_at(module, key) if module.callable_of(node) is module.callable_of(loop)]
        if not reads or any(_holds(module, part, node) for part in loop.body for node in reads):
            return False
        givers = [_outermost(module, node) for node in reads]
        names = {
            name for giver in givers if module.number(giver) < module.number(loop) for name in stored(module, giver)
        }
        names -= {name for part in loop.body for name in stored(module, part)}
        if isinstance(loop, ast.While):
            moving = _carried(module, loop)
            asked = [origins(module, loaded(module, each), loop.body) for each in self._asking(module, loop)]
            return any(names & each and moving & each for each in asked)
        asked = names & origins(module, loaded(module, loop.iter), outer.before)
        return bool(asked) or any(_holds(module, loop.iter, node) for node in reads)

    def _asking(self, module: Module, loop: ast.While) -> list[ast.Call]:
        return [call for call in module.inside(loop, ast.Call) if self._sources.leads(call)]

    def _read_at(self, module: Module, key: str | None) -> list[ast.expr]:
        reads = self._reads.reads
        return [read.node for read in reads if read.key == key and read.how in _READING and read.module is module]


def _carried(module: Module, loop: ast.While) -> set[str]:
    """The names that a round of a loop takes over from the one before: the page, not the number of the attempt."""
    found: set[str] = set()
    seen: set[str] = set()
    for name in sorted((each for part in loop.body for each in module.inside(part, ast.Name)), key=module.number):
        if isinstance(name.ctx, ast.Load):
            seen.add(name.id)
        elif name.id in seen or isinstance(module.parents[name], ast.AugAssign):
            found.add(name.id)
    for part in (each for statement in loop.body for each in module.inside(statement, ast.Subscript)):
        if isinstance(part.ctx, ast.Store) and isinstance(part.value, ast.Name):
            found.add(part.value.id)
    return {name for name in found if not _COUNTED.search(name)}


def _outermost(module: Module, node: ast.AST) -> ast.AST:
    """The statement that an expression stands in."""
    while not isinstance(node, ast.stmt):
        node = module.parents[node]
    return node


def _holds(module: Module, root: ast.AST, node: ast.AST) -> bool:
    first, last = module.span(root)
    return first <= module.number(node) < last
