"""Rule `missing-update-function`."""

from __future__ import annotations

import ast

from ..models import Category
from ..resolve import Located
from ..rule import Invalid, Rule

_HEAD = "from fivetran_connector_sdk import Connector\n"
_MADE = "connector = Connector(update=update)\n"
_NO_FUNCTIONS = (ast.Constant, ast.Dict, ast.List, ast.Set, ast.Tuple, ast.JoinedStr)


class MissingUpdateFunction(Rule):
    """Connector is given an update function, and the function exists.

    Why: the file cannot be loaded when the name is not there, and without a function there is nothing to run.
    """

    section, category = "3.7", Category.BREAKS
    VALID = (
        _HEAD + "def update(configuration, state):\n    pass\n" + _MADE,
        _HEAD + "from vendor import update\n" + _MADE,
        {
            "connector.py": _HEAD + "import sync\nconnector = Connector(update=sync.run)\n",
            "sync.py": "def run(configuration, state): ...\n",
        },
        _HEAD + "from vendor import *\n" + _MADE,
        _HEAD + "class Sync:\n    def update(self, configuration, state): ...\nconnector = Connector(Sync().update)\n",
        _HEAD + "connector = Connector(**{'update': print})\n",
        _HEAD + "if True:\n    def update(configuration, state): ...\n" + _MADE,
    )
    INVALID = (
        Invalid(_HEAD + _MADE, at=(2, 30)),
        Invalid(_HEAD + "def updates(configuration, state):\n    pass\n" + _MADE, at=(4, 30)),
        Invalid(
            _HEAD + "def schema(configuration):\n    return []\nconnector = Connector(schema=schema)\n", at=(4, 13)
        ),
        Invalid(_HEAD + "connector = Connector(update=None)\n", at=(2, 30)),
        Invalid(_HEAD + "connector = Connector('update')\n", at=(2, 23)),
        Invalid(
            _HEAD + "import sync\nconnector = Connector(update=sync.update)\n",
            at=(3, 30),
            others={"sync.py": "def run(): ...\n"},
        ),
    )

    def check(self) -> None:
        call = self.reach.connector.call
        if call is None or not isinstance(call.node, ast.Call):
            return
        given = self.reach.connector.given("update")
        hint = "Write `def update(configuration: dict, state: dict):` and give it to Connector as `update=update`."
        if given is None:
            unseen = any(isinstance(arg, ast.Starred) for arg in call.node.args)
            if not unseen and not any(keyword.arg is None for keyword in call.node.keywords):
                self.report(call.module, call.node, "Connector is given no update function.", hint=hint)
        elif problem := self._problem(given):
            self.report(given.module, given.node, problem, hint=hint)

    def _problem(self, given: Located) -> str | None:
        module, node = given.module, given.node
        if isinstance(self.source.resolver.value(module, node).node, _NO_FUNCTIONS):
            return "What Connector is given as update is no function."
        if isinstance(node, ast.Name):
            return f"There is no function {node.id!r}." if self.source.resolver.is_unbound(module, node) else None
        name = self.source.qualified(module, node) or ""
        owner, _, last = name.rpartition(".")
        other = self.source.resolver.modules.get(owner) if isinstance(node, ast.Attribute) else None
        if other is not None and self.source.resolver.is_unbound(other, ast.Name(last, ast.Load())):
            return f"There is no function {last!r} in {other.file}."
        return None
