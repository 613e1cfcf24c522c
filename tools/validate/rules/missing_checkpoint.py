"""Rule `missing-checkpoint`."""

from __future__ import annotations

from ..checkpoints import may_be_hidden, references
from ..models import Category, Severity
from ..rule import Invalid, Rule

_HEAD = "from fivetran_connector_sdk import Connector, Operations as op\n"
_MADE = "connector = Connector(update=update)\n"
_SENDS = "def update(configuration, state):\n    op.upsert('t', {'id': 1})\n"
_DATA = frozenset({"upsert", "update", "delete", "truncate"})


class MissingCheckpoint(Rule):
    """A sync that sends data saves its state with op.checkpoint.

    Why: without a checkpoint the rows arrive at the end of the sync, but nothing is saved for the next one: each sync
    begins from nothing, and a sync that fails half-way has to send everything again.
    """

    section, category, severity = "3.6", Category.SPEC, Severity.ERROR
    VALID = (
        _HEAD + _SENDS + "    op.checkpoint(state)\n" + _MADE,
        _HEAD + "def save(state):\n    op.checkpoint(state)\n" + _SENDS + "    save(state)\n" + _MADE,
        {
            "connector.py": _HEAD + "from sync import Sync\n" + _SENDS + "    Sync(op).run(state)\n" + _MADE,
            "sync.py": "class Sync:\n    def __init__(self, op):\n        self.op = op\n"
            "    def run(self, state):\n        self.op.checkpoint(state)\n",
        },
        _HEAD + "from vendor import finish\n" + _SENDS + "    finish(op, state)\n" + _MADE,
        _HEAD + _SENDS + "    for name in ('upsert', 'checkpoint'):\n        getattr(op, name)('t')\n" + _MADE,
        _HEAD + "from vendor import *\n" + _SENDS + "    finish(state)\n" + _MADE,
        _HEAD + "save = op.checkpoint\nSTEPS = {'end': save}\n" + _SENDS + "    STEPS['end'](state)\n" + _MADE,
        _HEAD + "def update(configuration, state):\n    pass\n" + _MADE,
        _HEAD + "from vendor import save_checkpoint\n" + _SENDS + "    save_checkpoint(state)\n" + _MADE,
    )
    INVALID = (
        Invalid(_HEAD + _SENDS + _MADE, at=(2, 1)),
        Invalid(_HEAD + "def save(state):\n    op.checkpoint(state)\n" + _SENDS + _MADE, at=(4, 1)),
        Invalid(
            _HEAD + "def send(rows):\n    for row in rows:\n        op.upsert('t', row)\n\n"
            "def update(configuration, state):\n    send([])\n    state['checkpoint'] = 1\n" + _MADE,
            at=(6, 1),
        ),
        Invalid(_HEAD + _SENDS + _MADE + "if __name__ == '__main__':\n    op.checkpoint({})\n", at=(2, 1)),
        Invalid(
            "from fivetran_connector_sdk import Operations\nclass Sync:\n    def __init__(self, op):\n"
            "        self.op = op\n    def update(self, configuration, state):\n        self.op.delete('t', {})\n",
            at=(5, 5),
            file="sync.py",
            others={
                "connector.py": _HEAD + "from sync import Sync\nsync = Sync(op)\n"
                "connector = Connector(update=sync.update)\n"
            },
        ),
        Invalid(_HEAD + "connector = Connector(lambda configuration, state: op.truncate('t'))\n", at=(2, 23)),
    )

    def check(self) -> None:
        update = self.reach.update
        sent = [call for call in self.reach.operations_from_update() if call.name in _DATA]
        if update is None or not sent:
            return
        if any(self.reach.is_reached(module, node) for module, node in references(self.source)):
            return
        if may_be_hidden(self.source):
            return
        self.report(
            update.module,
            update.node,
            f"The sync sends data (op.{sent[0].name} in {sent[0].module.file}) and never calls op.checkpoint.",
            hint="Call op.checkpoint(state) after each page or batch, and at the end of update.",
        )
