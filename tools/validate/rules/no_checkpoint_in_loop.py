"""Rule `no-checkpoint-in-loop`."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..call_graph import CallGraph
from ..checkpoints import may_be_hidden, references
from ..models import Category
from ..module import Module
from ..page_loops import LOOPS, PageLoop, PageLoops
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
        marks = {node for module, node in references(self.source) if self.reach.is_reached(module, node)}
        called = [call for call in self.reach.operations_from_update() if call.name == "checkpoint"]
        if not marks and not called:
            return
        marks |= {call.node for call in called}
        modules = dict.fromkeys(self.source.modules)
        owners = {module.callable_of(node) for module in modules for node in marks if node in module.parents}
        graph = self.reach.shared(CallGraph)
        saving = graph.calls_into(graph.leading({owner for owner in owners if owner is not None}))
        found = [loop for loop in self.reach.shared(PageLoops).all if self._sends_again(loop)]
        saves = marks | saving
        bare = [loop for loop in found if not self._may_save(loop, saves) and not _is_part(loop, saves)]
        if bare and may_be_hidden(self.source):
            return
        for loop in bare:
            message = "This loop sends page after page, and no checkpoint is saved before its end."
            hint = "Call op.checkpoint(state) after each page, or after every so many rows."
            self.report(loop.module, loop.node, message, hint=hint)

    def _sends_again(self, loop: PageLoop) -> bool:
        """Whether the loop goes on after it has sent something; one that repeats a request until it succeeds ends."""
        senders = self.reach.shared(Senders)
        sends = [call for call in loop.module.inside(loop.node, ast.Call) if senders.call_sends(call)]
        return any(not _leaves_after(loop, call) for call in sends)

    def _may_save(self, loop: PageLoop, saving: set[ast.expr]) -> bool:
        """Whether a checkpoint stands in the loop, or a call of what makes one or may: a parameter, a consumer."""
        module = loop.module
        if any(node in saving for node in module.inside(loop.node, ast.Call, ast.Attribute)):
            return True
        owner = module.callable_of(loop.node)
        given = (node.value for node in module.inside(loop.node, ast.Yield) if module.callable_of(node) is owner)
        if any(not self._is_operation(module, value) for value in given):
            return True
        return any(self._is_parameter(module, call.func) for call in module.inside(loop.node, ast.Call))

    def _is_operation(self, module: Module, value: ast.expr | None) -> bool:
        return isinstance(value, ast.Call) and self.source.operation_name(module, value.func) is not None

    def _is_parameter(self, module: Module, called: ast.expr) -> bool:
        """Whether a function is called that the caller gives."""
        bindings = self.source.names(module).lookup(called) if isinstance(called, ast.Name) else []
        return any(isinstance(each.node, ast.arg) for each in bindings)


def _is_part(loop: PageLoop, saving: set[ast.expr]) -> bool:
    """Whether a loop goes through the rows of one parent, and one around it saves after each parent."""
    module = loop.module
    if isinstance(loop.node, ast.While):
        return False
    owner = module.callable_of(loop.node)
    around = (
        each for each in module.ancestors(loop.node) if isinstance(each, LOOPS) and module.callable_of(each) is owner
    )
    return any(node in saving for each in around for node in module.inside(each, ast.Call, ast.Attribute))


def _leaves_after(loop: PageLoop, call: ast.Call) -> bool:
    """Whether the loop is left right after a place in it, whatever happens there."""
    child: ast.AST = call
    for parent in loop.module.ancestors(call):
        block = next((each for each in _blocks(parent) if any(part is child for part in each)), list[ast.stmt]())
        later = block[next((number for number, each in enumerate(block) if each is child), 0) + 1 :]
        inner = parent is not loop.node and isinstance(parent, LOOPS)
        if any(
            isinstance(each, (ast.Return, ast.Raise) if inner else (ast.Break, ast.Return, ast.Raise)) for each in later
        ):
            return True
        if parent is loop.node:
            return False
        child = parent
    return False


def _blocks(node: ast.AST) -> Iterator[list[ast.stmt]]:
    """The lists of statements of a statement."""
    for field in ("body", "orelse", "finalbody"):
        block: object = getattr(node, field, None)
        if isinstance(block, list):
            yield block
