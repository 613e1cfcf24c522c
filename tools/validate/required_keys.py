"""Which keys of the configuration the code cannot do without."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cached_property

from .arguments import called_functions
from .configuration_reads import ConfigurationReads
from .module import COMPREHENSIONS, FUNCTIONS, Module
from .parameter_reads import KeyRead
from .reach import Reach
from .source import ProjectSource

_BRANCHES = (ast.If, ast.IfExp, ast.While, ast.Match, ast.ExceptHandler, ast.BoolOp)


class RequiredKeys:
    """Read without a default on every path, or looked for with a `raise` where they are missing."""

    def __init__(self, source: ProjectSource, reach: Reach) -> None:
        self._source = source
        self._reach = reach
        self._reads = reach.shared(ConfigurationReads).reads

    def first_reads(self) -> Iterator[KeyRead]:
        """The first read of each required key, in the order of the keys' first mention."""
        by_key: dict[str, list[KeyRead]] = {}
        for read in self._reads:
            by_key.setdefault(read.key, []).append(read)
        for reads in by_key.values():
            found = next((read for read in reads if self._requires(read)), None)
            if found is not None and not any(_is_optional(read) for read in reads):
                yield found

    def _requires(self, read: KeyRead) -> bool:
        if not self._reach.is_reached(read.module, read.node) or not self._is_unconditional(read):
            return False
        if read.how == "item":
            return not _is_tested(read)
        return read.how in ("not in", "in", "get") and _leads_to_raise(read)

    def _is_unconditional(self, read: KeyRead) -> bool:
        owner = read.module.function_of(read.node)
        return _runs_always(read.module, read.node, _test_of(read)) and (owner is None or owner in self._always)

    @cached_property
    def _always(self) -> set[ast.AST]:
        """The functions that every sync runs: update, and what it calls outside of branches."""
        update = self._reach.update
        waiting = [(update.module, update.node)] if update else []
        found: set[ast.AST] = set()
        while waiting:
            module, function = waiting.pop()
            if function in found:
                continue
            found.add(function)
            for call in module.own(function, ast.Call):
                if _runs_always(module, call, None):
                    waiting += [(where, called) for where, called, _ in called_functions(self._source, module, call)]
        return found


def _runs_always(module: Module, node: ast.AST, but: ast.AST | None) -> bool:
    """Whether no branch, handler or filter of its function decides whether `node` runs; `but` is not counted."""
    child = node
    for parent in module.ancestors(node):
        if isinstance(parent, FUNCTIONS):
            return True
        if isinstance(parent, _BRANCHES) and parent is not but and child is not getattr(parent, "test", None):
            first = isinstance(parent, ast.BoolOp) and parent.values[0] is child
            if not first:
                return False
        if isinstance(parent, ast.Try) and parent.handlers and module.holds(parent.body, child):
            return False
        child = parent
    return True


def _test_of(read: KeyRead) -> ast.AST | None:
    """The branch whose test looks for the key."""
    child: ast.AST = read.node
    for parent in read.module.ancestors(read.node):
        if isinstance(parent, (ast.If, ast.IfExp)) and parent.test is child:
            return parent
        if isinstance(parent, (*FUNCTIONS, ast.stmt)):
            return None
        child = parent
    return None


def _is_tested(read: KeyRead) -> bool:
    """Whether the same expression first asks whether the key is there: `"a" in c and c["a"]`."""
    return any(isinstance(parent, (ast.BoolOp, *COMPREHENSIONS)) for parent in read.module.ancestors(read.node))


def _is_optional(read: KeyRead) -> bool:
    """Whether this read does without the key."""
    if read.how == "default":
        return True
    parent = read.module.parents[read.node]
    if read.how == "get":
        return isinstance(parent, ast.BoolOp) and isinstance(parent.op, ast.Or) and not _leads_to_raise(read)
    return read.how in ("in", "not in") and not _leads_to_raise(read)


def _leads_to_raise(read: KeyRead) -> bool:
    """Whether the answer decides about a `raise`: in the same branch, or by a list of what is missing."""
    module = read.module
    for parent in module.ancestors(read.node):
        if isinstance(parent, ast.Assert):
            return True
        if isinstance(parent, ast.If):
            return any(next(module.inside(statement, ast.Raise), None) for statement in parent.body)
        if isinstance(parent, FUNCTIONS):
            return next(module.own(parent, ast.Raise), None) is not None
    return False
