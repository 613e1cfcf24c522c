"""Rule `state-key-assumed`."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..always import AlwaysRun
from ..call_graph import CallGraph
from ..handlers import caught_names, raises
from ..models import Category, Severity
from ..module import Module
from ..names import last_word
from ..parameter_reads import KeyRead
from ..rule import Invalid, Rule
from ..state_reads import StateReads

_HEAD = "from fivetran_connector_sdk import Connector, Operations as op\n"
_MADE = "connector = Connector(update=update)\n"
_TESTS = (ast.If, ast.IfExp, ast.While, ast.BoolOp, ast.UnaryOp, ast.Compare, ast.Assert)
_CAUGHT = frozenset({"KeyError", "LookupError"})
_BROAD = frozenset({"Exception", "BaseException"})


def _update(*lines: str) -> str:
    return f"{_HEAD}def update(configuration, state):\n" + "".join(f"    {line}\n" for line in lines) + _MADE


class StateKeyAssumed(Rule):
    """The state is read with a default.

    Why: on the first sync, and after a reset, the state is empty: `state["cursor"]` is then a KeyError. Behind a test
    for the key, a caught KeyError or a setdefault it is fine. Where another condition decides whether the line runs it
    is a warning.
    """

    section, category = "3.6", Category.BREAKS
    VALID = (
        _update("cursor = state.get('cursor', '1970-01-01')", "state['cursor'] = cursor", "op.checkpoint(state)"),
        _update("cursor = state['cursor'] if 'cursor' in state else None"),
        _update("if not state:", "    state = {'cursor': 0}", "cursor = state['cursor']"),
        _update("try:", "    cursor = state['cursor']", "except KeyError:", "    cursor = None"),
        _update("state.setdefault('cursor', 0)", "cursor = state['cursor']"),
        _update("state['cursor'] = 5", "print(state['cursor'])"),
        _update("state = {'cursor': 0, **state}", "cursor = state['cursor']"),
        _update("prepare(state)", "cursor = state['cursor']").replace(
            "def update", "def prepare(s):\n    s['cursor'] = 1\ndef update"
        ),
        _update("cursor = state.get('cursor') and state['cursor']"),
        "def parse(state):\n    return state['cursor']\n",
        _update("if state.get('cursor') is None:", "    return", "cursor = state['cursor']"),
    )
    INVALID = (
        Invalid(_update("cursor = state['cursor']"), at=(3, 14)),
        Invalid(_update('for row in fetch(since=state["last_sync"]):', "    op.upsert('t', row)"), at=(3, 28)),
        Invalid(
            _update("cursor = state['cursor']", "state['cursor'] = cursor + 1", "op.checkpoint(state)"), at=(3, 14)
        ),
        Invalid(
            _HEAD
            + "KEY = 'last'\ndef sync(s):\n    since = s[KEY]\n    s[KEY] = since\ndef update(configuration, state):\n"
            "    sync(state)\n" + _MADE,
            at=(4, 13),
        ),
        Invalid(_update("state['count'] += 1"), at=(3, 5)),
        Invalid(
            _HEAD + "class Sync:\n    def __init__(self, state):\n        self.state = state\n    def run(self):\n"
            "        return self.state['cursor']\ndef update(configuration, state):\n    Sync(state).run()\n" + _MADE,
            at=(6, 16),
        ),
        Invalid(
            _update("if configuration.get('mode') == 'incremental':", "    cursor = state['cursor']"),
            at=(4, 18),
            severity=Severity.WARNING,
        ),
        Invalid(
            "from fivetran_connector_sdk import Connector\n"
            "connector = Connector(lambda configuration, state: print(state['a']))\n",
            at=(2, 58),
        ),
    )

    def check(self) -> None:
        reads = self.reach.shared(StateReads)
        if reads.escapes:
            return
        told: set[str] = set()
        for read in reads.reads:
            wanted = read.how == "item" and read.key not in told and self.reach.is_reached(read.module, read.node)
            if wanted and not self._is_guarded(read, reads):
                told.add(read.key)
                self._report(read)

    def _report(self, read: KeyRead) -> None:
        certain = self.reach.shared(AlwaysRun).runs(read.module, read.node)
        message = f"On the first sync the state has no key {read.key!r}: this is a KeyError."
        hint = f"Write state.get({read.key!r}, DEFAULT)."
        self.report(read.module, read.node, message, hint=hint, severity=None if certain else Severity.WARNING)

    def _is_guarded(self, read: KeyRead, reads: StateReads) -> bool:
        others = [other for other in reads.reads if other.key == read.key and other is not read]
        asked = any(other.how in ("in", "not in") or _is_test(other.module, other.node) for other in others)
        kept = any(other.how == "default" and _is_setdefault(other.node) for other in others)
        return asked or kept or self._is_filled(read, others) or _is_caught(read) or self._is_tested(read, reads)

    def _is_filled(self, read: KeyRead, others: list[KeyRead]) -> bool:
        """Whether the key may have been given a value before it is read."""
        for other in others:
            if other.how != "store":
                continue
            same = other.module.callable_of(other.node) is read.module.callable_of(read.node)
            if same and other.module.number(other.node) < read.module.number(read.node):
                return True
            if not same and not self._is_called_later(read, other):
                return True
        return False

    def _is_called_later(self, read: KeyRead, store: KeyRead) -> bool:
        """Whether the function that stores the key is only called behind the line that reads it."""
        function = store.module.callable_of(store.node)
        owner = read.module.callable_of(read.node)
        if function is None or owner is None:
            return False
        graph = self.reach.shared(CallGraph)
        leading = graph.leading({function})
        calls = [call for call in read.module.own(owner, ast.Call) if not leading.isdisjoint(graph.called(call))]
        return bool(calls) and all(read.module.number(call) > read.module.number(read.node) for call in calls)

    def _is_tested(self, read: KeyRead, reads: StateReads) -> bool:
        """Whether the function asks whether there is a state at all."""
        owner = read.module.callable_of(read.node)
        names = read.module.own(owner, ast.Name, ast.Attribute) if owner else iter(())
        return any(reads.is_whole(node) and _is_test(read.module, node) for node in names)


def _is_test(module: Module, node: ast.expr) -> bool:
    parent = module.parents[node]
    if isinstance(parent, ast.Call) and last_word(parent.func) in ("len", "bool"):
        return True
    return isinstance(parent, _TESTS) and (not isinstance(parent, ast.IfExp) or parent.test is node)


def _is_setdefault(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and last_word(node.func) == "setdefault"


def _is_caught(read: KeyRead) -> bool:
    """Whether the KeyError is expected."""
    child: ast.AST = read.node
    for parent in read.module.ancestors(read.node):
        handlers = parent.handlers if isinstance(parent, ast.Try) and read.module.holds(parent.body, child) else []
        if any(_takes(read.module, handler) for handler in handlers):
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
