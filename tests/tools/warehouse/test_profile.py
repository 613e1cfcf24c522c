"""What the values of a column are like."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from connector_sdk_mcp.tools.errors import InvalidArguments
from connector_sdk_mcp.tools.project import ConnectorProject
from connector_sdk_mcp.tools.warehouse.describe import describe
from connector_sdk_mcp.tools.warehouse.profile import COUNTED_ROWS, MOST_ROWS
from connector_sdk_mcp.tools.warehouse.snapshots import keep_snapshot

Build = Callable[[str], ConnectorProject]


def profiled(project: ConnectorProject, table: str) -> dict[str, Any]:
    found = json.loads(describe(project, table=table, profile=True).model_dump_json(exclude_none=True))
    return found["tables"][0]


def test_each_column_has_its_nulls_distinct_values_extremes_and_samples(project: ConnectorProject) -> None:
    assert profiled(project, "users") == {
        "schema": "tester",
        "name": "users",
        "rows": 3,
        "soft_deleted_rows": 1,
        "primary_key": ["id"],
        "profiled_rows": 3,
        "columns": [
            {
                "name": "id",
                "type": "BIGINT",
                "null_fraction": 0.0,
                "distinct": 3,
                "min": 1,
                "max": 3,
                "samples": [1, 2, 3],
            },
            {
                "name": "name",
                "type": "VARCHAR",
                "null_fraction": 0.0,
                "distinct": 3,
                "min": "Ada",
                "max": "李",
                "samples": ["Ada", "Zoë", "李"],
            },
            {
                "name": "score",
                "type": "DECIMAL(10,2)",
                "null_fraction": 0.3333,
                "distinct": 2,
                "min": "1.50",
                "max": "3.25",
                "samples": ["1.50", "3.25"],
            },
            {
                "name": "_fivetran_deleted",
                "type": "BOOLEAN",
                "null_fraction": 0.0,
                "distinct": 2,
                "min": False,
                "max": True,
                "samples": [False, True],
            },
            {
                "name": "_fivetran_synced",
                "type": "TIMESTAMP WITH TIME ZONE",
                "null_fraction": 0.0,
                "distinct": 3,
                "min": "2024-01-01T00:00:00Z",
                "max": "2024-01-03T00:00:00Z",
                "samples": ["2024-01-01T00:00:00Z", "2024-01-02T00:00:00Z", "2024-01-03T00:00:00Z"],
            },
        ],
    }


@pytest.mark.parametrize(
    ("kind", "value", "least"),
    [
        ("JSON", "'{\"a\": 1}'", None),
        ("BLOB", "'ab'", None),
        ("INTEGER[]", "[1, 2]", None),
        ("STRUCT(a INTEGER)", "{'a': 1}", None),
        ("MAP(VARCHAR, INTEGER)", "MAP {'a': 1}", None),
        ("DOUBLE", "'nan'::DOUBLE", "NaN"),
        ("HUGEINT", "170141183460469231731687303715884105727", "170141183460469231731687303715884105727"),
        ("VARCHAR", "repeat('x', 5000)", "x" * 80 + "… (5000 characters)"),
        ("TIMESTAMP", "TIMESTAMP '0044-03-15 (BC) 10:00:00'", "0044-03-15 (BC)T10:00:00"),
        ("INTERVAL", "INTERVAL 1 DAY", "1 day"),
        ("UUID", "'550e8400-e29b-41d4-a716-446655440000'", "550e8400-e29b-41d4-a716-446655440000"),
    ],
)
def test_a_column_of_any_type_is_profiled(kind: str, value: str, least: object, build: Build) -> None:
    project = build(
        f'CREATE SCHEMA tester; CREATE TABLE tester.t ("a ""b" {kind}); INSERT INTO tester.t VALUES ({value}), (NULL)'
    )
    (column,) = profiled(project, "t")["columns"]
    assert (column["null_fraction"], column["distinct"], column.get("min")) == (0.5, 1, least)
    assert len(column["samples"]) == 1


def test_an_empty_table_and_a_column_of_nulls_are_profiled(build: Build) -> None:
    project = build(
        "CREATE SCHEMA tester; CREATE TABLE tester.e (a INTEGER); CREATE TABLE tester.n (a INTEGER); "
        "INSERT INTO tester.n VALUES (NULL), (NULL)"
    )
    assert profiled(project, "e")["columns"] == [{"name": "a", "type": "INTEGER", "null_fraction": 0.0, "distinct": 0}]
    assert profiled(project, "n")["columns"] == [{"name": "a", "type": "INTEGER", "null_fraction": 1.0, "distinct": 0}]


def test_a_large_table_is_sampled_and_says_so(build: Build) -> None:
    rows = 2 * MOST_ROWS
    project = build(f"CREATE SCHEMA tester; CREATE TABLE tester.t AS SELECT i, i % 7 AS g FROM range({rows}) r(i)")
    table = profiled(project, "t")
    assert table["rows"] == rows
    assert 0.8 * MOST_ROWS < table["profiled_rows"] < 1.2 * MOST_ROWS
    number, group = table["columns"]
    assert group["distinct"] == 7
    assert number["distinct"] == pytest.approx(table["profiled_rows"], rel=0.4)
    assert COUNTED_ROWS < MOST_ROWS


def test_a_snapshot_is_described_and_an_unknown_one_is_answered_with_the_known_ones(build: Build) -> None:
    project = build("CREATE SCHEMA tester; CREATE TABLE tester.t AS SELECT 1 AS a")
    with pytest.raises(InvalidArguments, match="It has none"):
        describe(project, snapshot="before")
    keep_snapshot(project.path, project.files, "before")
    project.warehouse.unlink()
    assert describe(project, snapshot="before").tables[0].rows == 1
    for name in ("befor", "../snapshots/before", "", "."):
        if name:
            with pytest.raises(InvalidArguments, match="Its snapshots: before"):
                describe(project, snapshot=name)
