"""Rule `state-not-read`."""

from __future__ import annotations

import ast

from ..models import Category
from ..rule import Invalid, Rule
from ..source import OperationCall
from ..state_reads import StateReads
from ..tables import argument

_HEAD = "from fivetran_connector_sdk import Connector, Operations as op\n"
_MADE = "connector = Connector(update=update)\n"
_READS = frozenset({"item", "get", "default", "in", "not in"})


def _update(*lines: str) -> str:
    return f"{_HEAD}def update(configuration, state):\n" + "".join(f"    {line}\n" for line in lines) + _MADE


class StateNotRead(Rule):
    """What is saved with a checkpoint is read in the next sync.

    Why: a cursor that nobody reads makes every sync a full one: it costs more each day, and the source's limits are
    reached first. Read it with `state.get("cursor", DEFAULT)` and ask the source from there on.
    """

    section, category = "3.6", Category.SPEC
    VALID = (
        _update("since = state.get('cursor')", "op.upsert('t', {'since': since})", "op.checkpoint({'cursor': 1})"),
        _update("op.upsert('t', {})", "op.checkpoint({})"),
        _update("op.upsert('t', {})", "op.checkpoint(state)"),
        _update("sync(**state)", "op.checkpoint({'cursor': 1})"),
        _HEAD + "def sync(s):\n    s['page'] = s.get('page', 0) + 1\n    op.checkpoint(s)\n"
        "def update(configuration, state):\n    sync(state)\n" + _MADE,
        _HEAD
        + "import vendor\ndef update(configuration, state):\n    vendor.run(state)\n    op.checkpoint({'cursor': 1})\n"
        + _MADE,
        _update("if state:", "    return", "op.checkpoint({'done': True})"),
        _update("full = not state", "op.upsert('t', {'full': full})", "op.checkpoint({'done': 1})"),
    )
    INVALID = (
        Invalid(_update("op.upsert('t', {})", "op.checkpoint({'cursor': '2024'})"), at=(4, 19)),
        Invalid(_update("op.upsert('t', {})", "state['cursor'] = 5", "op.checkpoint(state)"), at=(5, 19)),
        Invalid(_update("new = {'cursor': 5}", "op.upsert('t', {})", "op.checkpoint(state=new)"), at=(5, 25)),
        Invalid(
            _HEAD + "def save(state, value):\n    state['last'] = value\n    op.checkpoint(state)\n"
            "def update(configuration, state):\n    save(state, 5)\n" + _MADE,
            at=(4, 19),
        ),
        Invalid(_update("state.update({'cursor': 5})", "op.checkpoint(state)"), at=(4, 19)),
    )

    def check(self) -> None:
        reads = self.reach.shared(StateReads)
        if self.reach.update is None or reads.escapes:
            return
        if any(read.how in _READS for read in reads.reads) or reads.is_tested:
            return
        stores = any(read.how == "store" for read in reads.reads)
        for call in self.reach.operations_from_update():
            saved = argument(call, "state", 0) if call.name == "checkpoint" else None
            if saved is not None and self._saves(call, saved, stores=stores):
                message = "This cursor is saved, and no sync reads it: every sync is a full one."
                hint = 'Read it at the begin with state.get("cursor", DEFAULT), and ask the source from there on.'
                self.report(call.module, saved, message, hint=hint)
                return

    def _saves(self, call: OperationCall, saved: ast.expr, *, stores: bool) -> bool:
        """Whether a checkpoint certainly saves a key."""
        if self.reach.shared(StateReads).is_whole(saved):
            return stores
        found = self.source.resolver.value(call.module, saved).node
        return isinstance(found, ast.Dict) and any(key is not None for key in found.keys) and None not in found.keys
