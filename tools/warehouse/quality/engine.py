"""All checks of a warehouse that its file decides, for the query worker."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, cast

import duckdb

from ..protocol import Json, Request
from ..quoting import identifier
from ..tables import describe_tables
from .baseline import compare
from .leaks import check_leaks
from .series import check_series
from .tables import TableFacts, check_table, told


def check_quality(connection: duckdb.DuckDBPyConnection, request: Request) -> dict[str, Json]:
    """The checks of the wanted tables. Raises InvalidArguments (no such table)."""
    found: list[dict[str, Json]] = []
    tables = [table.keyed(request.keys) for table in _facts(connection, request.tables)]
    before = {table.place: table for table in _facts(connection, (), baseline=True)} if request.baseline else {}
    for table in tables:
        found += check_table(connection, table)
        found += check_leaks(connection, table, request.secrets)
        if request.interval_seconds:
            found += check_series(connection, table, request.interval_seconds)
        if table.place in before:
            found += compare(connection, table, before[table.place])
    if request.baseline and not request.tables:
        found += _tables(tables, list(before.values()))
    shown: list[Json] = [{"name": each.name, "rows": each.rows, "columns": [*each.columns]} for each in tables]
    return {"checks": [*found], "tables": shown}


def _tables(tables: Sequence[TableFacts], before: Sequence[TableFacts]) -> Iterator[dict[str, Json]]:
    names, old = {table.place for table in tables}, {table.place for table in before}
    for table in before:
        if table.place not in names:
            expected = "the tables of the baseline"
            yield told("baseline-tables", table.name, None, "fail", "the table is gone", expected, "SHOW ALL TABLES")
    if old <= names:
        observed = f"{len(names - old)} new tables" if names - old else "the same"
        yield told("baseline-tables", "", None, "pass", observed, "the tables of the baseline", "SHOW ALL TABLES")


def _facts(connection: duckdb.DuckDBPyConnection, wanted: Sequence[str], *, baseline: bool = False) -> list[TableFacts]:
    [(own,)] = connection.execute("SELECT current_database()").fetchall()
    connection.execute("USE baseline" if baseline else f"USE {identifier(own)}")
    described = [describe_tables(connection, name) for name in wanted or ("",)]
    connection.execute(f"USE {identifier(own)}")
    tables = [cast("dict[str, Any]", table) for each in described for table in cast("list[Json]", each["tables"])]
    return [
        TableFacts(
            schema=table["schema"],
            name=table["name"],
            rows=table["rows"],
            soft_deleted_rows=table["soft_deleted_rows"],
            key=table["primary_key"],
            columns={column["name"]: column["type"] for column in table["columns"]},
        )
        for table in tables
    ]
