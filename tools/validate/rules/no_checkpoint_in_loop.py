"""Rule `no-checkpoint-in-loop`."""

from __future__ import annotations

import ast

from ..call_graph import CallGraph
from ..checkpoints import may_be_hidden, references
from ..models import Category
from ..page_loops import PageLoop, PageLoops
from ..rule import Invalid, Rule
from ..senders import Senders

_HEAD = "import requests\nfrom fivetran_connector_sdk import Connector, Operations as op\n"
_FETCH = "def fetch(page):\n    return requests.get('u', params={'page': page}, timeout=9).json()\n"
_MADE = "connector = Connector(update=update)\n"


def _update(*lines: str) -> str:
    return f"{_HEAD}{_FETCH}def update(configuration, state):\n" + "".join(f"    {line}\n" for line in lines) + _MADE


class NoCheckpointInLoop(Rule):
    """A loop over pages saves its progress after each page, or after some.

    Why: with the only checkpoint behind the loop, a sync that fails on the last page has to begin again with the first
    one; on a large source it may never come to its end.
    """

    section, category = "6.1", Category.SPEC
    VALID = (
        _update(
            "page = 1",
            "while page:",
            "    data = fetch(page)",
            "    for row in data['items']:",
            "        op.upsert('t', row)",
            "    page = data.get('next')",
            "    op.checkpoint({'page': page})",
        ),
        _update("for row in fetch(1)['items']:", "    op.upsert('t', row)", "op.checkpoint(state)"),
        _update(
            "page = 1", "while page:", "    data = fetch(page)", "    save(data)", "    page = data.get('next')"
        ).replace("def update", "def save(data):\n    op.upsert('t', data)\n    op.checkpoint({})\ndef update"),
        _update(
            "for table in ['a', 'b']:",
            "    for row in fetch(table):",
            "        op.upsert(table, row)",
            "op.checkpoint(state)",
        ),
        _update(
            "page = 1",
            "while True:",
            "    data = fetch(page)",
            "    op.upsert('t', data)",
            "    if page % 10 == 0:",
            "        op.checkpoint({'page': page})",
            "    page += 1",
            "    if not data:",
            "        break",
        ),
        _update(
            "for attempt in range(3):",
            "    data = fetch(1)",
            "    op.upsert('t', data)",
            "    return",
            "op.checkpoint({})",
        ),
        _update(
            "page = 1", "while page:", "    page = fetch(page).get('next')", "op.upsert('t', {})", "op.checkpoint({})"
        ),
    )
    INVALID = (
        Invalid(
            _update(
                "page = 1",
                "while page:",
                "    data = fetch(page)",
                "    for row in data['items']:",
                "        op.upsert('t', row)",
                "    page = data.get('next')",
                "op.checkpoint({'page': page})",
            ),
            at=(7, 5),
        ),
        Invalid(
            _update(
                "for page in range(1, 500):",
                "    for row in fetch(page)['items']:",
                "        op.upsert('t', row)",
                "op.checkpoint(state)",
            ),
            at=(6, 5),
        ),
        Invalid(
            _HEAD + "def pages():\n    while True:\n        data = requests.get('u', timeout=9).json()\n"
            "        if not data:\n"
            "            return\n        yield data\ndef update(configuration, state):\n    for page in pages():\n"
            "        for row in page:\n"
            "            op.upsert('t', row)\n    op.checkpoint(state)\n" + _MADE,
            at=(10, 5),
        ),
        Invalid(
            _HEAD + "def sync(cursor):\n    while True:\n        rows = cursor.fetchmany(1000)\n        if not rows:\n"
            "            break\n"
            "        for row in rows:\n            op.upsert('t', row)\n"
            "def update(configuration, state):\n    sync(configuration)\n    op.checkpoint(state)\n" + _MADE,
            at=(4, 5),
        ),
        Invalid(
            _update(
                "page = 1",
                "while page:",
                "    data = fetch(page)",
                "    send(data)",
                "    page = data.get('next')",
                "op.checkpoint({})",
            ).replace("def update", "def send(rows):\n    for row in rows:\n        op.upsert('t', row)\ndef update"),
            at=(10, 5),
        ),
    )

    def check(self) -> None:
        marks = [(module, node) for module, node in references(self.source) if self.reach.is_reached(module, node)]
        if not marks:
            return
        owners = {module.callable_of(node) for module, node in marks}
        graph = self.reach.shared(CallGraph)
        saving = graph.calls_into(graph.leading({owner for owner in owners if owner is not None}))
        nodes: set[ast.expr] = {node for _, node in marks}
        found = [loop for loop in self.reach.shared(PageLoops).all if self._sends(loop)]
        bare = [loop for loop in found if not _saves(loop, nodes | saving)]
        if bare and may_be_hidden(self.source):
            return
        for loop in bare:
            message = "This loop sends page after page, and no checkpoint is saved before its end."
            self.report(loop.module, loop.node, message, hint="Call op.checkpoint(state) after each page.")

    def _sends(self, loop: PageLoop) -> bool:
        senders = self.reach.shared(Senders)
        return any(senders.call_sends(call) for call in loop.module.inside(loop.node, ast.Call))


def _saves(loop: PageLoop, saving: set[ast.expr]) -> bool:
    """Whether a checkpoint stands in the loop, or a call of a function that makes one."""
    return any(node in saving for node in loop.module.inside(loop.node, ast.Call, ast.Attribute))
