"""What a run sent to each table, and which of its updates met no row: the SDK drops those silently.

Standard library only: the supervisor of a run imports it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, cast

from ..errors import ConnectorSdkError
from ..naming import column_name, table_name
from ..warehouse.ask import ask
from ..warehouse.protocol import Request
from ..warehouse.quoting import identifier, text
from .job import read_json

_COUNTS = ("upsert", "update", "delete", "truncate")
_SECONDS = 30.0
_COMPARABLE = ("BIGINT", "INTEGER", "SMALLINT", "TINYINT", "VARCHAR")
_SCHEMA = "tester"


def sent_tables(tally: Path, warehouse: Path) -> list[dict[str, object]]:
    """For each table of the source its names, calls, columns, and the updates that were looked at and met no row.

    Empty where the process left before it could tell.
    """
    told = read_json(tally)
    tables = [cast("dict[str, Any]", each) for each in cast("list[object]", told)] if isinstance(told, list) else []
    return [_sent(table, warehouse) for table in tables if isinstance(table.get("table"), str)]


def _sent(table: dict[str, Any], warehouse: Path) -> dict[str, object]:
    found: dict[str, object] = {
        "table": table["table"],
        "name": table_name(table["table"]),
        "columns": table.get("columns", []),
        **{f"{operation}s": int(table.get(operation, 0)) for operation in _COUNTS},
    }
    changed = cast("list[dict[str, Any]]", table.get("changed") or [])
    if changed and not table.get("schema"):
        found |= _without_row(str(found["name"]), changed, warehouse)
    return found


def _without_row(name: str, changed: Iterable[Mapping[str, Any]], warehouse: Path) -> dict[str, object]:
    """How many updates were looked at, how many of them have no row, and the key of one of those."""
    try:
        columns = _keys(warehouse, name)
        asked = [{column_name(column): value for column, value in row.items()} for row in changed]
        keys = sorted({tuple(str(row[key]) for key in columns) for row in asked if all(key in row for key in columns)})
        if not columns or not keys:
            return {}
        missing = _missing(warehouse, name, columns, keys)
    except (ConnectorSdkError, OSError, RuntimeError, ValueError):
        return {}
    return {
        "updates_checked": len(keys),
        "updates_without_row": len(missing),
        "example": json.dumps(dict(zip(columns, missing[0], strict=True)), ensure_ascii=False) if missing else "",
    }


def _keys(warehouse: Path, name: str) -> list[str]:
    """The key columns of a table, none where their values do not read the same in the source and in SQL."""
    described = ask(Request("describe", str(warehouse), _SECONDS, table=f"{_SCHEMA}.{name}"))
    table = cast("list[dict[str, Any]]", described["tables"])[0]
    kinds = {column["name"]: column["type"] for column in table["columns"]}
    key = cast("list[str]", table["primary_key"])
    return key if all(kinds[column] in _COMPARABLE for column in key) else []


def _missing(warehouse: Path, name: str, columns: list[str], keys: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    rows = ", ".join(f"({', '.join(text(value) for value in key)})" for key in keys)
    names = [*map(identifier, columns)]
    asked = ", ".join(f"k{place}" for place in range(len(columns)))
    same = " AND ".join(f"t.{column}::VARCHAR = k{place}" for place, column in enumerate(names))
    table = f"{_SCHEMA}.{identifier(name)}"
    sql = f"SELECT {asked} FROM (VALUES {rows}) k({asked}) ANTI JOIN {table} t ON {same} ORDER BY ALL"
    answer = ask(Request("query", str(warehouse), _SECONDS, sql=sql, max_rows=len(keys)))
    return [tuple(map(str, row)) for row in cast("list[list[object]]", answer["rows"])]
