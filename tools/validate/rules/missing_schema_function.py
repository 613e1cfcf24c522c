"""Rule `missing-schema-function`."""

from __future__ import annotations

import ast

from ..models import Category
from ..rule import Invalid, Rule

_HEAD = "from fivetran_connector_sdk import Connector\ndef update(configuration, state):\n    pass\n"
_SCHEMA = "def schema(configuration):\n    return [{'table': 't', 'primary_key': ['id']}]\n"


class MissingSchemaFunction(Rule):
    """Connector is given a schema function.

    Why: without it no table has a primary key. The SDK then makes a key of the whole row: rows that are equal merge,
    and a row that changes is delivered once more beside its old form.
    """

    section, category = "3.4", Category.SPEC
    VALID = (
        _HEAD + _SCHEMA + "connector = Connector(update=update, schema=schema)\n",
        _HEAD + "connector = Connector(update, lambda configuration: [])\n",
        _HEAD + "from tables import schema\nconnector = Connector(update=update, schema=schema)\n",
        _HEAD + "GIVEN = {}\nconnector = Connector(update=update, **GIVEN)\n",
        {
            "connector.py": "from app import connector\n",
            "app.py": _HEAD + _SCHEMA + "connector = Connector(update, schema)\n",
        },
        "from vendor import connector\n",
    )
    INVALID = (
        Invalid(_HEAD + "connector = Connector(update=update)\n", at=(4, 13)),
        Invalid(_HEAD + _SCHEMA + "connector = Connector(update=update)\n", at=(6, 13)),
        Invalid(_HEAD + "connector = Connector(update=update, schema=None)\n", at=(4, 13)),
        Invalid(_HEAD + "if True:\n    connector = Connector(\n        update,\n    )\n", at=(5, 17)),
        Invalid("import fivetran_connector_sdk as sdk\nconnector = sdk.Connector(update=print)\n", at=(2, 13)),
    )

    def check(self) -> None:
        call = self.reach.connector.call
        if call is None or not isinstance(call.node, ast.Call):
            return
        given = self.reach.connector.given("schema")
        missing = given is None or (isinstance(given.node, ast.Constant) and given.node.value is None)
        unseen = any(isinstance(arg, ast.Starred) for arg in call.node.args)
        if missing and not unseen and not any(keyword.arg is None for keyword in call.node.keywords):
            module = self.source.connector
            written = module is not None and bool(self.source.resolver.functions(f"{module.name}.schema"))
            message = "schema() is there, and Connector is not given it." if written else "There is no schema function."
            hint = "Write `def schema(configuration: dict):` and give it to Connector as `schema=schema`."
            self.report(call.module, call.node, message, hint=hint)
