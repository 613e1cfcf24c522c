"""Rule `generator-never-run`."""

from __future__ import annotations

from ..dropped_work import DroppedWork, Made
from ..models import Category
from ..rule import Invalid, Rule

_HEAD = "from fivetran_connector_sdk import Connector, Operations as op\n"
_SENDS = _HEAD + "def send(rows):\n    for row in rows:\n        yield op.upsert('t', row)\n"
_MADE = "connector = Connector(update=update)\n"


class GeneratorNeverRun(Rule):
    """A generator that sends operations is iterated, and a coroutine awaited.

    Why: to call one only makes an object; nothing of its body runs. The sync succeeds and has sent nothing.
    """

    section, category = "3.5", Category.DATA_LOSS
    VALID = (
        _SENDS + "def update(configuration, state):\n    for _ in send([]):\n        pass\n" + _MADE,
        _SENDS + "def update(configuration, state):\n    yield from send([])\n" + _MADE,
        _SENDS + "def update(configuration, state):\n    list(send([]))\n" + _MADE,
        _SENDS + "def update(configuration, state):\n    sent = send([])\n    for _ in sent:\n        pass\n" + _MADE,
        _HEAD + "def send(rows):\n    for row in rows:\n        op.upsert('t', row)\n"
        "def update(configuration, state):\n    send([])\n" + _MADE,
        _HEAD
        + "def rows():\n    yield {'id': 1}\ndef update(configuration, state):\n    rows()\n    op.upsert('t', {})\n"
        + _MADE,
        _HEAD + "@vendor.runs\ndef send():\n    yield op.upsert('t', {})\n"
        "def update(configuration, state):\n    send()\n" + _MADE,
        _HEAD + "import asyncio\nasync def send():\n    op.upsert('t', {})\n"
        "def update(configuration, state):\n    asyncio.run(send())\n" + _MADE,
    )
    INVALID = (
        Invalid(_SENDS + "def update(configuration, state):\n    send([])\n" + _MADE, at=(6, 5)),
        Invalid(_SENDS + "def update(configuration, state):\n    result = send([])\n" + _MADE, at=(6, 14)),
        Invalid(
            _HEAD + "def send():\n    for page in pages():\n        for row in page:\n            op.upsert('t', row)\n"
            "        yield len(page)\ndef update(configuration, state):\n    if state:\n        send()\n" + _MADE,
            at=(9, 9),
        ),
        Invalid(
            _HEAD + "class Sync:\n    def run(self):\n        self.items()\n    def items(self):\n"
            "        yield op.upsert('t', {})\ndef update(configuration, state):\n    Sync().run()\n" + _MADE,
            at=(4, 9),
        ),
        Invalid(
            _HEAD + "from sync import send\ndef update(configuration, state):\n    send(op)\n" + _MADE,
            at=(4, 5),
            others={"sync.py": "def send(op):\n    yield op.upsert('t', {})\n"},
        ),
        Invalid(
            _HEAD
            + "async def send(row):\n    op.upsert('t', row)\ndef update(configuration, state):\n    send({})\n"
            + _MADE,
            at=(5, 5),
        ),
        Invalid(
            _HEAD + "def write(row):\n    op.upsert('t', row)\ndef send():\n    write({})\n    yield\n"
            "def update(configuration, state):\n    _ = send()\n" + _MADE,
            at=(8, 9),
        ),
    )

    def check(self) -> None:
        for made in DroppedWork(self.source, self.reach).found() if self.source.operations else ():
            if self.reach.is_reached(made.module, made.node):
                self._tell(made)

    def _tell(self, made: Made) -> None:
        if made.lazy is None:
            message, hint = "Nothing goes through this: its operations never run.", "Write it as a `for` loop."
        elif made.lazy.coroutine:
            message = f"{made.lazy.name}() is a coroutine that nobody awaits: its operations never run."
            hint = "Await it."
        else:
            message = f"{made.lazy.name}() is a generator that nobody iterates: its operations never run."
            hint = "Take the yields of operations away, so that the call does the work."
        self.report(made.module, made.node, message, hint=hint)
