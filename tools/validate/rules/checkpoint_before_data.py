"""Rule `checkpoint-before-data`."""

from __future__ import annotations

import ast
import re

from ..batches import Line, Path, sent_rows
from ..blocks import loaded, stored
from ..checkpoints import may_be_hidden
from ..models import Category
from ..module import Module
from ..moments import is_moment
from ..names import last_word
from ..page_loops import LOOPS
from ..rule import Invalid, Rule
from ..saves import Member, Saves, members
from ..senders import Senders
from ..state_reads import StateReads
from ..state_use import StateUse

_HEAD = "from fivetran_connector_sdk import Connector, Operations as op\n"
_MADE = "connector = Connector(update=update)\n"
_NEXT = re.compile(r"next|after|end_?cursor|last_?evaluated", re.IGNORECASE)
# Logging, and giving values to the state.
_HARMLESS = frozenset({"info", "fine", "debug", "warning", "error", "severe", "print", "update", "setdefault"})
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
        if not self.reach.shared(Senders).operations:
            return
        for save in self.reach.shared(Saves).all:
            if self.reach.is_reached(save.module, save.statement):
                line = Line(save.module, save.statement)
                known = members(self.source, save, line.before)
                early = self._is_early(line, known) and not may_be_hidden(self.source)
                if early or self._is_early_in_loop(line, known):
                    message = "The cursor is saved before the rows that it covers are sent."
                    self.report(save.module, save.node, message, hint="Send the rows first, then call op.checkpoint.")

    def _is_early(self, line: Line, known: list[Member]) -> bool:
        """Whether rows that were asked for before the checkpoint are sent behind it, and it saves where they end."""
        senders = self.reach.shared(Senders)
        sending = next((each for each in line.after if self._sends(line.module, each)), None)
        rows = sent_rows(line, sending, senders) if sending is not None else set[Path]()
        rows = {path for path in rows if not self._may_be_sent(line, path.root)}
        between = line.after[: line.after.index(sending)] if sending is not None else []
        given = {name for each in between for name in stored(line.module, each)}
        rows = {path for path in rows if path.root not in given}
        return any(self._covers(line, member, rows) for member in known) if rows else False

    def _covers(self, line: Line, member: Member, rows: set[Path]) -> bool:
        """Whether a saved value says that these rows were delivered."""
        if self._is_read(member.key) and line.is_of_rows(member.value, rows):
            return True
        value = line.resolved(member.value)
        if not is_moment(self.source, line.module, value) and not _is_next(line, value, {path.root for path in rows}):
            return False
        asking = [giver for path in rows if (giver := line.giver(path.root))]
        return any(self.reach.shared(StateUse).asks(line, each, member.key) for each in asking)

    def _is_read(self, key: str | None) -> bool:
        """Whether a sync may go on from this key."""
        reads = self.reach.shared(StateReads)
        keys = {read.key for read in reads.reads if read.how != "store"}
        return key is None or reads.escapes or not keys or key in keys

    def _may_be_sent(self, line: Line, root: str) -> bool:
        """Whether something before the checkpoint may have sent the rows: behind the call that gave them, or in it."""
        giver = line.giver(root)
        begin = line.before.index(giver) + 1 if giver is not None else 0
        for number, statement in enumerate(line.before):
            takes = root in loaded(line.module, statement) and _is_for_effect(line.module, statement, root)
            if takes or (number >= begin and self._sends(line.module, statement)):
                return True
        return False

    def _is_early_in_loop(self, line: Line, known: list[Member]) -> bool:
        """Whether a loop that sends row after row, or page after page, saves in between where all of them end."""
        loop, module = line.loop, line.module
        if loop is None or line.ends or not self._sends(module, loop) or not _is_any_round(module, line):
            return False
        if isinstance(loop, (ast.For, ast.AsyncFor)):
            outer = Line(module, loop)
            rows = outer.path(loop.iter)
            named = stored(module, loop.target)
            if rows is not None and any(self._is_end(outer, line, member, rows, named) for member in known):
                return True
        return any(
            is_moment(self.source, module, line.resolved(member.value))
            and self.reach.shared(StateUse).is_asked_by_all(line, loop, member.key)
            for member in known
        )

    def _is_end(self, outer: Line, line: Line, member: Member, rows: Path, named: set[str]) -> bool:
        """Whether a value that does not come from the row at hand says where the rows of the loop end."""
        if loaded(line.module, member.value) & named or not self._is_read(member.key):
            return False
        value = outer.resolved(line.resolved(member.value))
        giver = outer.giver(rows.root)
        asked = giver is not None and self.reach.shared(StateUse).asks(outer, giver, member.key)
        return outer.is_of_rows(value, {rows}) or (asked and _is_next(outer, value, {rows.root}))

    def _sends(self, module: Module, statement: ast.stmt) -> bool:
        senders = self.reach.shared(Senders)
        return any(senders.call_sends(call) for call in module.inside(statement, ast.Call))


def _is_next(line: Line, value: ast.expr, roots: set[str]) -> bool:
    """Whether a value is what an answer names as its next page."""
    path = line.path(value) if not isinstance(value, ast.Name) else None
    return path is not None and path.root in roots and bool(path.keys) and bool(_NEXT.search(path.keys[-1]))


def _is_any_round(module: Module, line: Line) -> bool:
    """Whether a checkpoint in a loop runs in any round, or in each of so many, and not in the last one only."""
    if any(True for each in line.before for _ in module.inside(each, ast.Continue)):
        return False
    around = [each for each in module.ancestors(line.place) if isinstance(each, (ast.If, ast.Try, *LOOPS))]
    inner = around[: next(number for number, each in enumerate(around) if each is line.loop)]
    return all(isinstance(each, ast.If) and _counts(module, each.test) for each in inner)


def _counts(module: Module, test: ast.expr) -> bool:
    """`count % 100 == 0`."""
    return any(isinstance(each.op, ast.Mod) for each in module.inside(test, ast.BinOp))


def _is_for_effect(module: Module, statement: ast.stmt, root: str) -> bool:
    """Whether a statement hands rows to a call whose value it throws away: who is called may send them."""
    for call in module.inside(statement, ast.Call):
        thrown = isinstance(statement, ast.Expr) and not _is_harmless(statement.value)
        given = (*call.args, *(keyword.value for keyword in call.keywords))
        if not (thrown or isinstance(module.parents[call], ast.Expr)) or last_word(call.func) in _HARMLESS:
            continue
        if any(name.id == root for part in given for name in module.inside(part, ast.Name)):
            return True
    return False


def _is_harmless(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and last_word(node.func) in _HARMLESS
