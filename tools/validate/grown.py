"""The collections that grow while a source is asked page after page, and are sent when it has been asked."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple, TypeAlias

from .attribute_uses import AttributeUses
from .call_graph import CallGraph
from .elements import Elements
from .module import FUNCTIONS, Function, Module
from .names import last_word
from .page_loops import LOOPS, PageLoops
from .page_streams import PageStreams
from .reach import Reach
from .sent_later import SentLater
from .source import ProjectSource
from .source_calls import SourceCalls

Round: TypeAlias = ast.For | ast.AsyncFor | ast.While | Function
_ADDING = frozenset({"append", "extend", "add", "appendleft"})
_FEW = 5
_EMPTYING = frozenset({"clear", "pop", "popleft", "popitem", "remove"})


class Growth(NamedTuple):
    """One statement or call that adds to a variable or attribute."""

    node: ast.AST
    held: ast.Name | ast.Attribute
    added: ast.expr
    is_dict: bool


class Grown:
    """Lists, dicts and data frames, in variables and in attributes."""

    def __init__(self, source: ProjectSource, reach: Reach) -> None:
        self._source = source
        self._graph = reach.shared(CallGraph)
        self._loops = reach.shared(PageLoops)
        self._streams = reach.shared(PageStreams)
        self._later = reach.shared(SentLater)
        self._elements = reach.shared(Elements)
        self._calls = reach.shared(SourceCalls)
        self._attributes = reach.shared(AttributeUses)

    def of(self, module: Module) -> Iterator[tuple[ast.AST, str]]:
        """Where each of them grows, first place first."""
        seen: set[ast.AST] = set()
        for loop in (*self._page_loops(module), *self._recursions(module)):
            for growth in _growths(module, loop):
                if growth.node not in seen and self._is_kept(module, growth, loop):
                    seen.add(growth.node)
                    name = growth.held.id if isinstance(growth.held, ast.Name) else growth.held.attr
                    yield growth.node, f"What all pages give ({name!r})"

    def _page_loops(self, module: Module) -> Iterator[Round]:
        """The loops that ask for a page a round, and those over the rows or pages of a generator that does."""
        known = {each.node for each in self._loops.all}
        for loop in module.each(*LOOPS):
            if self._is_paging(module, loop, known=loop in known):
                yield loop

    def _is_paging(self, module: Module, loop: ast.For | ast.AsyncFor | ast.While, *, known: bool) -> bool:
        if isinstance(loop, ast.While):
            return known or self._scans(module, loop)
        if self._streams.are_pages(module, loop.iter):
            return self._streams.gives(module, loop.iter)
        return known and not _is_short(loop.iter)

    def _scans(self, module: Module, loop: ast.While) -> bool:
        """Whether a loop asks for the next part of a DynamoDB table."""
        asked = (last_word(call.func) in ("scan", "query") for call in module.inside(loop, ast.Call))
        return any(asked) and any(
            each.value == "LastEvaluatedKey"
            for each in module.inside(loop, ast.Constant)
            if isinstance(each.value, str)
        )

    def _recursions(self, module: Module) -> Iterator[Round]:
        """The functions that ask for a page, and call themselves for the next."""
        for function in module.each(*FUNCTIONS):
            again = [call for call in module.calls((function.name,)) if module.function_of(call) is function]
            if any(function in self._graph.called(call) and self._calls.leads(call) for call in again):
                yield function

    def _is_kept(self, module: Module, growth: Growth, loop: Round) -> bool:
        """Whether it holds rows, begins before the loop, is never emptied in it, and is sent from there after it."""
        if self._elements.is_small(module, growth.added):
            return False
        if isinstance(growth.held, ast.Attribute):
            mentions = self._attributes.of(module, growth.held)
            uses = [each for each in mentions if isinstance(each[1].ctx, ast.Load)]
            begins = self._attribute_begins(module, growth.held, loop)
        else:
            uses = [(module, use) for use in self._uses(module, growth.held)]
            begins = self._begins(module, growth.held, loop)
        inside = [use for where, use in uses if where is module and _is_in(module, use, loop)]
        if not begins or (not isinstance(loop, FUNCTIONS) and any(_empties(module, use) for use in inside)):
            return False
        if isinstance(growth.held, ast.Attribute) and any(_is_emptied(where, use) for where, use in uses):
            return False
        later = (
            uses
            if isinstance(loop, FUNCTIONS)
            else [each for each in uses if each[1] not in inside or _is_last(module, each[1])]
        )
        return any(self._later.is_sent(where, use, is_dict=growth.is_dict) for where, use in later)

    def _uses(self, module: Module, name: ast.Name) -> Iterator[ast.Name]:
        for use in self._source.names(module).uses_beside(name, name.id):
            if isinstance(use.ctx, ast.Load):
                yield use

    def _begins(self, module: Module, name: ast.Name, loop: Round) -> bool:
        """Whether a variable gets its first value before the loop, and none in it but by growing."""
        names = self._source.names(module)
        begins = [each for each in names.lookup(name) if not _is_growth(module, each.node)]
        if isinstance(loop, FUNCTIONS):
            return any(each.value is not None for each in begins)
        if any(_is_in(module, each.node, loop) for each in begins):
            return False
        values = [each.value for each in begins if each.value is not None]
        numbers = (isinstance(value, ast.Constant) and value.value is not None for value in values)
        return len(values) == len(begins) > 0 and not all(numbers)

    def _attribute_begins(self, module: Module, node: ast.Attribute, loop: Round) -> bool:
        """Whether an attribute is set only when the object is made, or before the loop in its function."""
        stores = [each for each in self._attributes.of(module, node) if not isinstance(each[1].ctx, ast.Load)]
        begins = [(where, use) for where, use in stores if not _is_growth(where, use)]
        for where, use in begins:
            function = where.function_of(use)
            first = function is not None and function.name == "__init__"
            again = where is module and _is_in(module, use, loop)
            if again or not (first or function is module.function_of(loop)):
                return False
        return bool(begins)


def _is_short(numbers: ast.expr) -> bool:
    """Whether a `range` ends after a few rounds."""
    given = (
        [each.value for each in numbers.args if isinstance(each, ast.Constant)] if isinstance(numbers, ast.Call) else []
    )
    last = given[:2][-1] if isinstance(numbers, ast.Call) and len(given) == len(numbers.args) > 0 else None
    return isinstance(last, int) and last <= _FEW


def _growths(module: Module, loop: Round) -> Iterator[Growth]:
    """What grows in a loop."""
    for call in module.inside(loop, ast.Call):
        if isinstance(call.func, ast.Attribute) and call.func.attr in _ADDING and len(call.args) == 1:
            yield from _growth(call, call.func.value, call.args[0])
    for statement in module.inside(loop, ast.AugAssign):
        if isinstance(statement.op, (ast.Add, ast.BitOr)):
            yield from _growth(statement, statement.target, statement.value)
    for statement in module.inside(loop, ast.Assign):
        target = statement.targets[0]
        if isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name):
            if not isinstance(target.slice, ast.Constant):
                yield Growth(statement, target.value, statement.value, is_dict=True)
        elif isinstance(target, ast.Name) and _is_growth(module, target):
            yield Growth(statement, target, statement.value, is_dict=False)


def _growth(node: ast.AST, target: ast.expr, added: ast.expr) -> Iterator[Growth]:
    """`rows`, `self.rows`; of a dict `by_key[key]`, `by_key.setdefault(key, [])`."""
    if isinstance(target, ast.Name) or (isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name)):
        yield Growth(node, target, added, is_dict=False)
    elif isinstance(target, ast.Call) and last_word(target.func) == "setdefault":
        inner = target.func.value if isinstance(target.func, ast.Attribute) else target
        if isinstance(inner, ast.Name):
            yield Growth(node, inner, added, is_dict=True)
    elif isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name):
        yield Growth(node, target.value, added, is_dict=True)


def _is_growth(module: Module, target: ast.AST) -> bool:
    """Whether a variable is given itself and more: `rows += x`, `rows = rows + x`, `frame = concat([frame, x])`."""
    statement = module.parents[target]
    if not isinstance(statement, ast.Assign):
        return isinstance(statement, ast.AugAssign)
    word, value = last_word(target) if isinstance(target, ast.expr) else "", statement.value
    if isinstance(value, ast.Call) and last_word(value.func) not in ("concat", "append", "vstack", "concatenate"):
        return False
    parts = value.elts if isinstance(value, ast.List) else [value.left] if isinstance(value, ast.BinOp) else []
    if isinstance(value, ast.Call):
        parts = [value]
    elif isinstance(value, ast.BinOp) and not isinstance(value.op, ast.Add):
        return False
    return any(name.id == word for part in parts for name in module.inside(part, ast.Name))


def _is_in(module: Module, node: ast.AST, loop: Round) -> bool:
    first, last = module.span(loop)
    return first <= module.number(node) < last


def _empties(module: Module, use: ast.expr) -> bool:
    """Whether a collection is sent or emptied while it grows."""
    parent = module.parents[use]
    if isinstance(parent, ast.Attribute):
        return parent.attr in _EMPTYING
    if isinstance(parent, ast.Subscript):
        return not isinstance(parent.ctx, ast.Load) and isinstance(parent.slice, ast.Slice)
    if isinstance(parent, ast.List) and isinstance(module.parents[parent], ast.Call):
        return False
    if isinstance(parent, (ast.For, ast.AsyncFor, ast.Yield, ast.Delete)):
        return True
    return isinstance(parent, ast.Call) and parent.func is not use and last_word(parent.func) != "len"


def _is_last(module: Module, use: ast.expr) -> bool:
    """Whether the loop ends with this use."""
    parent = module.parents[use]
    return isinstance(parent, ast.Return) or isinstance(module.parents.get(parent), ast.Return)


def _is_emptied(module: Module, use: ast.expr) -> bool:
    parent = module.parents[use]
    return isinstance(parent, ast.Attribute) and parent.attr in _EMPTYING
