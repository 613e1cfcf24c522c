"""Rule `logged-and-lost`."""

from __future__ import annotations

import ast
from functools import cached_property

from ..asked import Asked
from ..handlers import raises
from ..lost_failures import LostFailures
from ..models import Category, Severity
from ..module import Module
from ..names import last_word
from ..rule import Invalid, Rule

_HEAD = "import requests\nfrom fivetran_connector_sdk import Connector, Logging as log, Operations as op\n"
_MADE = "connector = Connector(update=update)\n"
_BROAD = frozenset({"Exception", "BaseException"})


def _update(*lines: str) -> str:
    return f"{_HEAD}def update(configuration, state):\n" + "".join(f"    {line}\n" for line in lines) + _MADE


def _fetch(*handler: str) -> str:
    body = "".join(f"        {line}\n" for line in handler)
    return (
        _HEAD + "def fetch(url):\n    try:\n        return requests.get(url, timeout=3).json()\n"
        f"    except requests.RequestException as error:\n{body}"
        "def update(configuration, state):\n    for row in fetch('u'):\n        op.upsert('t', row)\n" + _MADE
    )


class LoggedAndLost(Rule):
    """A failure of the source stops the sync, after it was logged.

    Why: a handler around a request or an operation that only logs lets the sync go on to its checkpoint and succeed
    without the rows; nobody asks for them again. Log and raise; or repeat a bounded number of times, and then raise. A
    bare `except:` that raises nothing hides even the end of the process.
    """

    section, category, severity = "8.3", Category.DATA_LOSS, Severity.WARNING
    VALID = (
        _fetch("log.error(f'failed: {error}')", "raise"),
        _fetch("raise RuntimeError('failed') from error"),
        _fetch("if error.response is not None and error.response.status_code == 404:", "    return []", "raise"),
        _update(
            "for attempt in range(3):",
            "    try:",
            "        rows = requests.get('u', timeout=3).json()",
            "        break",
            "    except requests.RequestException:",
            "        log.warning('again')",
        ),
        _update("try:", "    cursor = state['cursor']", "except KeyError:", "    cursor = None"),
        _update(
            "failed = []",
            "for url in ['a']:",
            "    try:",
            "        op.upsert('t', requests.get(url, timeout=3).json())",
            "    except requests.RequestException as error:",
            "        failed.append(error)",
            "if failed:",
            "    raise failed[0]",
        ),
        _update("try:", "    value = int(state['n'])", "except Exception:", "    value = 0"),
        _update("try:", "    op.upsert('t', {})", "except ValueError as error:", "    handle(error)"),
        _fetch("log.error('failed')", "return None").replace(
            "    for row in fetch('u'):\n",
            "    rows = fetch('u')\n    if rows is None:\n        raise RuntimeError\n    for row in rows:\n",
        ),
    )
    INVALID = (
        Invalid(_fetch("log.severe(f'failed: {error}')", "return []"), at=(6, 5)),
        Invalid(_fetch("log.error('failed', error)", "return None"), at=(6, 5)),
        Invalid(
            _update(
                "for url in ['a', 'b']:",
                "    try:",
                "        for row in requests.get(url, timeout=3).json():",
                "            op.upsert('t', row)",
                "    except Exception as error:",
                "        log.warning(str(error))",
                "        continue",
                "op.checkpoint(state)",
            ),
            at=(8, 9),
        ),
        Invalid(
            _update("try:", "    op.upsert('t', requests.get('u', timeout=3).json())", "except Exception:", "    pass"),
            at=(6, 5),
        ),
        Invalid(
            _update(
                "try:",
                "    rows = requests.get('u', timeout=3).json()",
                "except (OSError, requests.HTTPError):",
                "    log.error('failed')",
                "    rows = []",
            ),
            at=(6, 5),
        ),
        Invalid(_update("try:", "    value = int(state['n'])", "except:", "    value = 0"), at=(6, 5)),
        Invalid(
            "from contextlib import suppress\n" + _update("with suppress(Exception):", "    op.upsert('t', {})"),
            at=(5, 10),
        ),
        Invalid(
            _HEAD + "def sync_orders(cursor):\n    cursor.execute('select 1')\n    for row in cursor.fetchall():\n"
            "        op.upsert('t', row)\n"
            "def update(configuration, state):\n    try:\n        sync_orders(configuration)\n"
            "    except Exception as e:\n"
            "        log.severe(f'{e}')\n" + _MADE,
            at=(10, 5),
        ),
    )

    def check(self) -> None:
        for module in self.source.modules:
            for handler in module.each(ast.ExceptHandler):
                if self.reach.is_reached(module, handler):
                    self._check_handler(module, handler)
            for call in module.calls(["suppress"]):
                if self._suppresses(module, call):
                    self._report(module, call, "What fails here is suppressed, and the sync succeeds without it.")

    def _check_handler(self, module: Module, handler: ast.ExceptHandler) -> None:
        if handler.type is None and not raises(module, handler):
            message = "A bare except catches everything, the end of the process too, and raises nothing."
            self._report(module, handler, message)
            return
        place = self.reach.shared(LostFailures).place(module, handler)
        if place is handler:
            self._report(
                module, handler, "What fails here is only logged: the sync goes on, and succeeds without these rows."
            )
        elif place is not None and place not in self._told:
            self._told.add(place)
            message = (
                "When every attempt has failed nothing is raised: the sync goes on, and succeeds without these rows."
            )
            self._report(module, place, message)

    @cached_property
    def _told(self) -> set[ast.AST]:
        return set()

    def _report(self, module: Module, node: ast.AST, problem: str) -> None:
        self.report(
            module, node, problem, hint="Log it with log.error(...) and raise, so that the sync fails and repeats."
        )

    def _suppresses(self, module: Module, call: ast.Call) -> bool:
        item = module.parents[call]
        around = module.parents.get(item)
        if not isinstance(around, (ast.With, ast.AsyncWith)) or not self.reach.is_reached(module, call):
            return False
        broad = any(last_word(arg) in _BROAD or last_word(arg) == "RequestException" for arg in call.args)
        return broad and self.reach.shared(Asked).works(module, around.body)
