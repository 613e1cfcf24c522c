"""Rule `unserializable-state`."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..models import Category
from ..module import Module
from ..names import last_word
from ..resolve import Located
from ..rule import Invalid, Rule
from ..state_reads import StateReads
from ..tables import argument

_HEAD = (
    "from datetime import date, datetime, timedelta, timezone\nfrom decimal import Decimal\n"
    "from fivetran_connector_sdk import Connector, Operations as op\n"
)
_MADE = "connector = Connector(update=update)\n"
_MOMENT = "a datetime"
_MAKERS = {
    "datetime.datetime()": _MOMENT,
    "datetime.datetime.now()": _MOMENT,
    "datetime.datetime.utcnow()": _MOMENT,
    "datetime.datetime.today()": _MOMENT,
    "datetime.datetime.fromisoformat()": _MOMENT,
    "datetime.datetime.fromtimestamp()": _MOMENT,
    "datetime.datetime.strptime()": _MOMENT,
    "datetime.datetime.combine()": _MOMENT,
    "datetime.date()": "a date",
    "datetime.date.today()": "a date",
    "datetime.date.fromisoformat()": "a date",
    "datetime.timedelta()": "a timedelta",
    "pandas.Timestamp.now()": _MOMENT,
    "pandas.to_datetime()": _MOMENT,
    "decimal.Decimal()": "a Decimal",
    "builtins.set()": "a set",
    "builtins.frozenset()": "a set",
    "builtins.bytes()": "bytes",
    "builtins.map()": "an iterator",
    "builtins.filter()": "an iterator",
    "uuid.uuid4()": "a UUID",
    "uuid.UUID()": "a UUID",
}
_KINDS: dict[type[ast.expr], str] = {ast.Set: "a set", ast.SetComp: "a set", ast.GeneratorExp: "a generator"}
_SAME = frozenset({"astimezone", "replace"})
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
        for module, node in self._saved():
            kind = self._kind(Located(module, node), _DEPTH) if node not in told else None
            told.add(node)
            if kind and self.reach.is_reached(module, node):
                message = f"The state is given {kind}, which JSON cannot hold."
                self.report(module, node, message, hint="Save a text or a number: .isoformat(), str(...), sorted(...).")

    def _saved(self) -> Iterator[tuple[Module, ast.expr]]:
        """The values that get into a state that is checkpointed."""
        for call in self.source.operations:
            saved = argument(call, "state", 0) if call.name == "checkpoint" else None
            if saved is not None:
                yield from self._members(call.module, saved, _DEPTH)
                yield from self._stored(call.module, saved)
        reads = self.reach.shared(StateReads)
        for read in reads.reads if reads.is_saved else ():
            yield from self._given(read.module, read.node)

    def _given(self, module: Module, node: ast.expr) -> Iterator[tuple[Module, ast.expr]]:
        """What a store gives: the right side of an assignment, or the members of `update({...})`."""
        statement = module.parents[node]
        if isinstance(statement, ast.Assign) and isinstance(node, ast.Subscript):
            yield from self._members(module, statement.value, _DEPTH)
        elif isinstance(node, ast.Call):
            for arg in node.args:
                yield from self._members(module, arg, _DEPTH) if isinstance(arg, ast.Dict) else ()

    def _stored(self, module: Module, saved: ast.expr) -> Iterator[tuple[Module, ast.expr]]:
        """The values that the function of a checkpoint gives to keys of the variable that it saves."""
        if isinstance(saved, ast.Name):
            names = self.source.names(module)
            bound = names.lookup(saved)
            for use in module.named(saved.id):
                target = module.parents[use]
                if isinstance(target, ast.Subscript) and target.value is use and names.lookup(use) == bound:
                    yield from self._given(module, target)

    def _members(self, module: Module, node: ast.expr, depth: int) -> Iterator[tuple[Module, ast.expr]]:
        """The values in a dict or list; of anything else the expression itself."""
        found = self.source.resolver.value(module, node)
        if depth == 0 or not isinstance(found.node, (ast.Dict, ast.List, ast.Tuple)):
            yield module, node
            return
        for part in found.node.values if isinstance(found.node, ast.Dict) else found.node.elts:
            yield from self._members(found.module, part, depth - 1)

    def _kind(self, given: Located, depth: int) -> str | None:
        found = self.source.resolver.value(given.module, given.node)
        module, node = found.module, found.node
        if isinstance(node, ast.Constant):
            return "bytes" if isinstance(node.value, bytes) else None
        if isinstance(node, ast.BinOp) and depth and isinstance(node.op, (ast.Add, ast.Sub)):
            sides = [self._kind(Located(module, side), depth - 1) for side in (node.left, node.right)]
            return next((side for side in sides if side in (_MOMENT, "a date")), None) if sides[0] else None
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _SAME and depth:
            inner = self._kind(Located(module, node.func.value), depth - 1)
            return inner if inner == _MOMENT else None
        if isinstance(node, ast.Call) and last_word(node.func) in _WORDS:
            return _MAKERS.get(self.source.qualified(module, node) or "")
        return _KINDS.get(type(node))


_WORDS = frozenset(name.removesuffix("()").rpartition(".")[2] for name in _MAKERS)
