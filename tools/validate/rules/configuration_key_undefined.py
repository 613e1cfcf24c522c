"""Rule `configuration-key-undefined`."""

from __future__ import annotations

from ..json_places import JsonPlaces
from ..models import Category
from ..reader import CONFIGURATION
from ..required_keys import RequiredKeys
from ..rule import Invalid, Rule

_HEAD = "from fivetran_connector_sdk import Connector\n"
_MADE = "connector = Connector(update=update)\n"
_GIVEN = {CONFIGURATION: '{"api_key": "x"}'}


def _update(*lines: str) -> str:
    return f"{_HEAD}def update(configuration, state):\n" + "".join(f"    {line}\n" for line in lines) + _MADE


class ConfigurationKeyUndefined(Rule):
    """configuration.json has every key that the code cannot do without.

    Why: a local run, and whoever sets the connector up after it, begin with this file. A key counts as required when it
    is read without a default on every path, or looked for with a `raise` where it is missing.
    """

    section, category = "4.2", Category.SPEC
    VALID = (
        {"connector.py": _update("configuration['api_key']", "configuration.get('region', 'eu')"), **_GIVEN},
        {"connector.py": _update("if 'region' in configuration:", "    configuration['region']"), **_GIVEN},
        {"connector.py": _update("if configuration['api_key'] == 'x':", "    configuration['user']"), **_GIVEN},
        {
            "connector.py": _update("region = configuration.get('region') or 'eu'", "print(configuration.get('a'))"),
            **_GIVEN,
        },
        {"connector.py": _update("configuration['user']")},
        {
            "connector.py": _update(
                "if 'api_key' in configuration:",
                "    return sign_in(configuration['api_key'])",
                "configuration['user']",
            ),
            **_GIVEN,
        },
        {"connector.py": _update("try:", "    configuration['user']", "except KeyError:", "    pass"), **_GIVEN},
        {
            "connector.py": _update("if state:", "    sign_in(configuration)").replace(
                "def update", "def sign_in(c):\n    c['user']\ndef update"
            ),
            **_GIVEN,
        },
    )
    INVALID = (
        Invalid(_update("user = configuration['user']"), at=(3, 26), others=_GIVEN),
        Invalid(
            _update("if not configuration.get('user'):", "    raise ValueError('user')"), at=(3, 30), others=_GIVEN
        ),
        Invalid(
            _update(
                "for key in ('api_key', 'user'):", "    if key not in configuration:", "        raise ValueError(key)"
            ),
            at=(3, 28),
            others=_GIVEN,
        ),
        Invalid(
            _HEAD + "def check(settings):\n    missing = [k for k in ['user'] if k not in settings]\n    if missing:\n"
            "        raise ValueError(missing)\ndef update(configuration, state):\n    check(configuration)\n" + _MADE,
            at=(3, 28),
            others=_GIVEN,
        ),
        Invalid(
            "class Client:\n    def __init__(self, configuration):\n        self.url = configuration['url']\n",
            at=(3, 34),
            file="client.py",
            others={
                "connector.py": "from client import Client\n" + _update("Client(configuration)"),
                **_GIVEN,
            },
        ),
    )

    def check(self) -> None:
        places = JsonPlaces.read(self.source.files.get(CONFIGURATION, b""))
        if places is None or not isinstance(places.value, dict):
            return
        known = {member.key for member in places.members}
        for read in self.reach.shared(RequiredKeys).first_reads():
            if read.key not in known:
                message = f"The code requires the key {read.key!r}, and {CONFIGURATION} does not have it."
                hint = "Add it with a placeholder, or read it with a default."
                self.report(read.module, read.place, message, hint=hint)
