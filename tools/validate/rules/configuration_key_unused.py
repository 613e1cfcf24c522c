"""Rule `configuration-key-unused`."""

from __future__ import annotations

import ast

from ..configuration_reads import ConfigurationReads
from ..json_places import JsonPlaces
from ..models import Category
from ..reader import CONFIGURATION
from ..rule import Invalid, Rule

_HEAD = "from fivetran_connector_sdk import Connector\n"
_MADE = "connector = Connector(update=update)\n"
_READS = _HEAD + "def update(configuration, state):\n    configuration['api_key']\n" + _MADE


class ConfigurationKeyUnused(Rule):
    """Every key of configuration.json is read by the code.

    Why: whoever sets the connector up has to fill in each of them, and wonders what it does. Where the configuration is
    handed to another library, or read by a computed key, nothing is said.
    """

    section, category = "6.3", Category.STYLE
    VALID = (
        {"connector.py": _READS, CONFIGURATION: '{"api_key": "x"}'},
        {
            "connector.py": _HEAD + "def update(configuration, state):\n    vendor.connect(**configuration)\n" + _MADE,
            CONFIGURATION: '{"host": "x", "port": "1"}',
        },
        {
            "connector.py": _HEAD
            + "import client\ndef update(configuration, state):\n    client.run(configuration)\n"
            + _MADE,
            "client.py": "def run(config):\n    return config.get('host')\n",
            CONFIGURATION: '{"host": "x"}',
        },
        {
            "connector.py": _HEAD + "KEYS = ['a', 'b']\ndef update(configuration, state):\n    for key in KEYS:\n"
            "        configuration[key]\n" + _MADE,
            CONFIGURATION: '{"a": "x", "b": "y"}',
        },
        {"connector.py": "from vendor import connector\n", CONFIGURATION: '{"a": "x"}'},
        {"connector.py": _READS, CONFIGURATION: "{"},
    )
    INVALID = (
        Invalid('{"api_key": "x", "region": "eu"}', at=(1, 18), file=CONFIGURATION, others={"connector.py": _READS}),
        Invalid(
            '{\n  "apiKey": "x",\n  "api_key": "x"\n}', at=(2, 3), file=CONFIGURATION, others={"connector.py": _READS}
        ),
        Invalid('{\n\t"übung": "x"\n}', at=(2, 2), file=CONFIGURATION, others={"connector.py": _READS}),
        Invalid(
            '{"host": "x", "port": "1"}',
            at=(1, 15),
            file=CONFIGURATION,
            others={
                "connector.py": _HEAD
                + "import client\ndef update(configuration, state):\n    client.run(configuration)\n"
                + _MADE,
                "client.py": "def run(config):\n    return config.get('host')\n",
            },
        ),
    )

    def check(self) -> None:
        places = JsonPlaces.read(self.source.files.get(CONFIGURATION, b""))
        members = places.members if places else []
        if not places or not members or self.source.broken or self.reach.shared(ConfigurationReads).escapes:
            return
        # A key that stands anywhere in the code as a text may be read there in a way that is not followed.
        texts = {node.value for module in self.source.modules for node in module.each(ast.Constant)}
        for member in members:
            if member.key not in texts:
                place = places.lines.at(member.key_offset)
                message = f"No code reads the key {member.key!r}."
                self.report_at(CONFIGURATION, place, message, hint="Delete it, or correct its name.")
