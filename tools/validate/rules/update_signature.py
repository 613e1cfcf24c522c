"""Rule `update-signature`."""

from __future__ import annotations

import ast

from ..callables import class_given, constructor, lacks_member
from ..connector_object import Callback
from ..decorated import met_by_caller
from ..models import Category
from ..module import FUNCTIONS, Module
from ..resolve import Located
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
            _HEAD + "class Sync:\n    def __init__(self, client): ...\nconnector = Connector(update=Sync)\n", at=(4, 30)
        ),
        Invalid(
            _HEAD
            + "def make():\n    def update(config, state): ...\n    return update\nconnector = Connector(make())\n",
            at=(3, 16),
        ),
        Invalid(_HEAD + "def update(configuration, state): ...\ndef update(config): ...\n" + _MADE, at=(3, 12)),
        Invalid(
            _HEAD + "def update(configuration, state): ...\ndef schema(configuration):\n    return []\n"
            "connector = Connector(schema, update)\n",
            at=(5, 13),
        ),
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
        connector = self.reach.connector
        if connector.is_swapped and connector.call is not None:
            message = "Connector is given schema for update, and update for schema."
            self.report(connector.call.module, connector.call.node, message, hint="Write them by their names.")
            return
        if update is not None and update.certain:
            self._check_function(update)
        elif update is None and (given := connector.given("update")) is not None:
            self._check_class(given)

    def _check_function(self, given: Callback) -> None:
        update = met_by_caller(self.source, given)
        if update is None:
            return
        if isinstance(update.node, ast.AsyncFunctionDef):
            # A decorator may run it: asyncio.run(update(*args, **kwargs)).
            if not is_plain(given.node):
                return
            message = f"{update.node.name} is a coroutine: the SDK does not await it, and nothing of it runs."
            self.report(update.module, update.node, message, hint="Write `def`, and asyncio.run(...) inside.")
        elif isinstance(update.node, ast.Lambda) and self._makes_coroutine(update.module, update.node.body):
            message = "This gives back a coroutine: the SDK does not await it, and nothing of it runs."
            self.report(update.module, update.node.body, message, hint="Write asyncio.run(...) around it.")
        elif reason := misfit(signature_of(update.node), update.filled, update.named | _GIVEN):
            self.report(
                update.module,
                culprit(update.node, update.filled, update.named | _GIVEN),
                f"The SDK calls update(configuration=..., state=...), which fails here: {reason}.",
                hint="Write `def update(configuration: dict, state: dict):`.",
            )

    def _makes_coroutine(self, module: Module, node: ast.expr) -> bool:
        name = self.source.qualified(module, node.func) if isinstance(node, ast.Call) else None
        found = self.source.resolver.functions(name or "")
        return len(found) == 1 and isinstance(found[0].node, ast.AsyncFunctionDef) and is_plain(found[0].node)

    def _check_class(self, given: Located) -> None:
        """A class is called as a function is: what matters is its `__init__`."""
        owner = class_given(self.source, given)
        if owner is None:
            return
        made = constructor(self.source, owner)
        bare = made is None and lacks_member(self.source, owner, "__init__")
        plain = made.node if made is not None and isinstance(made.node, FUNCTIONS) and is_plain(made.node) else None
        if bare or (plain is not None and misfit(signature_of(plain), 1, _GIVEN)):
            message = (
                f"The SDK calls {owner.node.name}(configuration=..., state=...), and the class does not take these."
            )
            hint = "Give it a method of an object: Connector(update=Sync().update)."
            self.report(given.module, given.node, message, hint=hint)
