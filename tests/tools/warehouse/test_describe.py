"""Descriptions of warehouses, and the counts that the supervisor takes."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from connector_sdk_mcp.tools import process
from connector_sdk_mcp.tools.errors import InvalidArguments, WarehouseBusy
from connector_sdk_mcp.tools.project import ConnectorProject
from connector_sdk_mcp.tools.warehouse.counts import table_counts
from connector_sdk_mcp.tools.warehouse.describe import ANSWER_CHARACTERS, describe
from connector_sdk_mcp.tools.warehouse.locks import warehouse_lock
from connector_sdk_mcp.tools.warehouse.models import WarehouseDescription
from connector_sdk_mcp.tools.warehouse.query import query

DELETED = {"name": "_fivetran_deleted", "type": "BOOLEAN"}
SYNCED = {"name": "_fivetran_synced", "type": "TIMESTAMP WITH TIME ZONE"}
USERS = {
    "schema": "tester",
    "name": "users",
    "rows": 3,
    "soft_deleted_rows": 1,
    "primary_key": ["id"],
    "columns": [
        {"name": "id", "type": "BIGINT"},
        {"name": "name", "type": "VARCHAR"},
        {"name": "score", "type": "DECIMAL(10,2)"},
        DELETED,
        SYNCED,
    ],
}


def test_a_description_lists_tables_keys_and_columns(project: ConnectorProject) -> None:
    found = json.loads(describe(project).model_dump_json(exclude_none=True))
    assert [(table["schema"], table["name"]) for table in found["tables"]] == [
        ("tester", 'odd "name'),
        ("tester", "orders"),
        ("tester", "users"),
        ("tester_second", "other"),
    ]
    assert found["tables"][2] == USERS
    assert [table["primary_key"] for table in found["tables"]] == [[], ["id", "line"], ["id"], ["_fivetran_id"]]
    assert "more" not in found


@pytest.mark.parametrize("table", ["users", "USERS", "tester.users", "Tester.Users"])
def test_a_table_is_described_by_its_name(table: str, project: ConnectorProject) -> None:
    assert json.loads(describe(project, table=table).model_dump_json(exclude_none=True)) == {"tables": [USERS]}


@pytest.mark.parametrize("table", ["nope", "main.users", "_fivetran_metadata", "active", "users'; DROP TABLE users"])
def test_an_unknown_table_is_answered_with_the_known_ones(table: str, project: ConnectorProject) -> None:
    with pytest.raises(InvalidArguments, match=r"Its tables: .*tester.orders, tester.users, tester_second.other"):
        describe(project, table=table)


def test_the_schema_of_a_description_says_schema() -> None:
    tables = WarehouseDescription.model_json_schema()["$defs"]["TableDescription"]["properties"]
    assert list(tables)[:2] == ["schema", "name"]


def test_a_warehouse_without_tables_is_described_as_empty(build: Callable[[str], ConnectorProject]) -> None:
    bare = build("CREATE TABLE main._fivetran_metadata (key VARCHAR)")
    assert describe(bare) == WarehouseDescription(tables=[])
    with pytest.raises(InvalidArguments, match="run a sync that sends rows first"):
        describe(bare, table="users")


WIDE = "CREATE SCHEMA tester; CREATE TABLE tester.a AS SELECT " + ", ".join(f"{i} AS column_{i}" for i in range(1000))
MANY = "CREATE SCHEMA tester;" + "".join(f"CREATE TABLE tester.t{i:04} (a INT);" for i in range(400))


@pytest.mark.parametrize(
    ("statements", "left_out"),
    [(WIDE + ";CREATE TABLE tester.b AS SELECT 1 AS a", "columns and 0 tables"), (MANY, "192 tables were left out")],
)
def test_a_long_description_says_what_was_left_out(
    statements: str, left_out: str, build: Callable[[str], ConnectorProject]
) -> None:
    description = describe(build(statements))
    assert left_out in str(description.more)
    assert len(description.model_dump_json(exclude_none=True)) < ANSWER_CHARACTERS + 500


def test_counts_are_taken_from_the_file_alone(project: ConnectorProject) -> None:
    assert table_counts(project.warehouse) == [
        {"schema": "tester", "name": 'odd "name', "rows": 0, "soft_deleted_rows": 0},
        {"schema": "tester", "name": "orders", "rows": 10, "soft_deleted_rows": 0},
        {"schema": "tester", "name": "users", "rows": 3, "soft_deleted_rows": 1},
        {"schema": "tester_second", "name": "other", "rows": 0, "soft_deleted_rows": 0},
    ]


def test_a_description_waits_for_the_lock_too(project: ConnectorProject, tmp_path: Path) -> None:
    lock = tmp_path / "project.lock"
    with warehouse_lock(lock, shared=False, wait_seconds=0), pytest.raises(WarehouseBusy, match="held by a sync"):
        describe(project, lock_file=lock)


def test_counts_and_locks_load_the_standard_library_only() -> None:
    code = (
        "import sys; import connector_sdk_mcp.tools.warehouse.counts, connector_sdk_mcp.tools.warehouse.locks;"
        "print(sorted({name.partition('.')[0].lstrip('_') for name in sys.modules}))"
    )
    done = process.run([sys.executable, "-I", "-c", code], env={}, timeout_seconds=60, max_output_bytes=100_000)
    loaded = done.stdout.decode()
    assert "'connector_sdk_mcp'" in loaded
    assert [name for name in ("duckdb", "pydantic", "mcp", "anyio") if f"'{name}'" in loaded] == []


ODD_SCHEMAS = ("Upper", "Ünï", "a,b", "it's", 'quo"te', "select", "warehouse", "main2")


def test_schemas_of_any_name_are_described_and_queried(build: Callable[[str], ConnectorProject]) -> None:
    quoted = ['"' + schema.replace('"', '""') + '"' for schema in ODD_SCHEMAS]
    made = [f"CREATE SCHEMA warehouse.{name}; CREATE TABLE warehouse.{name}.t AS SELECT 1 AS a;" for name in quoted]
    odd = build("".join(made))
    assert {table.schema_name: table.rows for table in describe(odd).tables} == dict.fromkeys(ODD_SCHEMAS, 1)
    everything = " UNION ALL ".join(f"SELECT a FROM warehouse.{name}.t" for name in quoted)
    assert query(odd, everything).rows == [[1]] * len(ODD_SCHEMAS)
    assert query(odd, "FROM t").rows == [[1]]
