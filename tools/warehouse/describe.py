"""The tables of a project's warehouse, with as many columns as one answer holds."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from ..project import ConnectorProject
from .ask import ask, warehouse_of
from .models import TableColumn, TableDescription, WarehouseDescription
from .protocol import Request
from .query import reading

ANSWER_CHARACTERS = 20_000
_DESCRIBE_SECONDS = 60.0
_Part = TypeVar("_Part", TableColumn, TableDescription)


def describe(
    project: ConnectorProject,
    *,
    table: str = "",
    profile: bool = False,
    snapshot: str = "",
    timeout_seconds: float = _DESCRIBE_SECONDS,
    lock_file: Path | None = None,
) -> WarehouseDescription:
    """All synced tables, or those named `table` (with or without schema): rows, keys, columns.

    With `profile` also what the values of each column are like. Raises WarehouseMissing, WarehouseBusy, QueryTimedOut,
    InvalidArguments (no such table or snapshot).
    """
    warehouse = str(warehouse_of(project, snapshot))
    request = Request("describe", warehouse, timeout_seconds, table=table, profiled=profile)
    with reading(lock_file):
        found = WarehouseDescription.model_validate(ask(request))
    return _fitting(found.tables)


def _fitting(tables: list[TableDescription]) -> WarehouseDescription:
    """As many tables as fit, and of these, in order, as many columns as fit beside them."""
    bare = [table.model_copy(update={"columns": []}) for table in tables]
    listed, room = _first(bare, ANSWER_CHARACTERS)
    shown: list[TableDescription] = []
    for table in tables[: len(listed)]:
        columns, room = _first(table.columns, room)
        shown.append(table.model_copy(update={"columns": columns}))
    return WarehouseDescription(tables=shown, more=_more(tables, shown))


def _first(parts: list[_Part], room: int) -> tuple[list[_Part], int]:
    """The first of `parts` whose JSON fits into `room` characters, and the room that is left."""
    kept: list[_Part] = []
    for part in parts:
        size = len(part.model_dump_json(exclude_none=True)) + 1
        if size > room:
            break
        room -= size
        kept.append(part)
    return kept, room


def _more(tables: list[TableDescription], shown: list[TableDescription]) -> str | None:
    lost_tables = len(tables) - len(shown)
    lost_columns = sum(len(whole.columns) - len(part.columns) for whole, part in zip(tables, shown, strict=False))
    if not lost_tables and not lost_columns:
        return None
    return (
        f"{lost_columns:,} columns and {lost_tables:,} tables were left out, because an answer holds "
        f"{ANSWER_CHARACTERS:,} characters. Ask for one table by its name, or query duckdb_tables and duckdb_columns "
        "with LIMIT and OFFSET."
    )
