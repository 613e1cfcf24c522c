"""Rule `error-log-without-cause`."""

from __future__ import annotations

import ast

from ..handlers import caught_names
from ..log_calls import LogCall, LogCalls
from ..models import Category
from ..module import FUNCTIONS, Module
from ..names import last_word
from ..rule import Invalid, Rule

_HEAD = "from fivetran_connector_sdk import Logging as log\n"
_LEVELS = frozenset({"warning", "error", "severe", "critical"})
# What has but one cause, which the handler itself names.
_PLAIN = frozenset(
    {"KeyError", "StopIteration", "ImportError", "ModuleNotFoundError", "FileNotFoundError", "IndexError"}
    | {"Timeout", "ReadTimeout", "ConnectTimeout", "TimeoutError", "TimeoutException", "JSONDecodeError", "NotFound"}
)
_ASKING = frozenset({"format_exc", "exc_info", "print_exc", "format_exception", "exception"})


class ErrorLogWithoutCause(Rule):
    """A message about an exception says which one it was.

    Why: "Sync failed" tells nobody what to do. Put the exception into the text, or give it to
    `log.error(message, exception)`, which adds the trace.
    """

    section, category = "3.3", Category.STYLE
    VALID = (
        _HEAD + "try:\n    pass\nexcept ValueError as error:\n    log.error(f'failed: {error}')\n    raise\n",
        _HEAD + "try:\n    pass\nexcept ValueError as error:\n    log.error('failed', error)\n    raise\n",
        _HEAD
        + "import traceback\ntry:\n    pass\nexcept ValueError:\n    log.severe(traceback.format_exc())\n    raise\n",
        _HEAD + "try:\n    pass\nexcept KeyError:\n    log.warning('no cursor yet')\n",
        _HEAD + "try:\n    pass\nexcept ValueError as error:\n    text = str(error)\n    log.error(text)\n    raise\n",
        _HEAD + "try:\n    pass\nexcept ValueError as error:\n    log.error(str(error))\n    log.error('giving up')\n"
        "    raise\n",
        _HEAD + "log.error('failed')\n",
        _HEAD + "import requests\ntry:\n    pass\nexcept requests.Timeout:\n    log.warning('too slow')\n    raise\n",
        _HEAD
        + "class QuotaUsedUp(Exception):\n    pass\ntry:\n    pass\nexcept QuotaUsedUp:\n    log.warning('quota')\n",
    )
    INVALID = (
        Invalid(_HEAD + "try:\n    pass\nexcept ValueError:\n    log.error('failed')\n    raise\n", at=(5, 5)),
        Invalid(_HEAD + "try:\n    pass\nexcept Exception as error:\n    log.severe('failed')\n    raise\n", at=(5, 5)),
        Invalid(
            _HEAD + "def f():\n    try:\n        pass\n    except (OSError, ValueError):\n        log.warning('ü')\n",
            at=(6, 9),
        ),
        Invalid(_HEAD + "try:\n    pass\nexcept:\n    if True:\n        log.error('failed')\n    raise\n", at=(6, 9)),
        Invalid(
            "from fivetran_connector_sdk import Logging\ntry:\n    pass\nexcept OSError as e:\n"
            "    Logging.error('x')\n    raise e\n",
            at=(5, 5),
        ),
    )

    def check(self) -> None:
        told: set[ast.AST] = set()
        for call in self.reach.shared(LogCalls).all:
            handler = _handler(call) if call.name in _LEVELS else None
            if handler is None or handler in told or self._names_cause(call, handler):
                continue
            if not _tells(call.module, handler):
                told.add(handler)
                message = "The message does not say which exception it was."
                self.report(
                    call.module, call.node, message, hint='Write log.error(f"...: {error}") or log.error("...", error).'
                )

    def _names_cause(self, call: LogCall, handler: ast.ExceptHandler) -> bool:
        """Whether the handler's one class is the project's own, or a branch for one status holds the log call."""
        if isinstance(handler.type, (ast.Name, ast.Attribute)):
            name = self.source.qualified(call.module, handler.type) or ""
            if name in self.source.resolver.definitions:
                return True
        branches = (parent for parent in call.module.ancestors(call.node) if isinstance(parent, ast.If))
        return any(_looks_at_status(call.module, branch.test, handler) for branch in branches)


def _looks_at_status(module: Module, test: ast.expr, handler: ast.ExceptHandler) -> bool:
    first, last = module.span(handler)
    statuses = any("status" in node.attr for node in module.inside(test, ast.Attribute))
    return statuses and first <= module.number(test) < last


def _handler(call: LogCall) -> ast.ExceptHandler | None:
    """The handler around a log call, unless it catches what has but one cause."""
    for parent in call.module.ancestors(call.node):
        if isinstance(parent, FUNCTIONS):
            return None
        if isinstance(parent, ast.ExceptHandler):
            return None if _PLAIN.issuperset(caught_names(parent)) else parent
    return None


def _tells(module: Module, handler: ast.ExceptHandler) -> bool:
    """Whether the handler uses the exception for more than to raise it again."""
    if any(last_word(node) in _ASKING for node in module.inside(handler, ast.Attribute, ast.Name)):
        return True
    uses = (node for node in module.inside(handler, ast.Name) if node.id == handler.name)
    return any(not isinstance(module.parents[use], ast.Raise) for use in uses)
