"""Rule `validate-configuration-late`."""

from __future__ import annotations

import ast
from functools import cached_property

from ..arguments import called_functions
from ..call_graph import CallGraph
from ..configuration_reads import ConfigurationReads
from ..log_calls import LogCalls
from ..models import Category
from ..module import FUNCTIONS, Function, Module
from ..names import last_word
from ..rule import Invalid, Rule
from ..validation import Validation

_HEAD = "from fivetran_connector_sdk import Connector, Logging as log\n"
_CHECK = (
    "def validate_configuration(configuration):\n    if 'key' not in configuration:\n        raise ValueError('key')\n"
)
# What looks at the configuration as a whole, or copies it.
_LOOKING = frozenset("len bool isinstance type print repr str dict copy deepcopy list set sorted".split())
# To ask whether a key is there breaks nothing.
_PREPARING = (ast.Assign, ast.AnnAssign, ast.If, ast.BoolOp, ast.UnaryOp, ast.IfExp, ast.Return, ast.Compare)
_CHANGING = frozenset({"setdefault", "update", "copy"})
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
    fixable = True
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
        _update(
            "given = {key: value.strip() for key, value in configuration.items()}", "validate_configuration(given)"
        ),
        _update("if 'key' in configuration:", "    validate_configuration(configuration)"),
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
                "if configuration['key']:",
                "    pass",
                "try:",
                "    validate_configuration(configuration)",
                "finally:",
                "    pass",
            ),
            at=(9, 9),
        ),
        Invalid(
            _update("client = connect(configuration)", "run(configuration)").replace(
                "def update", "def run(given):\n    validate_configuration(given)\ndef update"
            ),
            at=(9, 5),
        ),
        Invalid(
            _update("settings = {**configuration}", "key = settings['key']", "validate_configuration(configuration)"),
            at=(8, 5),
        ),
    )

    def check(self) -> None:
        update = self.reach.update
        if update is not None and isinstance(update.node, FUNCTIONS):
            self._look_at(update.module, update.node, set())

    def _look_at(self, module: Module, function: Function, seen: set[ast.AST]) -> None:
        """Looks from the first statement that validates backward, and into the function by which it does."""
        seen.add(function)
        call = self._first_validation(module, function)
        if call is None:
            return
        if early := self._earlier_use(module, function, call):
            message = f"The configuration is used in line {module.position(early)[0]}, before it is validated."
            self.report(module, call, message, hint="Validate it first in update.")
        elif call not in self._validating:
            for where, called, _ in called_functions(self.source, module, call):
                if called in self._leading and called not in seen:
                    self._look_at(where, called, seen)

    def _first_validation(self, module: Module, function: Function) -> ast.Call | None:
        """The first call of a function that validates, or leads to one that does."""
        graph = self.reach.shared(CallGraph)
        leading = graph.calls_into(self._leading)
        calls = (call for call in module.own(function, ast.Call) if call in self._validating or call in leading)
        return min(calls, key=module.number, default=None)

    @cached_property
    def _validating(self) -> set[ast.expr]:
        return {node for _, node in self.reach.shared(Validation).uses if isinstance(node, ast.Call)}

    @cached_property
    def _leading(self) -> set[ast.AST]:
        """The functions that come to such a call."""
        uses = self.reach.shared(Validation).uses
        owners = {module.callable_of(node) for module, node in uses if isinstance(node, ast.Call)}
        return self.reach.shared(CallGraph).leading({owner for owner in owners if owner is not None})

    def _earlier_use(self, module: Module, function: Function, call: ast.Call) -> ast.expr | None:
        """The first use of the configuration in the body of the function that runs before the call."""
        reads = self.reach.shared(ConfigurationReads)
        logged = {each.node for each in self.reach.shared(LogCalls).all if each.module is module}
        for node in module.own(function, ast.Name):
            if module.number(node) >= module.number(call):
                return None
            inside = not logged.isdisjoint(module.ancestors(node))
            if reads.is_whole(node) and not inside and not _only_prepares(module, node):
                return node
        return None


def _only_prepares(module: Module, node: ast.expr) -> bool:
    """Whether the configuration is only renamed, copied, cleaned, given defaults, or looked at as a whole."""
    parent = module.parents[node]
    if isinstance(parent, _PREPARING):
        return True
    if isinstance(parent, ast.Dict):
        return None in parent.keys
    if isinstance(parent, (ast.Call, ast.keyword)):
        call = module.parents[parent] if isinstance(parent, ast.keyword) else parent
        return isinstance(call, ast.Call) and last_word(call.func) in _LOOKING
    if isinstance(parent, ast.Subscript):
        return not isinstance(parent.ctx, ast.Load)
    return isinstance(parent, ast.Attribute) and _cleans(module, parent)


def _cleans(module: Module, method: ast.Attribute) -> bool:
    """Whether a method of the configuration changes or copies it: as a whole, or value by value."""
    call = module.parents[method]
    if method.attr in _CHANGING:
        return True
    around = module.parents[call]
    if isinstance(around, ast.comprehension):
        return isinstance(module.parents[module.parents[around]], (ast.Assign, ast.AnnAssign, ast.Call))
    return isinstance(around, ast.Call) and last_word(around.func) in _LOOKING
