"""Which keys of the configuration the code cannot do without."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from .always import AlwaysRun
from .configuration_reads import ConfigurationReads
from .module import COMPREHENSIONS, FUNCTIONS
from .parameter_reads import KeyRead
from .reach import Reach
from .source import ProjectSource


class RequiredKeys:
    """Read without a default on every path, or looked for with a `raise` where they are missing."""

    def __init__(self, source: ProjectSource, reach: Reach) -> None:
        self._reach = reach
        self._reads = reach.shared(ConfigurationReads).reads
        self._always = reach.shared(AlwaysRun)

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
        return self._always.runs(read.module, read.node, but=_test_of(read))


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
