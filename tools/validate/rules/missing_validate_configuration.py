"""Rule `missing-validate-configuration`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from ..models import Category
from ..module import FUNCTIONS, Module
from ..rule import Invalid, Rule

_HEAD = "from fivetran_connector_sdk import Connector\n"
_UPDATE = "def update(configuration, state):\n    pass\n"
_MADE = "connector = Connector(update=update)\n"
_CHECKED = (
    "def validate_configuration(configuration):\n    if 'key' not in configuration:\n        raise ValueError('key')\n"
)
_VERBS = frozenset(
    {
        "validate",
        "validates",
        "validated",
        "validator",
        "validation",
        "check",
        "verify",
        "ensure",
        "require",
        "assert",
        "valid",
    }
)
_OBJECTS = frozenset(
    {"config", "configuration", "configurations", "configs", "conf", "cfg", "settings", "parameters", "params"}
)
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


class MissingValidateConfiguration(Rule):
    """update validates the configuration, in a function of its own.

    Why: a missing or misspelt value otherwise fails somewhere in the middle of a sync, with a message about something
    else. The specification asks for `validate_configuration`, which raises a ValueError that names the value, at the
    begin of update.
    """

    section, category = "4.2", Category.SPEC
    VALID = (
        _HEAD + _CHECKED + "def update(configuration, state):\n    validate_configuration(configuration)\n" + _MADE,
        _HEAD + "def _validate_config(config):\n    pass\n"
        "def update(configuration, state):\n    _validate_config(configuration)\n" + _MADE,
        _HEAD
        + "class Source:\n    def __init__(self, configuration):\n        self.validate_configuration(configuration)\n"
        "    def validate_configuration(self, configuration):\n        pass\n"
        "def update(configuration, state):\n    Source(configuration)\n" + _MADE,
        {
            "connector.py": _HEAD + "import checks\n"
            "def update(configuration, state):\n    checks.validate_configuration(configuration)\n" + _MADE,
            "checks.py": _CHECKED,
        },
        _HEAD + "class ConfigValidator:\n    def validate(self, configuration):\n        pass\n"
        "def update(configuration, state):\n    ConfigValidator().validate(configuration)\n" + _MADE,
        _HEAD + "from vendor import update\n" + _MADE,
    )
    INVALID = (
        Invalid(_HEAD + _UPDATE + _MADE, at=(2, 1)),
        Invalid(_HEAD + _CHECKED + _UPDATE + _MADE, at=(5, 1)),
        Invalid(
            _HEAD + _CHECKED + _UPDATE + _MADE + "if __name__ == '__main__':\n    validate_configuration({})\n",
            at=(5, 1),
        ),
        Invalid(
            _HEAD + "def validate_rows(rows):\n    pass\n"
            "def update(configuration, state):\n    validate_rows([])\n" + _MADE,
            at=(4, 1),
        ),
        Invalid(_HEAD + "connector = Connector(update=lambda configuration, state: None)\n", at=(2, 30)),
    )

    def check(self) -> None:
        update = self.reach.update
        if update is None or self.source.broken:
            return
        if any(self.reach.is_reached(module, node) for module, node in self._uses()):
            return
        exists = next(iter(self._definitions()), None)
        name = getattr(update.node, "name", "update")
        message = (
            f"{exists} exists, and {name}() never reaches it." if exists else "Nothing validates the configuration."
        )
        self.report(
            update.module,
            update.node,
            message,
            hint="Call `validate_configuration(configuration)` first in update: a ValueError for what is missing.",
        )

    def _uses(self) -> Iterator[tuple[Module, ast.AST]]:
        """Where a function that validates the configuration is called or handed on."""
        for module in self.source.modules:
            for call in module.each(ast.Call):
                if _validates(self._name(module, call.func), " ".join(_given(call))):
                    yield module, call
            for node in module.each(ast.Name, ast.Attribute):
                known = self.source.qualified(module, node) in self.source.resolver.definitions
                if known and isinstance(node.ctx, ast.Load) and _validates(self._name(module, node)):
                    yield module, node

    def _definitions(self) -> Iterator[str]:
        for module in self.source.modules:
            for node in module.each(*FUNCTIONS):
                owner = module.scope_of(node)
                if _validates(f"{owner.name}.{node.name}" if isinstance(owner, ast.ClassDef) else node.name):
                    yield node.name

    def _name(self, module: Module, node: ast.expr) -> str:
        """The name that is written, with the class of a method, which may say the half of it."""
        if not isinstance(node, ast.Attribute):
            return node.id if isinstance(node, ast.Name) else ""
        owner = self.source.qualified(module, node.value) or ""
        return f"{owner.removesuffix('()').rpartition('.')[2]}.{node.attr}"


def _given(call: ast.Call) -> Iterator[str]:
    """The names that a call is given, and those that it gives them."""
    yield from (arg.id for arg in call.args if isinstance(arg, ast.Name))
    yield from (keyword.arg for keyword in call.keywords if keyword.arg)


def _validates(name: str, given: str = "") -> bool:
    """Whether a function's name says that it validates, and the name, or what it is `given`, says what.

    The words may be joined in any style: `validate_configuration`, `ConfigValidator`.
    """
    words, others = ({word.lower() for word in _WORD.findall(text)} for text in (name, given))
    return not words.isdisjoint(_VERBS) and not (words | others).isdisjoint(_OBJECTS)
