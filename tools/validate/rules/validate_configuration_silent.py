"""Rule `validate-configuration-silent`."""

from __future__ import annotations

import ast
import builtins

from ..arguments import called_functions
from ..models import Category, Severity
from ..module import Function, Module
from ..names import LOGGING
from ..refusals import Refusals
from ..rule import Invalid, Rule
from ..validation import Validation

_HEAD = "from fivetran_connector_sdk import Connector, Logging as log\n"
_UPDATE = "def update(configuration, state):\n    validate_configuration(configuration)\n"
"connector = Connector(update=update)\n"
# Calls that raise a ValueError for a value of the wrong form.
_RAISING = frozenset(
    "int float complex fromisoformat strptime loads UUID ip_address urlparse index remove b64decode".split()
)
_QUIET = frozenset(
    """
    len str bool isinstance print get strip lower upper keys items values join split append all any list set dict tuple
    sorted startswith endswith format info warning severe error fine debug critical isdigit range enumerate
    setdefault update pop copy add append extend match fullmatch search compile findall lstrip rstrip title replace
    isalpha isalnum isnumeric count find zip map filter min max sum difference intersection issubset issuperset
    """.split()
)


def _check(*lines: str) -> str:
    return _HEAD + "def validate_configuration(configuration):\n" + "".join(f"    {line}\n" for line in lines) + _UPDATE


class ValidateConfigurationSilent(Rule):
    """The function that validates the configuration raises a ValueError for what is wrong.

    Why: what only logs, or returns False to nobody, lets the sync go on, and it fails later with a message about
    something else. Another exception than ValueError stops the sync as well, and is told for information.
    """

    section, category = "4.2", Category.SPEC
    VALID = (
        _check("if 'key' not in configuration:", "    raise ValueError('key is missing')"),
        _check("for key in ('a', 'b'):", "    require(configuration, key)").replace(
            "def update",
            "def require(given, key):\n    if key not in given:\n        raise ValueError(key)\ndef update",
        ),
        _check("int(configuration['page_size'])"),
        _check("vendor.check(configuration)"),
        _HEAD + "class ConfigError(ValueError):\n    pass\n"
        "def validate_configuration(given):\n    if not given:\n        raise ConfigError('empty')\n" + _UPDATE,
        _HEAD + "def is_valid_configuration(configuration):\n    return 'key' in configuration\n"
        "def update(configuration, state):\n    if not is_valid_configuration(configuration):\n"
        "        raise ValueError\n"
        "connector = Connector(update=update)\n",
        _check("assert 'key' in configuration"),
        _check("try:", "    int(configuration['size'])", "except ValueError as error:", "    raise error"),
    )
    INVALID = (
        Invalid(_check("pass"), at=(2, 1)),
        Invalid(_check("if 'key' not in configuration:", "    log.severe('key is missing')"), at=(2, 1)),
        Invalid(_check("return 'key' in configuration"), at=(2, 1)),
        Invalid(_check("missing = [k for k in ('a', 'b') if k not in configuration]", "return not missing"), at=(2, 1)),
        Invalid(
            _check("try:", "    int(configuration['size'])", "except ValueError:", "    log.severe('size')"), at=(2, 1)
        ),
        Invalid(
            _check("return 'key' in configuration").replace(
                "    validate_configuration(configuration)\n",
                "    if not validate_configuration(configuration):\n        log.severe('key')\n        return\n",
            ),
            at=(2, 1),
        ),
        Invalid(
            _HEAD + "def validate_configuration(given):\n    if not given:\n        raise ValueError('empty')\n"
            "def update(configuration, state):\n    try:\n        validate_configuration(configuration)\n"
            "    except ValueError as error:\n        log.severe(str(error))\n"
            "connector = Connector(update=update)\n",
            at=(8, 5),
        ),
        Invalid(
            _check("if not configuration.get('key'):", "    raise RuntimeError('key is missing')"),
            at=(4, 9),
            severity=Severity.INFO,
        ),
        Invalid(
            "from fivetran_connector_sdk import Logging as log\n"
            "def validate_config(config):\n    for key in ['a']:\n        if key not in config:\n"
            "            log.warning(key)\n",
            at=(2, 1),
            file="checks.py",
            others={
                "connector.py": _HEAD + "import checks\ndef update(configuration, state):\n"
                "    checks.validate_config(configuration)\nconnector = Connector(update=update)\n"
            },
        ),
    )

    def check(self) -> None:
        validation, refusals = self.reach.shared(Validation), self.reach.shared(Refusals)
        validators: set[ast.AST] = {function for _, function in validation.definitions}
        seen: set[ast.AST] = set()
        for module, call in validation.uses:
            # What a function that validates calls is looked at with it.
            inner = module.function_of(call) in validators
            if inner or not isinstance(call, ast.Call) or not self.reach.is_reached(module, call):
                continue
            if (handler := refusals.swallowing(module, call)) is not None:
                message = "The error that refuses the configuration is caught here, and the sync goes on."
                self.report(module, handler, message, hint="Let it pass, or raise it again.")
                continue
            found = validation.called(module, call)
            if found is not None and found[1] not in seen and refusals.is_lost(module, call):
                seen.add(found[1])
                self._look_at(*found)

    def _look_at(self, module: Module, function: Function) -> None:
        raised = self._raised(module, function, set())
        hint = "Raise a ValueError that names what is missing or wrong."
        if raised is None or any(self._may_be_value_error(*each) for each in raised):
            return
        if not raised:
            self.report(module, function, f"{function.name}() cannot raise a ValueError.", hint=hint)
        else:
            where, node = raised[0]
            message = "The configuration is refused with another exception than ValueError."
            self.report(where, node, message, hint=hint, severity=Severity.INFO)

    def _raised(self, module: Module, function: Function, seen: set[ast.AST]) -> list[tuple[Module, ast.Raise]] | None:
        """What the function, and those of the project that it calls, raise; None where anything may be raised."""
        seen.add(function)
        if next(module.own(function, ast.Assert, ast.Await), None) is not None:
            return None
        refusals = self.reach.shared(Refusals)
        found = [(module, node) for node in module.own(function, ast.Raise) if not refusals.swallowing(module, node)]
        for call in module.own(function, ast.Call):
            if refusals.swallowing(module, call):
                continue
            inner = called_functions(self.source, module, call)
            if not inner and self._may_raise(module, call):
                return None
            for where, called, _ in inner:
                more = self._raised(where, called, seen) if called not in seen else []
                if more is None:
                    return None
                found += more
        return found

    def _may_raise(self, module: Module, call: ast.Call) -> bool:
        """Whether a call of something that is not the project's may raise a ValueError."""
        if isinstance(module.parents[call], ast.Raise):
            return False
        name = self.source.qualified(module, call.func) or ""
        word = name.rpartition(".")[2] or getattr(call.func, "attr", "")
        return word in _RAISING or not (name.startswith((LOGGING, "builtins.")) or word in _QUIET)

    def _may_be_value_error(self, module: Module, node: ast.Raise) -> bool:
        exc = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
        name = (self.source.qualified(module, exc) or "") if exc is not None else ""
        owner, _, last = name.rpartition(".")
        known = getattr(builtins, last, None) if owner == "builtins" else None
        return not isinstance(known, type) or issubclass(known, ValueError)
