"""Rule `validate-configuration-late`."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..configuration_reads import ConfigurationReads
from ..connector_object import Callback
from ..log_calls import LogCalls
from ..models import Category
from ..module import FUNCTIONS, Module
from ..rule import Invalid, Rule
from ..validation import Validation

_HEAD = "from fivetran_connector_sdk import Connector, Logging as log\n"
_CHECK = (
    "def validate_configuration(configuration):\n    if 'key' not in configuration:\n        raise ValueError('key')\n"
)
_MADE = "connector = Connector(update=update)\n"


def _update(*lines: str) -> str:
    body = "".join(f"    {line}\n" for line in lines)
    return f"{_HEAD}{_CHECK}def update(configuration, state):\n{body}{_MADE}"


class ValidateConfigurationLate(Rule):
    """update validates the configuration before it uses it.

    Why: what is missing otherwise fails at its first use, with a KeyError instead of a message that says what to fill
    in. A log line or a docstring before it is fine.
    """

    section, category = "4.2", Category.SPEC
    VALID = (
        _update("validate_configuration(configuration)", "key = configuration['key']"),
        _update("'''Syncs.'''", "log.info('Starting')", "validate_configuration(configuration=configuration)"),
        _update("cursor = state.get('cursor')", "validate_configuration(configuration)", "print(configuration['key'])"),
        _update(
            "try:",
            "    validate_configuration(configuration)",
            "except ValueError:",
            "    raise",
            "configuration.get('key')",
        ),
        _update("log.info(f'{len(configuration)} keys')", "validate_configuration(configuration)"),
        _update("def read():", "    return configuration['key']", "validate_configuration(configuration)", "read()"),
        _HEAD
        + "class Client:\n    def __init__(self, configuration):\n        self.validate_configuration(configuration)\n"
        "    def validate_configuration(self, configuration): ...\n"
        "def update(configuration, state):\n    Client(configuration)\n" + _MADE,
    )
    INVALID = (
        Invalid(_update("key = configuration['key']", "validate_configuration(configuration)"), at=(7, 5)),
        Invalid(
            _update("url = configuration.get('url')", "log.info(url)", "validate_configuration(configuration)"),
            at=(8, 5),
        ),
        Invalid(_update("client = connect(configuration)", "validate_configuration(configuration)"), at=(7, 5)),
        Invalid(
            _update(
                "if 'key' in configuration:",
                "    pass",
                "try:",
                "    validate_configuration(configuration)",
                "finally:",
                "    pass",
            ),
            at=(9, 9),
        ),
        Invalid(
            _update("settings = {**configuration}", "key = settings['key']", "validate_configuration(configuration)"),
            at=(8, 5),
        ),
    )

    def check(self) -> None:
        update = self.reach.update
        if update is None or not isinstance(update.node, FUNCTIONS):
            return
        uses = self.reach.shared(Validation).uses
        own = [node for module, node in uses if module is update.module and module.callable_of(node) is update.node]
        calls = [node for node in own if isinstance(node, ast.Call)]
        if calls and (early := self._earlier_use(update, calls[0])):
            module, line = update.module, update.module.position(early)[0]
            message = f"The configuration is used in line {line}, before it is validated."
            self.report(module, calls[0], message, hint="Validate it first in update.")

    def _earlier_use(self, update: Callback, call: ast.Call) -> ast.expr | None:
        """The first use of the configuration in the body of update that runs before the call."""
        module, first = update.module, update.module.number(call)
        for node in self._uses(module, update.node):
            if module.number(node) < first:
                return node
        return None

    def _uses(self, module: Module, update: ast.AST) -> Iterator[ast.expr]:
        reads = self.reach.shared(ConfigurationReads)
        logged = [call.node for call in self.reach.shared(LogCalls).all if call.module is module]
        for node in module.own(update, ast.Name):
            inside = any(parent in logged for parent in module.ancestors(node))
            if reads.is_whole(node) and not inside and not _only_renames(module, node):
                yield node


def _only_renames(module: Module, node: ast.Name) -> bool:
    return isinstance(module.parents[node], (ast.Assign, ast.AnnAssign))
