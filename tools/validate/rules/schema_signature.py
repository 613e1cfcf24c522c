"""Rule `schema-signature`."""

from __future__ import annotations

import ast

from ..callables import not_callable
from ..decorated import met_by_caller
from ..models import Category, Severity
from ..resolve import Located
from ..rule import Invalid, Rule
from ..signature import culprit, is_plain, misfit, signature_of

_HEAD = "from fivetran_connector_sdk import Connector\ndef update(configuration, state):\n    pass\n"
_MADE = "connector = Connector(update=update, schema=schema)\n"
_GIVEN = frozenset({"configuration"})


class SchemaSignature(Rule):
    """schema takes the configuration as its one argument.

    Why: the SDK calls schema with the configuration and nothing else. SDK 3.0 passes it by position, so another name
    still works and is a warning: the specification, and whoever calls it by name, say `configuration`. What takes no
    argument, or more than one, is a TypeError, and a coroutine is not a list.
    """

    section, category = "3.4", Category.BREAKS
    VALID = (
        _HEAD + "def schema(configuration: dict):\n    return []\n" + _MADE,
        _HEAD + "def schema(configuration, tables=()):\n    return []\n" + _MADE,
        _HEAD + "connector = Connector(update=update)\n",
        _HEAD + "def schema():\n    return []\nconnector = Connector(update=update, schema=None)\n",
        _HEAD + "class Source:\n    def schema(self, configuration):\n        return []\n"
        "connector = Connector(update, Source().schema)\n",
        _HEAD + "connector = Connector(update=update, schema=lambda configuration: [])\n",
    )
    INVALID = (
        Invalid(_HEAD + "def schema():\n    return []\n" + _MADE, at=(4, 1)),
        Invalid(_HEAD + "def schema(configuration, state):\n    return []\n" + _MADE, at=(4, 27)),
        Invalid(_HEAD + "async def schema(configuration):\n    return []\n" + _MADE, at=(4, 1)),
        Invalid(_HEAD + "def schema(*, configuration):\n    return []\n" + _MADE, at=(4, 15)),
        Invalid(_HEAD + "def schema(**given):\n    return []\n" + _MADE, at=(4, 1)),
        Invalid(_HEAD + "def schema(config):\n    return []\n" + _MADE, at=(4, 12), severity=Severity.WARNING),
        Invalid(_HEAD + "connector = Connector(update, lambda: [])\n", at=(4, 31)),
        Invalid(_HEAD + "connector = Connector(update, [{'table': 't'}])\n", at=(4, 31)),
        Invalid(
            _HEAD + "def schema(configuration):\n    return []\nconnector = Connector(update, schema=schema({}))\n",
            at=(6, 38),
        ),
    )

    def check(self) -> None:
        connector = self.reach.connector
        schema, given = connector.callback("schema"), connector.given("schema")
        reason = self._not_callable(given) if given is not None else None
        if given is not None and reason is not None:
            message = f"What Connector is given as schema {reason}."
            self.report(given.module, given.node, message, hint="Give it the function: schema=schema.")
            return
        if connector.is_swapped or schema is None or not schema.certain:
            return
        plain, schema = is_plain(schema.node), met_by_caller(self.source, schema)
        if schema is None or (isinstance(schema.node, ast.AsyncFunctionDef) and not plain):
            return
        by_position = misfit(signature_of(schema.node), schema.filled + 1, schema.named)
        by_name = misfit(signature_of(schema.node), schema.filled, schema.named | _GIVEN)
        place, hint = schema.node, "Write `def schema(configuration: dict):`."
        if isinstance(place, ast.AsyncFunctionDef):
            message = f"{place.name} is a coroutine: the SDK gets no list of tables from it."
            self.report(schema.module, place, message, hint="Write `def`.")
        elif by_position:
            place = culprit(place, schema.filled + 1, schema.named)
            message = f"The SDK calls schema(configuration), which fails here: {by_position}."
            self.report(schema.module, place, message, hint=hint)
        elif by_name:
            place = culprit(place, schema.filled, schema.named | _GIVEN)
            message = f"schema cannot be called as schema(configuration=...): {by_name}."
            self.report(schema.module, place, message, hint=hint, severity=Severity.WARNING)

    def _not_callable(self, given: Located) -> str | None:
        """Why what is given is no function; None is what stands for no schema."""
        found = self.source.resolver.value(given.module, given.node).node
        absent = isinstance(found, ast.Constant) and found.value is None
        return None if absent else not_callable(self.source, given)
