"""Whether code has made sure that the state holds a key, or that there is a state at all."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from .call_graph import CallGraph
from .handlers import caught_names, raises
from .module import FUNCTIONS, Module
from .names import last_word
from .page_loops import LOOPS
from .parameter_reads import KeyRead
from .reach import Reach
from .source import ProjectSource
from .state_reads import StateReads

_CAUGHT = frozenset({"KeyError", "LookupError", "TypeError", "AttributeError"})
_BROAD = frozenset({"Exception", "BaseException"})
_LEAVING = (ast.Return, ast.Raise, ast.Continue, ast.Break)
_DEPTH = 3


class StateGuards:
    """Tests about the state, handlers of what a missing key raises, stores before a read."""

    def __init__(self, source: ProjectSource, reach: Reach) -> None:
        self._source = source
        self._reads = reach.shared(StateReads)
        self._graph = reach.shared(CallGraph)

    def guard(self, read: KeyRead) -> bool:
        """Whether a read is safe, or may be."""
        stores = [other for other in self._reads.reads if other.key == read.key and _keeps(other)]
        return self._is_guarded(read.module, read.node, _DEPTH) or self._is_filled(read, stores)

    def _is_guarded(self, module: Module, node: ast.AST, depth: int) -> bool:
        """Whether a test or a handler stands around a place, before it, or around a call of its function."""
        if is_caught(module, node) or self._is_tested_around(module, node) or self._is_left_before(module, node):
            return True
        owner = module.function_of(node)
        if owner is None or depth == 0:
            return False
        return any(self._is_guarded(where, call, depth - 1) for where, call in self._calls_of(owner))

    def _calls_of(self, function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[tuple[Module, ast.Call]]:
        for module in self._source.modules:
            for call in module.calls([function.name]):
                if function in self._graph.called(call):
                    yield module, call

    def _is_tested_around(self, module: Module, node: ast.AST) -> bool:
        child = node
        for parent in module.ancestors(node):
            if isinstance(parent, FUNCTIONS):
                return False
            test = parent.test if isinstance(parent, (ast.If, ast.IfExp, ast.While)) else None
            if test is not None and child is not test and self._is_about_state(module, test):
                return True
            if isinstance(parent, ast.BoolOp):
                before = parent.values[: next(i for i, value in enumerate(parent.values) if value is child)]
                if any(self._is_about_state(module, value) for value in before):
                    return True
            if isinstance(parent, (ast.comprehension, ast.ListComp, ast.GeneratorExp, ast.SetComp, ast.DictComp)):
                tests = [test for each in module.inside(parent, ast.comprehension) for test in each.ifs]
                if any(child is not test and self._is_about_state(module, test) for test in tests):
                    return True
            child = parent
        return False

    def _is_left_before(self, module: Module, node: ast.AST) -> bool:
        """Whether the function is left before the place, or the state repaired, where a test of the state says so."""
        owner = module.callable_of(node)
        for each in module.own(owner, ast.If, ast.Assert) if owner is not None else ():
            # A test that reads the key itself does not ask before.
            asks = module.span(each.test)[1] <= module.number(node) and self._is_about_state(module, each.test)
            if asks and (isinstance(each, ast.Assert) or any(True for _ in module.inside(each, *_LEAVING))):
                return True
        return False

    def _is_about_state(self, module: Module, test: ast.expr, depth: int = _DEPTH) -> bool:
        """Whether a condition asks the state, or a name that was made of it."""
        for node in module.inside(test, ast.Name, ast.Attribute, ast.Subscript, ast.Call, ast.Compare):
            if node in self._reads.by_node or self._reads.is_whole(node):
                return True
            kept = self._source.resolver.value(module, node) if isinstance(node, ast.Attribute) and depth else None
            if kept is not None and kept.node is not node and self._is_about_state(kept.module, kept.node, depth - 1):
                return True
            bindings = self._source.names(module).lookup(node) if isinstance(node, ast.Name) and depth else []
            if any(each.value is not None and self._is_about_state(module, each.value, depth - 1) for each in bindings):
                return True
            if any(isinstance(each.node, ast.arg) for each in bindings) and not self._is_sdk_parameter(
                bindings[0].node
            ):
                return True
        return False

    def _is_sdk_parameter(self, node: ast.AST) -> bool:
        """Whether a parameter is the configuration, which says nothing about the state."""
        return isinstance(node, ast.arg) and "config" in node.arg.lower()

    def _is_filled(self, read: KeyRead, stores: list[KeyRead]) -> bool:
        """Whether the key may have been given a value before it is read."""
        return any(self._may_be_before(store, read) for store in stores)

    def _may_be_before(self, store: KeyRead, read: KeyRead) -> bool:
        owner = read.module.callable_of(read.node)
        if store.module.callable_of(store.node) is not owner:
            return not self._is_called_later(read, store)
        if store.module.number(store.node) < read.module.number(read.node):
            return True
        return _is_in_later_round(read, store)

    def _is_called_later(self, read: KeyRead, store: KeyRead) -> bool:
        """Whether the function that stores the key is only called behind the line that reads it."""
        function = store.module.callable_of(store.node)
        owner = read.module.callable_of(read.node)
        if function is None or owner is None:
            return False
        leading = self._graph.leading({function})
        calls = [call for call in read.module.own(owner, ast.Call) if not leading.isdisjoint(self._graph.called(call))]
        return bool(calls) and all(read.module.number(call) > read.module.number(read.node) for call in calls)


def _keeps(read: KeyRead) -> bool:
    kept = isinstance(read.node, ast.Call) and last_word(read.node.func) == "setdefault"
    return read.how == "store" or (read.how == "default" and kept)


def _is_in_later_round(read: KeyRead, store: KeyRead) -> bool:
    """Whether a condition may keep the read from the first round of a loop that stores the key at its end."""
    module, conditional = read.module, False
    for parent in module.ancestors(read.node):
        if isinstance(parent, FUNCTIONS):
            return False
        conditional = conditional or isinstance(parent, (ast.If, ast.IfExp, ast.BoolOp))
        if isinstance(parent, LOOPS) and conditional:
            first, last = module.span(parent)
            if first <= module.number(store.node) < last:
                return True
    return False


def is_caught(module: Module, node: ast.AST) -> bool:
    """Whether what a missing key raises is expected around a place of its function."""
    child = node
    for parent in module.ancestors(node):
        if isinstance(parent, FUNCTIONS):
            return False
        handlers = parent.handlers if isinstance(parent, ast.Try) and module.holds(parent.body, child) else []
        if any(_takes(module, handler) for handler in handlers):
            return True
        if isinstance(parent, ast.With) and any(last_word(arg) in _CAUGHT | _BROAD for arg in _suppressed(parent)):
            return True
        child = parent
    return False


def _takes(module: Module, handler: ast.ExceptHandler) -> bool:
    names = set(caught_names(handler))
    return bool(names & _CAUGHT) or (bool(names & _BROAD) and not raises(module, handler))


def _suppressed(node: ast.With) -> Iterator[ast.expr]:
    for item in node.items:
        if isinstance(item.context_expr, ast.Call) and last_word(item.context_expr.func) == "suppress":
            yield from item.context_expr.args
