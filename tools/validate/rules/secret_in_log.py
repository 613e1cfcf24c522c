"""Rule `secret-in-log`."""

from __future__ import annotations

import ast

from ..leaks import Leaks
from ..models import Category
from ..module import Module
from ..rule import Invalid, Rule
from ..shown_places import ShownPlaces

_HEAD = "from fivetran_connector_sdk import Connector, Logging as log, Operations as op\n"
_MADE = "connector = Connector(update=update)\n"


def _update(*lines: str) -> str:
    return f"{_HEAD}def update(configuration, state):\n" + "".join(f"    {line}\n" for line in lines) + _MADE


class SecretInLog(Rule):
    """No message, exception text or state holds the configuration or a credential of it.

    Why: the log of a sync is kept, and read by people who should not know the password; so are error messages and the
    state. The SDK masks nothing. Log which keys there are, not their values.
    """

    section, category = "8.1", Category.SECURITY
    VALID = (
        _update("log.info(f'{len(configuration)} keys: {sorted(configuration.keys())}')"),
        _update("log.info(f\"Account {configuration['account_id']}, from {configuration.get('start_date')}\")"),
        _update("token = configuration['api_token']", "log.info('Token found' if token else 'No token')"),
        _update("log.info(f\"page {configuration.get('page_token_name')} {len(configuration['api_key'])}\")"),
        _update("if 'api_key' not in configuration:", "    raise ValueError('api_key is missing')"),
        _update("key = configuration['api_key']", "log.fine(f'Key ends with {key[-4:]}')"),
        _update("state['cursor'] = configuration.get('start_date')", "op.checkpoint(state)"),
        _update("log.info(f'State: {state}')"),
    )
    INVALID = (
        Invalid(_update("log.info(f'Configuration: {configuration}')"), at=(3, 14)),
        Invalid(_update("log.fine('Key ' + configuration['api_key'])"), at=(3, 14)),
        Invalid(_update("import json", "log.info(json.dumps(configuration))"), at=(4, 14)),
        Invalid(_update("token = configuration.get('access_token')", "log.info(f'Using {token}')"), at=(4, 14)),
        Invalid(_update("log.warning('password: %s' % configuration['password'])"), at=(3, 17)),
        Invalid(_update("raise ValueError(f'Wrong: {configuration}')"), at=(3, 22)),
        Invalid(
            _update("headers = {'Authorization': f\"Bearer {configuration['api_key']}\"}", "log.fine(f'{headers}')"),
            at=(4, 14),
        ),
        Invalid(
            _HEAD + "def connect(host, password):\n    log.info('Connecting to {} with {}'.format(host, password))\n"
            "def update(configuration, state):\n    connect(configuration['host'], configuration['password'])\n"
            + _MADE,
            at=(3, 14),
        ),
        Invalid(_update("state['token'] = configuration['api_token']", "op.checkpoint(state)"), at=(3, 22)),
        Invalid(
            _HEAD + "class Client:\n    def __init__(self, config):\n        self.config = config\n    def run(self):\n"
            "        log.info(str(self.config))\ndef update(configuration, state):\n    Client(configuration).run()\n"
            + _MADE,
            at=(6, 18),
        ),
        Invalid(_update("op.checkpoint({'config': configuration})"), at=(3, 19)),
    )

    def check(self) -> None:
        leaks = self.reach.shared(Leaks)
        if not leaks.are_possible:
            return
        seen: set[ast.AST] = set()
        for module, node, where in self.reach.shared(ShownPlaces).all():
            if node in seen:
                continue
            seen.add(node)
            if not leaks.is_passed_on(module, node) and (shown := leaks.shown(module, node)):
                self._report(module, node, shown, where)
                continue
            for given, passed in leaks.passed_on(module, node):
                if given.node not in seen:
                    seen.add(given.node)
                    self._report(given.module, given.node, passed, where)

    def _report(self, module: Module, node: ast.expr, shown: str, where: str) -> None:
        message = f"{shown[0].upper()}{shown[1:]} gets into {where}."
        self.report(module, node, message, hint="Leave it out; name the key, not its value.")
