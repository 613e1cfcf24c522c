"""Rule `unknown-log-method`."""

from __future__ import annotations

import ast

from ...nearest import nearest
from ..log_calls import LogCalls
from ..models import Category
from ..module import Module
from ..names import LOGGING
from ..rule import Invalid, Rule
from ..sdk import LOG_METHODS, log_names
from ..sdk_uses import added, may_lack, uses

_HEAD = "from fivetran_connector_sdk import Logging as log\n"
# What other logging libraries call them.
_MEANT = {"warn": "warning", "exception": "error", "fatal": "critical", "trace": "fine", "log": "info", "err": "error"}


class UnknownLogMethod(Rule):
    """Only methods that the SDK's log has are called.

    Why: `log.warn` or `log.exception` is an AttributeError when the line is reached, often in the very handler that
    should report an error. The log has debug, fine, info, warning, error, severe and critical; `severe` works, and is
    deprecated since SDK 2.8.2 in favour of `error`.
    """

    section, category = "3.3", Category.BREAKS
    VALID = (
        _HEAD + "log.info('a')\nlog.fine('b')\nlog.warning('c')\nlog.severe('d')\nlog.error('e', ValueError())\n",
        "import logging\nlog = logging.getLogger(__name__)\nlog.warn('a')\nlog.exception('b')\n",
        "from loguru import logger as log\nlog.success('a')\n",
        "def run(log):\n    log.warn('a')\n",
        _HEAD + "print(log.__name__, log.LOG_LEVEL)\n",
        _HEAD + "class Report:\n    def log(self):\n        return self.log.warn('a')\n",
    )
    INVALID = (
        Invalid(_HEAD + "log.warn('late')\n", at=(2, 1)),
        Invalid(_HEAD + "try:\n    pass\nexcept ValueError:\n    log.exception('failed')\n    raise\n", at=(5, 5)),
        Invalid("import fivetran_connector_sdk as sdk\nsdk.Logging.trace('x')\n", at=(2, 1)),
        Invalid("from fivetran_connector_sdk import Logging\nlogger = Logging\nlogger.fatal('x')\n", at=(3, 1)),
        Invalid(_HEAD + "def f():\n    if True:\n        log.information(f'{1} rows')\n", at=(4, 9)),
    )

    def check(self) -> None:
        patched = added(self.source, LOGGING)
        written: dict[ast.AST, str] = {use: use.attr for _, use in uses(self.source, LOGGING)}
        for module, use in uses(self.source, LOGGING):
            self._look_at(module, use, use.attr, patched)
        for call in self.reach.shared(LogCalls).all:
            alias = isinstance(call.node.func, ast.Name) and call.name in written.values()
            if call.node.func not in written and not alias:
                self._look_at(call.module, call.node, call.name, patched)

    def _look_at(self, module: Module, node: ast.AST, name: str, patched: frozenset[str]) -> None:
        if name in log_names() | patched or name.startswith("_") or may_lack(module, node, name):
            return
        near = _MEANT.get(name) or nearest(name, sorted(LOG_METHODS))[0]
        self.report(module, node, f"The SDK's log has no method {name!r}.", hint=f"Write log.{near}(...).")
