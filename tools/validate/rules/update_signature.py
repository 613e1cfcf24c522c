"""Rule `update-signature`."""

from __future__ import annotations

import ast

from ..models import Category
from ..rule import Invalid, Rule
from ..signature import culprit, is_plain, misfit, signature_of

_HEAD = "from fivetran_connector_sdk import Connector\n"
_MADE = "connector = Connector(update=update)\n"
_GIVEN = frozenset({"configuration", "state"})


class UpdateSignature(Rule):
    """update can be called as update(configuration=..., state=...) and is no coroutine.

    Why: the SDK passes both by their names, so the names matter: anything else is a TypeError at the begin of each
    sync. An `async def` is worse: the sync succeeds, and nothing of it ran.
    """

    section, category = "3.7", Category.BREAKS
    VALID = (
        _HEAD + "def update(configuration: dict, state: dict):\n    pass\n" + _MADE,
        _HEAD + "def update(state, configuration, page_size=100, **options):\n    pass\n" + _MADE,
        _HEAD + "def update(**given):\n    pass\n" + _MADE,
        _HEAD + "def sync(*, configuration, state):\n    pass\nconnector = Connector(sync)\n",
        _HEAD + "class Source:\n    def update(self, configuration, state):\n        pass\n"
        "connector = Connector(update=Source().update)\n",
        _HEAD + "from functools import partial\ndef sync(client, configuration, state):\n    pass\n"
        "connector = Connector(update=partial(sync, None))\n",
        _HEAD + "from vendor import adapted\n@adapted\ndef update(context):\n    pass\n" + _MADE,
        _HEAD + "connector = Connector(update=lambda configuration, state: None)\n",
        _HEAD + "def update(configuration, state):\n    pass\ndef helper(config):\n    pass\n" + _MADE,
    )
    INVALID = (
        Invalid(_HEAD + "def update(config, state):\n    pass\n" + _MADE, at=(2, 12)),
        Invalid(_HEAD + "async def update(configuration, state):\n    pass\n" + _MADE, at=(2, 1)),
        Invalid(_HEAD + "def update(configuration):\n    pass\n" + _MADE, at=(2, 1)),
        Invalid(_HEAD + "def update(configuration, state, client):\n    pass\n" + _MADE, at=(2, 34)),
        Invalid(_HEAD + "def update(configuration, state, /):\n    pass\n" + _MADE, at=(2, 12)),
        Invalid(_HEAD + "def update(*given):\n    pass\n" + _MADE, at=(2, 1)),
        Invalid(_HEAD + "connector = Connector(update=lambda c, s: None)\n", at=(2, 37)),
        Invalid(
            _HEAD + "class Source:\n    def update(configuration, state):\n        pass\n"
            "connector = Connector(update=Source().update)\n",
            at=(3, 16),
        ),
        Invalid(
            "def update(configuration, stat):\n    pass\n",
            at=(1, 27),
            file="sync.py",
            others={"connector.py": _HEAD + "from sync import update\n" + _MADE},
        ),
        Invalid(
            _HEAD + "from functools import partial\ndef sync(configuration, state, client):\n    pass\n"
            "connector = Connector(update=partial(sync, None))\n",
            at=(3, 10),
        ),
    )

    def check(self) -> None:
        update = self.reach.update
        if update is None or not update.certain or not is_plain(update.node):
            return
        if isinstance(update.node, ast.AsyncFunctionDef):
            message = f"{update.node.name} is a coroutine: the SDK does not await it, and nothing of it runs."
            self.report(update.module, update.node, message, hint="Write `def`, and asyncio.run(...) inside.")
        elif reason := misfit(signature_of(update.node), update.filled, update.named | _GIVEN):
            self.report(
                update.module,
                culprit(update.node, update.filled, update.named | _GIVEN),
                f"The SDK calls update(configuration=..., state=...), which fails here: {reason}.",
                hint="Write `def update(configuration: dict, state: dict):`.",
            )
