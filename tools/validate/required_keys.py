"""Which keys of the configuration the code cannot do without."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from .absence import Absent
from .always import AlwaysRun
from .configuration_reads import ConfigurationReads
from .module import COMPREHENSIONS, FUNCTIONS, Module
from .names import last_word
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
            if found is not None and not any(_is_optional(read) or read.how == "store" for read in reads):
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
    """Whether a missing key leads to a `raise`: in the same branch, or by a list of what is missing."""
    module = read.module
    child: ast.AST = read.node
    for parent in module.ancestors(read.node):
        if isinstance(parent, ast.Assert):
            return Absent(read).says(parent.test) is False
        if isinstance(parent, ast.If):
            return parent.test is child and Absent(read).says(parent.test) is True and _raises(module, parent)
        if isinstance(parent, ast.comprehension):
            return any(test is child and Absent(read).says(test) is True for test in parent.ifs) and _ends(module, read)
        if isinstance(parent, (ast.Assign, ast.AnnAssign)):
            return _variable_leads(read, parent)
        if isinstance(parent, ast.stmt):
            return False
        child = parent
    return False


def _variable_leads(read: KeyRead, statement: ast.Assign | ast.AnnAssign) -> bool:
    """Whether the result is put into a variable, and a test of that raises where there is nothing in it."""
    target = statement.targets[0] if isinstance(statement, ast.Assign) else statement.target
    function = read.module.function_of(statement)
    if statement.value is not read.node or not isinstance(target, ast.Name) or function is None:
        return False
    absent = Absent(read, target.id)
    return any(
        absent.says(branch.test) is True and _raises(read.module, branch)
        for branch in read.module.own(function, ast.If)
        if read.module.number(branch) > read.module.number(statement)
    )


def _raises(module: Module, branch: ast.If) -> bool:
    """Whether a branch raises, or puts something on a list and its function raises later."""
    if any(next(module.inside(statement, ast.Raise), None) for statement in branch.body):
        return True
    grows = (call for statement in branch.body for call in module.inside(statement, ast.Call))
    return any(last_word(call.func) in ("append", "add") for call in grows) and _ends(module, branch)


def _ends(module: Module, place: KeyRead | ast.AST) -> bool:
    """Whether the function around a place raises somewhere."""
    function = module.function_of(place.node if isinstance(place, KeyRead) else place)
    return function is not None and next(module.own(function, ast.Raise), None) is not None
