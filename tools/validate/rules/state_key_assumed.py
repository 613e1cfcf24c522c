"""Rule `state-key-assumed`."""

from __future__ import annotations

import ast

from ..always import AlwaysRun
from ..models import Category, Severity
from ..parameter_reads import KeyRead
from ..rule import Invalid, Rule
from ..state_guards import StateGuards, is_caught
from ..state_parts import is_the_state, may_be_filled, nested_failure
from ..state_reads import StateReads

_HEAD = "from fivetran_connector_sdk import Connector, Operations as op\n"
_MADE = "connector = Connector(update=update)\n"


def _update(*lines: str) -> str:
    return f"{_HEAD}def update(configuration, state):\n" + "".join(f"    {line}\n" for line in lines) + _MADE


class StateKeyAssumed(Rule):
    """The state is read with a default.

    Why: on the first sync, and after a reset, the state is empty: `state["cursor"]` is then a KeyError. Behind a test
    for the key, a caught KeyError or a setdefault it is fine. Where another condition decides whether the line runs it
    is a warning.
    """

    section, category = "3.6", Category.BREAKS
    fixable = True
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
        if reads.escapes or reads.has_loose_stores:
            return
        told: set[object] = set()
        for read in reads.reads:
            if read.key in told or read.node in told or not self.reach.is_reached(read.module, read.node):
                continue
            found = self._unsafe(read, reads)
            if found is not None:
                told |= {read.key, read.node}
                self._report(read, *found)

    def _unsafe(self, read: KeyRead, reads: StateReads) -> tuple[ast.expr, str, str] | None:
        """The place that fails on an empty state, what happens there, and what to write."""
        if read.how == "item":
            found = read.node, f"On the first sync the state has no key {read.key!r}: this is a KeyError.", read.key
        else:
            found = nested_failure(self.source, read) if read.how in ("get", "default") else None
        if found is None or not is_the_state(self.source, reads, read) or self.reach.shared(StateGuards).guard(read):
            return None
        if read.how != "item" and may_be_filled(read, reads):
            return None
        place, message, key = found
        return None if is_caught(read.module, place) else (place, message, f"Write get({key!r}, DEFAULT).")

    def _report(self, read: KeyRead, place: ast.expr, message: str, hint: str) -> None:
        certain = self.reach.shared(AlwaysRun).runs(read.module, place)
        severity = None if certain else Severity.WARNING
        self.report(read.module, place, message, hint=hint, severity=severity, fixable=isinstance(place, ast.Subscript))
