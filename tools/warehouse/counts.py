"""How many rows each table of a warehouse has; standard library only, for the supervisor of a run."""

from __future__ import annotations

from pathlib import Path
from typing import TypedDict, cast

from .ask import ask
from .protocol import Request
from .quoting import identifier

_COUNT_SECONDS = 60.0


class TableCount(TypedDict):
    """All rows of a table, and those among them that are soft-deleted."""

    schema: str
    name: str
    rows: int
    soft_deleted_rows: int


def rows_since(warehouse: Path, moment: str, *, timeout_seconds: float = _COUNT_SECONDS) -> int:
    """How many rows were written since a moment (ISO 8601 with its zone). Raises as `table_counts`."""
    found = 0
    for table in table_counts(warehouse, timeout_seconds=timeout_seconds):
        names = ".".join(map(identifier, (table["schema"], table["name"])))
        sql = f"SELECT count(*) FROM {names} WHERE _fivetran_synced >= TIMESTAMPTZ '{moment}'"
        answer = ask(
            Request(action="query", warehouse=str(warehouse), sql=sql, max_rows=1, timeout_seconds=timeout_seconds)
        )
        found += int(cast("list[list[int]]", answer["rows"])[0][0])
    return found


def table_counts(warehouse: Path, *, timeout_seconds: float = _COUNT_SECONDS) -> list[TableCount]:
    """The tables of a warehouse file, ordered by schema and name, without the SDK's own.

    Raises WarehouseMissing (also for a damaged file), WarehouseBusy, QueryTimedOut.
    """
    answer = ask(Request(action="describe", warehouse=str(warehouse), timeout_seconds=timeout_seconds))
    fields = ("schema", "name", "rows", "soft_deleted_rows")
    tables = cast("list[dict[str, object]]", answer["tables"])
    return [cast("TableCount", {field: table[field] for field in fields}) for table in tables]
