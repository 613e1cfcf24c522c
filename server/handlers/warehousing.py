"""Handlers: describe, query and check the warehouse."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from ...tools.quality.check import check_data_quality as check
from ...tools.quality.reconcile import LastRun
from ...tools.quality.sources import with_source_names
from ...tools.warehouse.describe import describe
from ...tools.warehouse.models import QualityReport, QueryResult, WarehouseDescription
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
    found = await in_thread(lambda: describe(opened, table=table, profile=profile, snapshot=snapshot, lock_file=lock))
    return with_source_names(found, LastRun.of(desk.runs, opened))


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


async def check_data_quality(
    desk: Desk,
    project: Project,
    tables: Annotated[list[str], Field(description="Only these tables; default all")] = [],  # noqa: B006
    baseline: Annotated[str, Field(description="A snapshot (keep_as of a sync) to compare with")] = "",
) -> QualityReport:
    """Checks the synced data: keys, updates that met no row, columns without values, types, times, placeholders,
    credentials, and what changed since a snapshot. Each check tells what was seen, what was expected, and SQL."""
    opened = desk.project(project)
    return await in_thread(lambda: check(opened, desk.runs, tables=tables, baseline=baseline))


TOOLS = (
    ToolSpec(describe_warehouse, "Describe the warehouse", effects.READS),
    ToolSpec(check_data_quality, "Check the data", effects.READS),
    ToolSpec(query_warehouse, "Query the warehouse", effects.READS),
)
