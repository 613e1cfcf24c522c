"""Rule `state-not-read`."""

from __future__ import annotations

import ast
import re

from ..models import Category
from ..rule import Invalid, Rule
from ..source import OperationCall
from ..state_reads import StateReads
from ..tables import argument

_HEAD = "from fivetran_connector_sdk import Connector, Operations as op\n"
_MADE = "connector = Connector(update=update)\n"
_CURSOR = re.compile(r"last|since|cursor|time|date|_at$|offset|token|id$", re.IGNORECASE)
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
        saving = [found for call in self.reach.operations_from_update() if (found := self._saving(call))]
        if saving:
            # Where several are saved, the one that looks like a cursor is told.
            call, saved, _ = next((found for found in saving if any(map(_CURSOR.search, found[2]))), saving[0])
            message = "What is saved here is read by no sync: every sync is a full one."
            hint = 'Read it at the begin with state.get("cursor", DEFAULT), and ask the source from there on.'
            self.report(call.module, saved, message, hint=hint)

    def _saving(self, call: OperationCall) -> tuple[OperationCall, ast.expr, list[str]] | None:
        """What a checkpoint saves, with those keys that can be told; None where it may save no key."""
        saved = argument(call, "state", 0) if call.name == "checkpoint" else None
        if saved is None:
            return None
        reads = self.reach.shared(StateReads)
        if reads.is_whole(saved):
            stores = [read.key for read in reads.reads if read.how == "store"]
            return (call, saved, stores) if stores or reads.has_loose_stores else None
        keys = self._keys(call, saved)
        return (call, saved, keys) if keys is not None else None

    def _keys(self, call: OperationCall, saved: ast.expr) -> list[str] | None:
        """The keys of a dict that is made for the checkpoint, None where it may be empty or take others in."""
        found = self.source.resolver.value(call.module, saved).node
        if isinstance(found, ast.Call) and isinstance(found.func, ast.Name) and found.func.id == "dict":
            return [key.arg for key in found.keywords if key.arg] if found.keywords and not found.args else None
        if not isinstance(found, ast.Dict) or None in found.keys:
            return None
        keys = [key.value for key in found.keys if isinstance(key, ast.Constant) and isinstance(key.value, str)]
        return keys if found.keys or self._is_filled(call, saved) else None

    def _is_filled(self, call: OperationCall, saved: ast.expr) -> bool:
        """Whether a variable's dict is given keys."""
        names = call.module.named(saved.id) if isinstance(saved, ast.Name) else []
        parents = (call.module.parents[name] for name in names)
        return any(isinstance(parent, ast.Subscript) and isinstance(parent.ctx, ast.Store) for parent in parents)
