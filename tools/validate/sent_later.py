"""Whether rows that are held in memory are sent from there: a list followed through variables, helpers and callers."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from .arguments import called_functions, given_to
from .attribute_uses import AttributeUses
from .call_graph import CallGraph
from .elements import Elements
from .module import Module
from .names import last_word
from .query_texts import calls_of
from .reach import Reach
from .senders import Senders
from .sent_items import SentItems
from .source import ProjectSource

_DEPTH, _MOST = 12, 500
# What gives the same rows in another shape.
_SHAPING = frozenset(
    """
    list sorted tuple reversed enumerate iter zip chain from_iterable tqdm concat DataFrame from_dict json_normalize
    set deque filter map fillna reset_index drop_duplicates rename where astype replace sort_values copy iterrows
    itertuples to_dict to_dicts to_records iter_rows values items mappings pop popleft
    """.split()
)
_OF_DICT = frozenset({"values", "items"})
_WRAPPING = (ast.Starred, ast.List, ast.Tuple, ast.Dict, ast.IfExp, ast.BoolOp, ast.Await, ast.NamedExpr, ast.BinOp)


class Held(NamedTuple):
    """An expression that is a collection of rows; of a dict the rows are the values."""

    module: Module
    node: ast.expr
    is_dict: bool
    depth: int


class SentLater:
    """From an expression to a loop that sends, a sender or an operation that is given it."""

    def __init__(self, source: ProjectSource, reach: Reach) -> None:
        self._source = source
        self._graph = reach.shared(CallGraph)
        self._senders = reach.shared(Senders)
        self._elements = reach.shared(Elements)
        self._items = reach.shared(SentItems)
        self._attributes = reach.shared(AttributeUses)

    def is_sent(self, module: Module, node: ast.expr, *, is_dict: bool = False) -> bool:
        """Whether the rows in a collection are sent one after the other, or together."""
        waiting, seen = [Held(module, node, is_dict, _DEPTH)], set[ast.AST]()
        while waiting:
            held = waiting.pop()
            if held.depth == 0 or held.node in seen or len(seen) > _MOST:
                continue
            seen.add(held.node)
            if self._sends(held):
                return True
            waiting += self._onward(held)
        return False

    def holds_rows(self, module: Module, made: ast.ListComp | ast.DictComp) -> bool:
        """Whether a comprehension keeps more than identifiers, and sends nothing itself."""
        element = made.value if isinstance(made, ast.DictComp) else made.elt
        return not self._elements.is_small(module, element) and not self.sends_in(module, made)

    def sends_in(self, module: Module, node: ast.AST) -> bool:
        """Whether a row is sent at or below a node."""
        return any(self._senders.call_sends(call) for call in module.inside(node, ast.Call))

    def _sends(self, held: Held) -> bool:
        module, parent = held.module, held.module.parents[held.node]
        if isinstance(parent, (ast.For, ast.AsyncFor)) and parent.iter is held.node and not held.is_dict:
            return self._items.are_sent(module, parent)
        if isinstance(parent, ast.comprehension) and not held.is_dict:
            return self.sends_in(module, module.parents[parent])
        call = module.parents[parent] if isinstance(parent, ast.keyword) else parent
        return isinstance(call, ast.Call) and call.func is not held.node and call in self._senders.operations

    def _onward(self, held: Held) -> Iterator[Held]:
        """The expressions that are the same rows, one step further."""
        module, node, parent = held.module, held.node, held.module.parents[held.node]
        if isinstance(parent, (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.NamedExpr)):
            yield from self._assigned(held, parent)
        if isinstance(parent, (ast.Return, ast.Yield, ast.YieldFrom)):
            yield from self._returned(held)
        elif isinstance(parent, ast.comprehension):
            made = module.parents[parent]
            if isinstance(made, (ast.ListComp, ast.DictComp)) and self.holds_rows(module, made) and not held.is_dict:
                yield self._step(held, made, is_dict=isinstance(made, ast.DictComp))
        elif isinstance(parent, _WRAPPING):
            yield self._step(held, parent)
        elif isinstance(parent, ast.Subscript) and parent.value is node and not held.is_dict:
            if isinstance(parent.slice, ast.Slice) or _is_text(parent.slice):
                yield self._step(held, parent)
        elif isinstance(parent, ast.Attribute):
            yield from self._method(held, parent)
        elif isinstance(parent, (ast.Call, ast.keyword)):
            yield from self._given(held, parent)

    def _method(self, held: Held, method: ast.Attribute) -> Iterator[Held]:
        call = held.module.parents[method]
        shapes = method.attr in (_OF_DICT if held.is_dict else _SHAPING)
        if shapes and isinstance(call, ast.Call) and call.func is method:
            yield self._step(held, call, is_dict=False)

    def _given(self, held: Held, parent: ast.Call | ast.keyword) -> Iterator[Held]:
        """The parameter of a function of the project, or what a function that only shapes gives."""
        module = held.module
        call = module.parents[parent] if isinstance(parent, ast.keyword) else parent
        if not isinstance(call, ast.Call) or call.func is held.node:
            return
        called = called_functions(self._source, module, call)
        for where, function, filled in called:
            for parameter, value in given_to(call, function, filled).items():
                if value is held.node:
                    for use in self._source.names(where).uses_beside(parameter, parameter.arg):
                        if isinstance(use.ctx, ast.Load):
                            yield Held(where, use, held.is_dict, held.depth - 1)
        if not called and last_word(call.func) in _SHAPING and not held.is_dict:
            yield self._step(held, call)

    def _assigned(
        self, held: Held, statement: ast.Assign | ast.AnnAssign | ast.AugAssign | ast.NamedExpr
    ) -> Iterator[Held]:
        """The later uses of the variables, or of the attribute, that the rows are assigned to."""
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        if statement.value is not held.node:
            return
        for target in targets:
            for part in target.elts if isinstance(target, (ast.Tuple, ast.List)) else (target,):
                yield from self._uses(held, part)

    def _uses(self, held: Held, target: ast.expr) -> Iterator[Held]:
        module = held.module
        if isinstance(target, ast.Name):
            for use in self._source.names(module).uses_beside(target, target.id):
                if isinstance(use.ctx, ast.Load):
                    yield self._step(held, use)
        elif isinstance(target, ast.Attribute):
            for where, use in self._attributes.of(module, target):
                if isinstance(use.ctx, ast.Load):
                    yield Held(where, use, held.is_dict, held.depth - 1)

    def _returned(self, held: Held) -> Iterator[Held]:
        function = held.module.function_of(held.node)
        for where, call in calls_of(self._source, self._graph, function) if function is not None else ():
            yield Held(where, call, held.is_dict, held.depth - 1)

    def _step(self, held: Held, node: ast.expr, *, is_dict: bool | None = None) -> Held:
        return Held(held.module, node, held.is_dict if is_dict is None else is_dict, held.depth - 1)


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)
