"""Rule `missing-validate-configuration`."""

from __future__ import annotations

from ..models import Category
from ..rule import Invalid, Rule
from ..validation import Validation

_HEAD = "from fivetran_connector_sdk import Connector\n"
_UPDATE = "def update(configuration, state):\n    pass\n"
_MADE = "connector = Connector(update=update)\n"
_CHECKED = (
    "def validate_configuration(configuration):\n    if 'key' not in configuration:\n        raise ValueError('key')\n"
)


class MissingValidateConfiguration(Rule):
    """update validates the configuration, in a function of its own.

    Why: a missing or misspelt value otherwise fails somewhere in the middle of a sync, with a message about something
    else. The specification asks for `validate_configuration`, which raises a ValueError that names the value, at the
    begin of update.
    """

    section, category = "4.2", Category.SPEC
    fixable = True
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
            _HEAD + _CHECKED + "def update(configuration, state):\n    validate_configuration\n" + _MADE, at=(5, 1)
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
        validation = self.reach.shared(Validation)
        if any(self.reach.is_reached(module, node) for module, node in validation.uses):
            return
        exists = next((function.name for _, function in validation.definitions), None)
        name = getattr(update.node, "name", "update")
        absent = f"There is no validate_configuration function that {name}() reaches."
        message = f"{exists} exists, and {name}() never reaches it." if exists else absent
        self.report(
            update.module,
            update.node,
            message,
            hint="Call `validate_configuration(configuration)` first in update: a ValueError for what is missing.",
        )
