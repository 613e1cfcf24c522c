"""Rule `log-arguments`."""

from __future__ import annotations

import ast

from ..bindings import Binding
from ..configuration_reads import ConfigurationReads
from ..literals import followed
from ..log_calls import LogCall, LogCalls
from ..models import Category
from ..module import Module
from ..rule import Invalid, Rule
from ..sdk import LOG_METHODS, log_signatures
from ..signature import misfit
from ..state_reads import StateReads

_HEAD = "from fivetran_connector_sdk import Logging as log\n"
_KINDS: dict[type[ast.expr], str] = {
    ast.Dict: "a dict",
    ast.DictComp: "a dict",
    ast.List: "a list",
    ast.ListComp: "a list",
    ast.Tuple: "a tuple",
    ast.Set: "a set",
    ast.SetComp: "a set",
    ast.GeneratorExp: "a generator",
    ast.Lambda: "a function",
    ast.Compare: "a boolean",
}
_MAKERS = {
    f"builtins.{name}": kind
    for names, kind in (
        ("len int float sum round abs", "a number"),
        ("list sorted dir", "a list"),
        ("dict vars", "a dict"),
        ("tuple", "a tuple"),
        ("set", "a set"),
        ("bool isinstance", "a boolean"),
    )
    for name in names.split()
}
_TEXT = "Give one text: an f-string, or str(...)."

_MOMENTS = frozenset({"datetime.datetime.now", "datetime.datetime.utcnow", "datetime.date.today"})
_CLIENTS = ("requests.", "httpx.")
_TEXTS = frozenset({"builtins.str", "builtins.repr", "traceback.format_exc"})


class LogArguments(Rule):
    """A log call is given one text, and error, severe and critical an exception beside it.

    Why: `log.info("%s rows", count)` is a TypeError, and a message that is no text (a dict, a number, the exception
    itself) is an AttributeError: the log line ends the sync. The signatures are those of the installed SDK.
    """

    section, category = "3.3", Category.BREAKS
    VALID = (
        _HEAD + "log.info('a')\nlog.info(f'{1} rows')\nlog.info('%s rows' % 1)\nlog.info('{}'.format(1))\n",
        _HEAD
        + "try:\n    pass\nexcept ValueError as error:\n    log.error('failed', error)\n    log.severe(str(error))\n",
        _HEAD + "log.error(message='failed', exception=None)\nlog.warning(message='late')\n",
        _HEAD + "def f(text, *parts):\n    log.info(text)\n    log.info(*parts)\n",
        "import logging\nlog = logging.getLogger()\nlog.info('%s', 1)\n",
        _HEAD + "TEXT = 'ready'\nlog.info(TEXT)\nlog.info('a' 'b' + TEXT)\nlog.fine(repr({}))\n",
        _HEAD + "def f(response):\n    log.info(response.text)\n",
    )
    INVALID = (
        Invalid(_HEAD + "log.info('%s rows', 5)\n", at=(2, 1)),
        Invalid(_HEAD + "log.info({'rows': 5})\n", at=(2, 10)),
        Invalid(_HEAD + "try:\n    pass\nexcept ValueError as error:\n    log.error(error)\n    raise\n", at=(5, 15)),
        Invalid(_HEAD + "log.error('failed', exc_info=True)\n", at=(2, 1)),
        Invalid(_HEAD + "log.warning()\n", at=(2, 1)),
        Invalid(_HEAD + "def f(rows):\n    log.fine(len(rows))\n", at=(3, 14)),
        Invalid(_HEAD + "log.info(None)\n", at=(2, 10)),
        Invalid(_HEAD + "rows = [1]\nlog.info(message=rows)\n", at=(3, 18)),
        Invalid(
            _HEAD + "try:\n    pass\nexcept ValueError as e:\n    log.severe('failed', str(e))\n    raise\n", at=(5, 26)
        ),
        Invalid("from fivetran_connector_sdk import Logging\nLogging.info('a', 'b')\n", at=(2, 1)),
    )

    def check(self) -> None:
        for call in self.reach.shared(LogCalls).all:
            if call.name in LOG_METHODS and not self._report_misfit(call):
                self._report_kinds(call)

    def _report_misfit(self, call: LogCall) -> bool:
        node, signature = call.node, log_signatures()[call.name]
        keywords = [keyword.arg for keyword in node.keywords]
        if None in keywords or any(isinstance(arg, ast.Starred) for arg in node.args):
            return True
        problem = misfit(signature, len(node.args), frozenset(name for name in keywords if name))
        if problem:
            message = f"log.{call.name} is called with arguments that do not fit: {problem}."
            self.report(call.module, node, message, hint=_TEXT)
        return problem is not None

    def _report_kinds(self, call: LogCall) -> None:
        if call.message is not None and (kind := self._kind(call.module, call.message)):
            self.report(call.module, call.message, f"The message is {kind}, not a text.", hint=_TEXT)
        named = (keyword.value for keyword in call.node.keywords if keyword.arg == "exception")
        second = call.node.args[1] if len(call.node.args) > 1 else next(named, None)
        if second is not None and self._is_no_exception(call.module, second):
            self.report(call.module, second, "This is no exception.", hint="Give the exception itself, or nothing.")

    def _kind(self, module: Module, node: ast.expr) -> str | None:
        """What a message certainly is, where that is no text."""
        found = followed(self.source, module, node)
        if isinstance(found.node, ast.Constant):
            return None if isinstance(found.node.value, str) else f"{found.node.value!r}"
        if isinstance(found.node, ast.Call):
            name = self.source.qualified(found.module, found.node.func) or ""
            return "a moment" if name in _MOMENTS else _MAKERS.get(name)
        if isinstance(found.node, ast.Attribute):
            name = self.source.qualified(found.module, found.node) or ""
            return "a number" if name.endswith(".status_code") and name.startswith(_CLIENTS) else None
        if isinstance(found.node, ast.Name):
            bindings = self.source.names(module).lookup(found.node)
            if len(bindings) == 1 and isinstance(bindings[0].node, ast.arg) and self._is_given_dict(found.node):
                return "a dict"
            if _counts(module, bindings):
                return "a number"
            caught = bool(bindings) and all(isinstance(each.node, ast.ExceptHandler) for each in bindings)
            return "an exception" if caught else None
        return _KINDS.get(type(found.node))

    def _is_given_dict(self, node: ast.Name) -> bool:
        """Whether a parameter is the state or the configuration, as the SDK gives them."""
        return self.reach.shared(StateReads).is_whole(node) or self.reach.shared(ConfigurationReads).is_whole(node)

    def _is_no_exception(self, module: Module, node: ast.expr) -> bool:
        found = followed(self.source, module, node)
        if isinstance(found.node, ast.Constant):
            return found.node.value is not None
        if isinstance(found.node, ast.Call):
            return self.source.qualified(found.module, found.node.func) in _TEXTS
        return isinstance(found.node, (ast.JoinedStr, *_KINDS))


def _counts(module: Module, bindings: list[Binding]) -> bool:
    """Whether a variable begins as a number, and only operations like `+=` change it."""
    begins = [each for each in bindings if not isinstance(module.parents.get(each.node), ast.AugAssign)]
    values = [each.value.value if isinstance(each.value, ast.Constant) else None for each in begins]
    return bool(values) and all(isinstance(value, (int, float)) for value in values)
