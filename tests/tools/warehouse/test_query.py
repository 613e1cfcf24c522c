"""Queries through the worker process: answers, refusals, ends, and what stays untouched."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from connector_sdk_mcp.tools.errors import (
    ConnectorSdkError,
    InvalidArguments,
    OutsideWorkspace,
    QueryRefused,
    QueryTimedOut,
    WarehouseBusy,
)
from connector_sdk_mcp.tools.project import ConnectorProject
from connector_sdk_mcp.tools.warehouse.locks import warehouse_lock
from connector_sdk_mcp.tools.warehouse.models import Column, QueryResult
from connector_sdk_mcp.tools.warehouse.query import query

Fingerprint = Callable[[ConnectorProject], dict[str, str]]


def test_a_query_answers_with_columns_and_rows(project: ConnectorProject) -> None:
    result = query(project, "SELECT id, name, score, _fivetran_synced FROM users ORDER BY id", max_rows=2)
    assert result == QueryResult(
        columns=[
            Column(name="id", type="BIGINT"),
            Column(name="name", type="VARCHAR"),
            Column(name="score", type="DECIMAL(10,2)"),
            Column(name="_fivetran_synced", type="TIMESTAMP WITH TIME ZONE"),
        ],
        rows=[[1, "Ada", "1.50", "2024-01-01T00:00:00Z"], [2, "Zoë", None, "2024-01-02T00:00:00Z"]],
        row_count=2,
        truncated=True,
        elapsed_ms=result.elapsed_ms,
        more="The query has more rows than max_rows (2). Raise max_rows, aggregate, or add ORDER BY ... OFFSET 2.",
    )


ENDED: dict[str, tuple[str, type[ConnectorSdkError], str]] = {
    "stacked": ("SELECT 1; COPY users TO '{file}'", QueryRefused, "several statements"),
    "copy": ("COPY users TO '{file}'", QueryRefused, "COPY is refused"),
    "explain analyze copy": ("EXPLAIN ANALYZE COPY users TO '{file}'", QueryRefused, "refused"),
    "file": ("FROM read_text('{file}')", QueryRefused, "read_text"),
    "import": ("IMPORT DATABASE '{file}'", QueryRefused, "IMPORT is refused"),
    "logging": ("FROM enable_logging('QueryLog', storage_path := '{file}')", QueryRefused, "enable_logging"),
    "too long": ("SELECT 1 WHERE " + " OR ".join(["1 = 2"] * 50_000), QueryRefused, "at most 65,536"),
    "unknown table": ("FROM tester.usrs", QueryRefused, "nearest: tester.users"),
    "unknown column": ("SELECT nam FROM users", QueryRefused, 'Candidate bindings: "name"'),
    "unknown function": ("SELECT uper('x')", QueryRefused, 'Did you mean "upper"'),
    "value that does not fit": ("SELECT name::INTEGER FROM users", QueryRefused, "Could not convert string 'Ada'"),
    "syntax": ("SELECT FROM WHERE", QueryRefused, "(line 1, column "),
    "wide repeat": (
        "SELECT repeat(name || '1234', 99_999_999) FROM users, range(9)",
        QueryTimedOut,
        "memory",
    ),
    "list in memory": ("SELECT list(repeat('x', 1_000_000)) FROM range(100_000)", QueryTimedOut, "ran out of memory"),
    "endless recursion": (
        "WITH RECURSIVE r AS (SELECT 1 AS a UNION ALL SELECT a FROM r) SELECT count(*) FROM r",
        QueryTimedOut,
        "ended after 1 seconds",
    ),
    "endless product": (
        "SELECT sum(a.i * b.i) FROM range(99_999_999) a(i), range(99_999_999) b(i)",
        QueryTimedOut,
        "ended",
    ),
}


@pytest.mark.parametrize(("sql", "error", "reason"), ENDED.values(), ids=ENDED)
def test_a_harmful_or_wrong_query_is_refused_or_ended(
    sql: str,
    error: type[ConnectorSdkError],
    reason: str,
    project: ConnectorProject,
    tmp_path: Path,
    fingerprint: Fingerprint,
) -> None:
    before = fingerprint(project)
    sentinel = tmp_path / "sentinel"
    sentinel.write_text("sentinel-7")
    with pytest.raises(error) as ended:
        query(project, sql.format(file=sentinel), timeout_seconds=1 if "ended" in reason else 30)
    assert reason in str(ended.value)
    assert "sentinel-7" not in str(ended.value)
    assert {path: path.read_text() for path in tmp_path.iterdir()} == {sentinel: "sentinel-7"}
    assert fingerprint(project) == before


@pytest.mark.parametrize(
    ("max_rows", "timeout_seconds"), [(0, 30), (-1, 30), (10_001, 30), (1, 0), (1, 0.5), (1, 301), (1, float("nan"))]
)
def test_limits_out_of_range_are_invalid(max_rows: int, timeout_seconds: float, project: ConnectorProject) -> None:
    with pytest.raises(InvalidArguments, match="give 1 to"):
        query(project, "SELECT 1", max_rows=max_rows, timeout_seconds=timeout_seconds)


def test_ten_thousand_rows_can_be_asked_for(project: ConnectorProject) -> None:
    result = query(project, "SELECT 1 FROM range(20_000)", max_rows=10_000)
    assert result.truncated
    assert "more rows were left out, because an answer holds 20,000 characters" in str(result.more)
    assert result.row_count > 4_000


def test_times_are_read_in_utc_whatever_the_zone_of_the_server(
    project: ConnectorProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    result = query(
        project,
        "SELECT '2024-01-01 00:00:00'::TIMESTAMPTZ, current_setting::VARCHAR FROM (SELECT 1 AS current_setting)",
    )
    assert result.rows == [["2024-01-01T00:00:00Z", "1"]]


def test_a_query_waits_in_vain_while_a_run_holds_the_lock(project: ConnectorProject, tmp_path: Path) -> None:
    lock = tmp_path / "state" / "project.lock"
    with (
        warehouse_lock(lock, shared=False, wait_seconds=0, holder="run 7"),
        pytest.raises(WarehouseBusy, match="held by run 7"),
    ):
        query(project, "SELECT 1", lock_file=lock)
    assert query(project, "SELECT 1", lock_file=lock).rows == [[1]]


def test_a_warehouse_in_use_names_the_process(build: Callable[[str], ConnectorProject]) -> None:
    used = build("CREATE SCHEMA tester; CREATE TABLE tester.t (a INT)")
    with duckdb.connect(used.warehouse), pytest.raises(WarehouseBusy, match=rf"held by the process {os.getpid()} "):
        query(used, "FROM t")
    assert query(used, "FROM t").rows == []


def test_a_link_out_of_the_workspace_is_not_followed(
    project: ConnectorProject, empty_project: ConnectorProject
) -> None:
    (empty_project.path / "files" / "warehouse.db").symlink_to(project.warehouse)
    with pytest.raises(OutsideWorkspace):
        query(empty_project, "SELECT 1")


def test_a_log_that_links_out_of_the_workspace_is_not_followed(
    build: Callable[[str], ConnectorProject], tmp_path_factory: pytest.TempPathFactory
) -> None:
    linked = build("CREATE SCHEMA tester")
    outside = tmp_path_factory.mktemp("outside") / "other.wal"
    outside.write_text("sentinel-7")
    linked.file("files/warehouse.db.wal").symlink_to(outside)
    with pytest.raises(OutsideWorkspace):
        query(linked, "SELECT 1")
