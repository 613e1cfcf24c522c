"""Counts what a connector asks of the SDK's public operations, by table; runs in the connector's own interpreter.

No import of ours, and the SDK's only when it counts: the launcher loads this file by its path.
"""

from __future__ import annotations

import contextlib
import functools
import json
import os
from collections.abc import Callable
from typing import Any

_OPERATIONS = {"upsert": "data", "update": "modified", "delete": "keys", "truncate": None}
_LONG = 2**63
_MOST_TABLES, _MOST_COLUMNS, _MOST_UPDATES, _MOST_CHARACTERS = 1_000, 1_000, 200, 200


class Tally:
    """What was sent to each table: calls by operation, names of columns, and some of the updates."""

    def __init__(self) -> None:
        self.tables: dict[tuple[str, str], dict[str, Any]] = {}

    def count(self, operation: str, name: str | None, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        """One call that the SDK has taken; `name` is that of the parameter with the row."""
        table = args[0] if args else kwargs.get("table")
        if not isinstance(table, str):
            return
        key = (str(kwargs.get("schema") or ""), table)
        found = self.tables.get(key)
        if found is None:
            if len(self.tables) >= _MOST_TABLES:
                return
            found = self.tables[key] = {"columns": {}, "changed": []}
        found[operation] = found.get(operation, 0) + 1
        row: Any = args[1] if len(args) > 1 else kwargs.get(name or "")
        if row.__class__ is dict:
            if len(found["columns"]) < _MOST_COLUMNS:
                found["columns"].update(dict.fromkeys(row))
            if operation == "update" and len(found["changed"]) < _MOST_UPDATES:
                found["changed"].append({str(key): value for key, value in row.items() if _is_small(value)})

    def write(self, path: str) -> None:
        """Puts the counts into a file, which only we read."""
        told = [
            {"schema": schema, "table": table, **found, "columns": [str(name) for name in found["columns"]]}
            for (schema, table), found in self.tables.items()
        ]
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="replace") as file:
            json.dump(told, file)


def counting(tally: Tally) -> None:
    """Lets the public operations of the installed SDK tell the tally what they have taken."""
    from fivetran_connector_sdk import Operations

    for operation, name in _OPERATIONS.items():
        original = getattr(Operations, operation, None)
        if original is not None:
            setattr(Operations, operation, staticmethod(_told(tally, operation, name, original)))


def _told(tally: Tally, operation: str, name: str | None, original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def call(*args: Any, **kwargs: Any) -> Any:
        result = original(*args, **kwargs)
        # Whatever it meets in a row: what the connector does is not changed by it.
        with contextlib.suppress(Exception):
            tally.count(operation, name, args, kwargs)
        return result

    return call


def _is_small(value: object) -> bool:
    if isinstance(value, str):
        return len(value) <= _MOST_CHARACTERS
    return isinstance(value, int) and abs(value) < _LONG
