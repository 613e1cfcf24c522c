"""Rule `missing-error-handling`."""

from __future__ import annotations

import ast

from ..handed import Handed
from ..handlers import TRIES
from ..models import Category, Severity
from ..module import Module
from ..rule import Invalid, Rule
from ..source_calls import SourceCalls

_HEAD = "import requests\nfrom fivetran_connector_sdk import Connector, Logging as log, Operations as op\n"
_MADE = "connector = Connector(update=update)\n"


def _update(*lines: str) -> str:
    return f"{_HEAD}def update(configuration, state):\n" + "".join(f"    {line}\n" for line in lines) + _MADE


class MissingErrorHandling(Rule):
    """Between update and the source something catches what fails, logs it and raises it again.

    Why: the log then says what the connector was doing when the source failed, which table and which page; a bare trace
    does not. Half of all public connectors do without; so this is for information only.
    """

    section, category, severity = "8.3", Category.SPEC, Severity.INFO
    VALID = (
        _update(
            "try:",
            "    requests.get('u', timeout=3)",
            "except requests.RequestException as error:",
            "    log.error('u', error)",
            "    raise",
        ),
        _update("op.upsert('t', {'id': 1})"),
        _HEAD + "def fetch():\n    return requests.get('u', timeout=3)\ndef update(configuration, state):\n    try:\n"
        "        fetch()\n"
        "    except Exception as error:\n        raise RuntimeError('fetch') from error\n" + _MADE,
        _HEAD + "def fetch(state):\n    return requests.get('u', timeout=3)\ndef update(configuration, state):\n"
        "    for step in [fetch]:\n        try:\n            step(state)\n"
        "        except Exception as error:\n            raise RuntimeError('fetch') from error\n" + _MADE,
        "from vendor import update\nfrom fivetran_connector_sdk import Connector\n" + _MADE,
    )
    INVALID = (
        Invalid(_update("requests.get('u', timeout=3)"), at=(3, 1)),
        Invalid(
            _update(
                "for row in requests.get('u', timeout=3).json():", "    op.upsert('t', row)", "op.checkpoint(state)"
            ),
            at=(3, 1),
        ),
        Invalid(
            _update(
                "try:", "    cursor = state['c']", "except KeyError:", "    cursor = 0", "requests.get('u', timeout=3)"
            ),
            at=(3, 1),
        ),
        Invalid(
            _HEAD + "def fetch(cursor):\n    cursor.execute('select 1')\n    return cursor.fetchmany(9)\n"
            "def update(configuration, state):\n    fetch(configuration)\n" + _MADE,
            at=(6, 1),
        ),
    )

    def check(self) -> None:
        update, calls = self.reach.update, self.reach.shared(SourceCalls)
        if update is None or self.source.broken or not calls.reached:
            return
        if not any(self._handles(module, tried) for module in self.source.modules for tried in module.each(*TRIES)):
            message = "Nothing catches what the source may raise, to say what was being done."
            hint = "Catch it around the requests, log it with log.error(...), and raise it again."
            self.report(update.module, update.node, message, hint=hint)

    def _handles(self, module: Module, tried: ast.Try) -> bool:
        """Whether a handler is around something that leads to a source."""
        if not tried.handlers or not self.reach.is_reached(module, tried):
            return False
        calls, handed = self.reach.shared(SourceCalls), self.reach.shared(Handed)
        run = module.run_by(tried.body, ast.Call)
        return any(calls.leads(call) or handed.works(module, call) for call in run)
