"""Rule `checkpoint-before-data`."""

from __future__ import annotations

import ast

from ..blocks import blocks, loaded, origins, stored
from ..models import Category
from ..module import Module
from ..rule import Invalid, Rule
from ..senders import Senders
from ..source import OperationCall
from ..state_reads import StateReads
from ..tables import argument

_HEAD = "from fivetran_connector_sdk import Connector, Operations as op\n"
_MADE = "connector = Connector(update=update)\n"
_FETCH = "def fetch(since=None):\n    return [{'id': 1}]\n"


def _update(*lines: str) -> str:
    return f"{_HEAD}{_FETCH}def update(configuration, state):\n" + "".join(f"    {line}\n" for line in lines) + _MADE


class CheckpointBeforeData(Rule):
    """A cursor is saved after the rows that it covers.

    Why: a checkpoint says that everything up to the cursor has been delivered. When the sync fails between the
    checkpoint and the rows, the next one begins behind them, and they never come.
    """

    section, category = "3.6", Category.DATA_LOSS
    VALID = (
        _update(
            "rows = fetch()", "for row in rows:", "    op.upsert('t', row)", "op.checkpoint({'cursor': rows[-1]['id']})"
        ),
        _update("op.checkpoint(state)", "rows = fetch()", "for row in rows:", "    op.upsert('t', row)"),
        _update(
            "a = fetch()",
            "for row in a:",
            "    op.upsert('a', row)",
            "state['a'] = a[-1]['id']",
            "op.checkpoint(state)",
            "b = fetch()",
            "for row in b:",
            "    op.upsert('b', row)",
            "state['b'] = b[-1]['id']",
            "op.checkpoint(state)",
        ),
        _update(
            "for page in [fetch()]:",
            "    for row in page:",
            "        op.upsert('t', row)",
            "    state['c'] = page[-1]['id']",
            "    op.checkpoint(state)",
        ),
        _update("state['version'] = 2", "op.checkpoint(state)", "for row in fetch():", "    op.upsert('t', row)"),
        _update(
            "page = fetch()",
            "while page:",
            "    for row in page:",
            "        op.upsert('t', row)",
            "    op.checkpoint({'id': page[-1]['id']})",
            "    page = fetch()",
        ),
    )
    INVALID = (
        Invalid(
            _update(
                "rows = fetch()",
                "op.checkpoint({'cursor': rows[-1]['id']})",
                "for row in rows:",
                "    op.upsert('t', row)",
            ),
            at=(6, 5),
        ),
        Invalid(
            _update(
                "while True:",
                "    page = fetch()",
                "    state['cursor'] = max(row['id'] for row in page)",
                "    op.checkpoint(state)",
                "    for row in page:",
                "        op.upsert('t', row)",
                "    break",
            ),
            at=(8, 9),
        ),
        Invalid(
            _update(
                "data = fetch(state.get('next'))",
                "rows = data['items']",
                "state['next'] = data['next']",
                "op.checkpoint(state)",
                "for row in rows:",
                "    op.upsert(table='t', data=row)",
            ),
            at=(8, 5),
        ),
        Invalid(
            _HEAD
            + _FETCH
            + "def send(rows):\n    for row in rows:\n        op.upsert('t', row)\ndef update(configuration, state):\n"
            "    rows = fetch()\n    last = rows[-1]['id']\n    op.checkpoint({'last': last})\n    send(rows)\n"
            + _MADE,
            at=(10, 5),
        ),
        Invalid(
            _update(
                "import datetime",
                "now = datetime.datetime.now().isoformat()",
                "rows = fetch(state.get('last_sync'))",
                "state['last_sync'] = now",
                "op.checkpoint(state)",
                "for row in rows:",
                "    op.upsert('t', row)",
            ),
            at=(9, 5),
        ),
        Invalid(
            _update(
                "for page in [fetch()]:",
                "    op.checkpoint({'id': page[-1]['id']})",
                "    for row in page:",
                "        op.upsert('t', row)",
            ),
            at=(6, 9),
        ),
    )

    def check(self) -> None:
        calls = [call for call in self.source.operations if call.name == "checkpoint"]
        if not calls or not self.reach.shared(Senders).operations:
            return
        statements = {statement: call for call in calls if (statement := _statement(call))}
        for module in self.source.modules:
            for block in blocks(module):
                for index, statement in enumerate(block[:-1]):
                    call = statements.get(statement)
                    if call is not None and self.reach.is_reached(module, statement):
                        self._look_at(call, block, index)

    def _look_at(self, call: OperationCall, block: list[ast.stmt], index: int) -> None:
        module, before = call.module, block[:index]
        saved = argument(call, "state", 0)
        if saved is None or any(self._sends(module, statement) for statement in before):
            return
        cursors, keys = self._saved(module, saved, before)
        sending = next((statement for statement in block[index + 1 :] if self._sends(module, statement)), None)
        if sending is None or any(stored(module, each) & cursors for each in block[index + 1 : block.index(sending)]):
            return
        batches = self._batches(module, block, before)
        rows = origins(module, loaded(module, sending), before)
        covered = origins(module, cursors, before) & rows & batches
        if covered or self._asks_by(keys, module, before, rows & batches):
            message = "The cursor is saved before the rows that it covers are sent."
            self.report(module, call.node, message, hint="Send the rows first, then call op.checkpoint.")

    def _saved(self, module: Module, saved: ast.expr, before: list[ast.stmt]) -> tuple[set[str], set[str]]:
        """The names that the saved values are made of, and the keys that are given new values."""
        if not isinstance(saved, ast.Name):
            return loaded(module, saved), set()
        names: set[str] = set()
        keys: set[str] = set()
        for statement in before:
            for target in statement.targets if isinstance(statement, ast.Assign) else ():
                owner = target.value if isinstance(target, ast.Subscript) else target
                if isinstance(owner, ast.Name) and owner.id == saved.id:
                    names |= loaded(module, statement.value) if isinstance(statement, ast.Assign) else set()
                    key = target.slice if isinstance(target, ast.Subscript) else None
                    keys |= {str(key.value)} if isinstance(key, ast.Constant) else set()
        return names, keys

    def _asks_by(self, keys: set[str], module: Module, before: list[ast.stmt], batches: set[str]) -> bool:
        """Whether the rows were asked for by a key that is now overwritten with another value."""
        asking = [statement for statement in before if stored(module, statement) & batches]
        reads = self.reach.shared(StateReads)
        inside = {node for statement in asking for node in module.below(statement)}
        return any(
            read.key in keys and read.how in ("get", "default", "item") and read.node in inside for read in reads.reads
        )

    def _batches(self, module: Module, block: list[ast.stmt], before: list[ast.stmt]) -> set[str]:
        """The names that hold what a call gave: assigned in the block, or the target of the loop around it."""
        found: set[str] = set()
        for statement in before:
            if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Call):
                found |= stored(module, statement)
        owner = module.parents[block[0]]
        if isinstance(owner, (ast.For, ast.AsyncFor)) and owner.body is block:
            found |= stored(module, owner.target)
        return found

    def _sends(self, module: Module, statement: ast.stmt) -> bool:
        senders = self.reach.shared(Senders)
        return any(senders.call_sends(call) for call in module.inside(statement, ast.Call))


def _statement(call: OperationCall) -> ast.stmt | None:
    """The statement that a call is, where it is one by itself."""
    parent = call.module.parents[call.node]
    return parent if isinstance(parent, ast.Expr) else None
