"""Handlers: describe and query the warehouse."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from ...tools.warehouse.describe import describe
from ...tools.warehouse.models import QueryResult, WarehouseDescription
from ...tools.warehouse.query import query
from .. import effects
from ..desk import Desk
from ..masking import mask_rows
from ..threads import in_thread
from ..tooling import ToolSpec
from .arguments import Project, Snapshot


async def describe_warehouse(
    desk: Desk,
    project: Project,
    table: Annotated[str, Field(description="Only this table")] = "",
    profile: Annotated[bool, Field(description="Also nulls, distinct values, least, greatest and samples")] = False,
    snapshot: Snapshot = "",
) -> WarehouseDescription:
    """Lists the tables that the last syncs wrote: rows, soft-deleted rows, primary key, columns with types."""
    opened = desk.project(project)
    lock = desk.runs.warehouse_lock(opened)
    return await in_thread(lambda: describe(opened, table=table, profile=profile, snapshot=snapshot, lock_file=lock))


async def query_warehouse(
    desk: Desk,
    project: Project,
    sql: Annotated[str, Field(description="One SELECT, DESCRIBE, SHOW, SUMMARIZE or EXPLAIN in DuckDB's SQL")],
    max_rows: Annotated[int, Field(description="Rows to return", ge=1, le=10_000)] = 100,
    timeout_seconds: Annotated[float, Field(description="End the query after this", gt=0, le=300)] = 30,
    snapshot: Snapshot = "",
) -> QueryResult:
    """Answers one reading SQL statement over the warehouse; the tables are in schema `tester`."""
    opened = desk.project(project)
    lock = desk.runs.warehouse_lock(opened)
    result = await in_thread(
        lambda: query(
            opened, sql, max_rows=max_rows, timeout_seconds=timeout_seconds, snapshot=snapshot, lock_file=lock
        )
    )
    return mask_rows(result, desk.redactor)


TOOLS = (
    ToolSpec(describe_warehouse, "Describe the warehouse", effects.READS),
    ToolSpec(query_warehouse, "Query the warehouse", effects.READS),
)
