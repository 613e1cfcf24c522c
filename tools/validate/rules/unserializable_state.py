"""Rule `unserializable-state`."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..json_kinds import JsonKinds
from ..models import Category
from ..module import Module
from ..rule import Invalid, Rule
from ..saves import Saves
from ..state_stores import StateStores
from ..tables import argument

_HEAD = (
    "from datetime import date, datetime, timedelta, timezone\nfrom decimal import Decimal\n"
    "from fivetran_connector_sdk import Connector, Operations as op\n"
)
_MADE = "connector = Connector(update=update)\n"
_DEPTH = 5


def _update(*lines: str) -> str:
    return f"{_HEAD}def update(configuration, state):\n" + "".join(f"    {line}\n" for line in lines) + _MADE


class UnserializableState(Rule):
    """The state holds only what JSON can hold: texts, numbers, booleans, null, lists and dicts of them.

    Why: op.checkpoint writes it as JSON. A datetime, a set, bytes or a Decimal ends the sync with a TypeError at the
    checkpoint; write `.isoformat()`, `sorted(...)` or `str(...)`.
    """

    section, category = "3.6", Category.BREAKS
    VALID = (
        _update("op.checkpoint({'cursor': datetime.now(timezone.utc).isoformat()})"),
        _update("state['cursor'] = str(datetime.now())", "op.checkpoint(state)"),
        _update("seen = set()", "state['seen'] = sorted(seen)", "op.checkpoint(state)"),
        _update("now = datetime.now()", "op.upsert('t', {'at': now})", "op.checkpoint({'at': now.timestamp()})"),
        _update("row = {'at': datetime.now()}", "op.upsert('t', row)", "op.checkpoint(state)"),
        _update("state['n'] = len(set())", "state['day'] = date.today().strftime('%Y')", "op.checkpoint(state)"),
        _update("op.checkpoint({'cursor': configuration['start']})"),
    )
    INVALID = (
        Invalid(_update("op.checkpoint({'cursor': datetime.now(timezone.utc)})"), at=(5, 30)),
        Invalid(_update("state['last_sync'] = datetime.utcnow()", "op.checkpoint(state)"), at=(5, 26)),
        Invalid(
            _update("now = datetime.now() - timedelta(days=1)", "state['last'] = now", "op.checkpoint(state)"),
            at=(6, 21),
        ),
        Invalid(_update("new = {}", "new['ids'] = {1, 2}", "op.checkpoint(new)"), at=(6, 18)),
        Invalid(_update("op.checkpoint({'tables': {'a': {'max': Decimal('1.5')}}})"), at=(5, 44)),
        Invalid(_update("seen = set()", "new_state = {'seen': seen}", "op.checkpoint(state=new_state)"), at=(6, 26)),
        Invalid(
            _HEAD + "def save(state):\n    state['raw'] = b'x'\n    op.checkpoint(state)\n"
            "def update(configuration, state):\n    save(state)\n" + _MADE,
            at=(5, 20),
        ),
        Invalid(_update("state.update({'day': date.today()})", "op.checkpoint(state)"), at=(5, 26)),
    )

    def check(self) -> None:
        told: set[ast.AST] = set()
        kinds = JsonKinds(self.source)
        for module, node in self._saved():
            kind = kinds.of(module, node) if node not in told else None
            told.add(node)
            if kind and self.reach.is_reached(module, node):
                message = f"The state is given {kind}, which JSON cannot hold."
                self.report(module, node, message, hint="Save a text or a number: .isoformat(), str(...), sorted(...).")

    def _saved(self) -> Iterator[tuple[Module, ast.expr]]:
        """The values that get into a state that is checkpointed."""
        stores = self.reach.shared(StateStores)
        for call in self.source.operations:
            saved = argument(call, "state", 0) if call.name == "checkpoint" else None
            if saved is not None:
                yield from self._members(call.module, saved, _DEPTH)
                for value in stores.of_variable(call.module, saved, call.node):
                    yield from self._members(call.module, value, _DEPTH)
        for save in self.reach.shared(Saves).all:
            for member in save.members:
                yield from self._members(save.module, member.value, _DEPTH)
        for module, value in stores.elsewhere():
            yield from self._members(module, value, _DEPTH)

    def _members(self, module: Module, node: ast.expr, depth: int) -> Iterator[tuple[Module, ast.expr]]:
        """The values in a dict or list; of anything else the expression itself."""
        found = self.source.resolver.value(module, node)
        if isinstance(node, ast.Name) and isinstance(found.node, ast.Dict) and found.module is module:
            parts = self.reach.shared(StateStores).untouched(module, node, found.node) if depth else None
        else:
            parts = _parts(found.node) if depth else None
        if parts is None:
            yield module, node
        for part in parts or ():
            yield from self._members(found.module, part, depth - 1)


def _parts(node: ast.expr) -> list[ast.expr] | None:
    """The values in a dict or list that is written out."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "dict" and not node.args:
        return [keyword.value for keyword in node.keywords]
    if isinstance(node, ast.Dict):
        return node.values
    return node.elts if isinstance(node, (ast.List, ast.Tuple)) else None
