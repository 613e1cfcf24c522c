"""Warehouses that are missing, damaged, foreign, too new, or left behind by a killed run."""

from __future__ import annotations

import os
import re
import sqlite3
import struct
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from connector_sdk_mcp.tools import process
from connector_sdk_mcp.tools.errors import WarehouseMissing
from connector_sdk_mcp.tools.project import ConnectorProject
from connector_sdk_mcp.tools.warehouse.counts import table_counts
from connector_sdk_mcp.tools.warehouse.describe import describe
from connector_sdk_mcp.tools.warehouse.query import query

Build = Callable[[str], ConnectorProject]
TABLE = "CREATE SCHEMA tester; CREATE TABLE tester.t AS SELECT i, hash(i) AS h FROM range(100_000) r(i)"
KILLED_RUN = """
import duckdb, os, sys
connection = duckdb.connect(sys.argv[1])
connection.execute("CREATE SCHEMA tester; CREATE TABLE tester.t (a INT); CHECKPOINT; INSERT INTO tester.t VALUES (1)")
os._exit(9)
"""


def test_a_project_that_was_never_synced_says_so(empty_project: ConnectorProject) -> None:
    with pytest.raises(WarehouseMissing, match=r"does not exist: nothing was synced yet. Run run_debug_sync first"):
        query(empty_project, "SELECT 1")


def test_a_folder_in_place_of_the_warehouse_says_so(empty_project: ConnectorProject) -> None:
    (empty_project.path / "files" / "warehouse.db").mkdir()
    with pytest.raises(WarehouseMissing, match="is not a file"):
        describe(empty_project)


CONTENTS = {
    "empty": b"",
    "text": b"hello\n" * 1000,
    "zeros": bytes(10_000),
    "duckdb's mark alone": bytes(8) + b"DUCK" + bytes(5000),
}


@pytest.mark.parametrize("content", CONTENTS.values(), ids=CONTENTS)
def test_a_foreign_file_asks_for_a_fresh_sync(content: bytes, empty_project: ConnectorProject) -> None:
    empty_project.warehouse.write_bytes(content)
    with pytest.raises(WarehouseMissing, match=r"damaged or is not a DuckDB warehouse.*Run a fresh sync"):
        query(empty_project, "SELECT 1")
    assert empty_project.warehouse.read_bytes() == content


def test_a_sqlite_file_does_not_make_duckdb_install_anything(empty_project: ConnectorProject) -> None:
    with sqlite3.connect(empty_project.warehouse) as connection:
        connection.execute("CREATE TABLE t (a)")
    connection.close()
    with pytest.raises(WarehouseMissing, match="Run a fresh sync"):
        query(empty_project, "SELECT 1")


@pytest.mark.parametrize("kept", [4096, 20_000, 300_000])
def test_a_cut_off_file_asks_for_a_fresh_sync(kept: int, build: Build) -> None:
    project = build(TABLE)
    os.truncate(project.warehouse, kept)
    with pytest.raises(WarehouseMissing, match="Run a fresh sync"):
        query(project, "SELECT sum(h) FROM t")


def test_flipped_bytes_ask_for_a_fresh_sync(build: Build) -> None:
    project = build(TABLE)
    data = bytearray(project.warehouse.read_bytes())
    data[12288::64] = bytes(byte ^ 0x55 for byte in data[12288::64])
    project.warehouse.write_bytes(data)
    with pytest.raises(WarehouseMissing, match="Corrupt"):
        query(project, "SELECT sum(h) FROM t")


def test_a_file_of_a_newer_duckdb_says_so(build: Build) -> None:
    project = build(TABLE)
    data = bytearray(project.warehouse.read_bytes())
    data[12:20] = struct.pack("<Q", 99)
    project.warehouse.write_bytes(data)
    with pytest.raises(duckdb.IOException) as refused:
        duckdb.connect(project.warehouse, read_only=True)
    # DuckDB tells the checksum that the changed header should have.
    data[:8] = struct.pack("<Q", int(re.findall(r"computed checksum (\d+)", str(refused.value))[0]))
    project.warehouse.write_bytes(data)
    with pytest.raises(WarehouseMissing, match="written by a newer DuckDB"):
        query(project, "SELECT 1")


def test_the_log_of_a_killed_run_is_read_and_not_written(empty_project: ConnectorProject) -> None:
    warehouse = empty_project.warehouse
    argv = [sys.executable, "-c", KILLED_RUN, str(warehouse)]
    assert process.run(argv, env=os.environ, timeout_seconds=60, max_output_bytes=1000).returncode == 9
    before = contents(warehouse.parent)
    assert set(before) == {"warehouse.db", "warehouse.db.wal"}
    assert query(empty_project, "FROM t").rows == [[1]]
    assert [table["rows"] for table in table_counts(warehouse)] == [1]
    assert contents(warehouse.parent) == before


def contents(folder: Path) -> dict[str, bytes]:
    """The files of a folder with their bytes."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}
