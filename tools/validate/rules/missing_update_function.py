"""Rule `missing-update-function`."""

from __future__ import annotations

import ast

from ..callables import not_callable
from ..handlers import may_be_absent
from ..models import Category
from ..module import Module
from ..resolve import Located
from ..rule import Invalid, Rule

_HEAD = "from fivetran_connector_sdk import Connector\n"
_MADE = "connector = Connector(update=update)\n"


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
        _HEAD
        + "def make():\n    def update(configuration, state): ...\n    return update\nconnector = Connector(make())\n",
        _HEAD + "class Sync:\n    def __call__(self, configuration, state): ...\nconnector = Connector(Sync())\n",
        _HEAD
        + "def build():\n    return Connector(update)\ndef update(configuration, state): ...\nconnector = build()\n",
        {
            "connector.py": _HEAD + "from sync import update\n" + _MADE,
            "sync/__init__.py": "from .update import update\n",
            "sync/update.py": "def update(configuration, state): ...\n",
        },
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
        Invalid(_HEAD + "def update(configuration, state): ...\nconnector = Connector(update({}, {}))\n", at=(3, 23)),
        Invalid(_HEAD + _MADE + "def update(configuration, state): ...\n", at=(2, 30)),
        Invalid(_HEAD + "class Sync:\n    def run(self): ...\nconnector = Connector(Sync().update)\n", at=(4, 23)),
        Invalid(
            _HEAD + "import sync\nconnector = Connector(update=sync)\n",
            at=(3, 30),
            others={"sync.py": "def update(configuration, state): ...\n"},
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
        if reason := not_callable(self.source, given):
            return f"What Connector is given as update {reason}."
        if isinstance(node, ast.Name):
            return self._problem_of_name(module, node)
        name = self.source.qualified(module, node) or ""
        owner, _, last = name.rpartition(".")
        other = self.source.resolver.modules.get(owner) if isinstance(node, ast.Attribute) else None
        if other is not None and self.source.resolver.is_unbound(other, ast.Name(last, ast.Load())):
            return f"There is no function {last!r} in {other.file}."
        return None

    def _problem_of_name(self, module: Module, node: ast.Name) -> str | None:
        bound = self.source.names(module).lookup(node)
        if self.source.resolver.is_unbound(module, node):
            return f"There is no function {node.id!r}."
        if len(bound) == 1 and isinstance(bound[0].node, ast.alias) and not may_be_absent(module, bound[0].node):
            return self._problem_of_import(bound[0].qualified or "")
        at_once = module.callable_of(node) is None
        later = bound and all(module.number(each.node) > module.number(node) for each in bound)
        if at_once and later and not self.source.names(module).bound.stars:
            return f"The function {node.id!r} is defined below this line, and not there yet when it runs."
        return None

    def _problem_of_import(self, name: str) -> str | None:
        """What is wrong with `from MODULE import NAME`, where the module belongs to the project."""
        owner, _, last = name.rpartition(".")
        other = self.source.resolver.modules.get(owner)
        if other is None or other.is_package:
            return None
        names = self.source.names(other)
        hidden = names.bound.of(other.tree, "__getattr__") or self.source.resolver.is_changed(owner, last)
        missing = self.source.resolver.is_unbound(other, ast.Name(last, ast.Load())) and not hidden
        return f"There is no function {last!r} in {other.file}." if missing else None
