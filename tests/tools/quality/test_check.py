"""Clean data raises no alarm, and each planted fault its own."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from connector_sdk_mcp.tools.debug.models import Outcome
from connector_sdk_mcp.tools.debug.runs import Runs
from connector_sdk_mcp.tools.errors import InvalidArguments, WarehouseMissing
from connector_sdk_mcp.tools.project import ConnectorProject, Workspace
from connector_sdk_mcp.tools.quality.check import check_data_quality
from connector_sdk_mcp.tools.quality.reconcile import LastRun
from connector_sdk_mcp.tools.quality.sources import with_source_names
from connector_sdk_mcp.tools.warehouse.describe import describe
from connector_sdk_mcp.tools.warehouse.query import query
from connector_sdk_mcp.tools.warehouse.snapshots import keep_snapshot
from support import MakeProject, finished

from .conftest import Plant

Alarm = tuple[str, str, str | None, str]


def alarms(project: ConnectorProject, runs: Runs, baseline: str = "") -> list[Alarm]:
    report = check_data_quality(project, runs, baseline=baseline)
    assert report.summary["pass"] > 20
    return [(each.check, each.table, each.column, each.status) for each in report.checks if each.status != "pass"]


def test_clean_data_of_five_shapes_gives_no_alarm_and_each_sql_can_be_asked(plant: Plant, runs: Runs) -> None:
    project = plant("SELECT 1")
    assert alarms(project, runs) == []
    one_of_each = {check.check: check for check in check_data_quality(project, runs).checks}
    for check in one_of_each.values():
        assert query(project, check.sql).columns, check


def _text(table: str, column: str, value: str) -> str:
    """A new text column with a value made of the row's number."""
    return (
        f"ALTER TABLE tester.{table} ADD COLUMN {column} VARCHAR; "
        f"UPDATE tester.{table} SET {column} = {value.format(i='rowid')}"
    )


FAULTS: dict[str, tuple[str, Alarm]] = {
    "a column of NULLs": (
        "ALTER TABLE tester.customers ADD COLUMN nickname VARCHAR",
        ("column-always-null", "customers", "nickname", "warn"),
    ),
    "a null in a key": (
        "CREATE TABLE tester.copy AS FROM tester.samples; DROP TABLE tester.samples; "
        "ALTER TABLE tester.copy RENAME TO samples; UPDATE tester.samples SET sample_id = NULL WHERE rowid = 3",
        ("key-null", "samples", "sample_id", "fail"),
    ),
    "numbers as text": (
        _text("customers", "revenue", "({i} * 3 + 0.5)::VARCHAR"),
        ("text-is-number", "customers", "revenue", "warn"),
    ),
    "dates as text": (
        _text("customers", "signed", "strftime(DATE '2024-01-01' + {i}::INTEGER, '%d/%m/%Y')"),
        ("text-is-date", "customers", "signed", "warn"),
    ),
    "two time zones": (
        _text("events", "seen", "'2025-01-01T10:00:' || (10 + {i} % 50) || ['Z', '+02:00'][{i} % 2 + 1]"),
        ("mixed-zones", "events", "seen", "warn"),
    ),
    "booleans as text": (
        _text("samples", "checked", "['yes', 'no'][{i} % 2 + 1]"),
        ("text-is-boolean", "samples", "checked", "warn"),
    ),
    "JSON as text": (
        _text("samples", "extra", "'{{\"a\": ' || {i} || '}}'"),
        ("text-is-json", "samples", "extra", "warn"),
    ),
    "None as text": (
        "UPDATE tester.predictions SET note = 'None' WHERE note IS NULL",
        ("sentinel-text", "predictions", "note", "warn"),
    ),
    "n/a as text": (
        "UPDATE tester.customers SET name = 'N/A' WHERE id = 4",
        ("sentinel-text", "customers", "name", "warn"),
    ),
    "-999 for no value": (
        "UPDATE tester.predictions SET score = -999 WHERE entity_id = 7",
        ("sentinel-number", "predictions", "score", "warn"),
    ),
    "999999 for no value": (
        "UPDATE tester.predictions SET score = 999999 WHERE entity_id = 7",
        ("sentinel-number", "predictions", "score", "warn"),
    ),
    "the end of time": (
        "UPDATE tester.customers SET created_at = TIMESTAMPTZ '9999-12-31 00:00:00+00' WHERE id = 5",
        ("sentinel-time", "customers", "created_at", "warn"),
    ),
    "a date of 1900": (
        "UPDATE tester.predictions SET predicted_for = DATE '1900-01-01' WHERE entity_id = 5",
        ("sentinel-time", "predictions", "predicted_for", "warn"),
    ),
    "the epoch": (
        "UPDATE tester.events SET happened = TIMESTAMP '1970-01-01' WHERE rowid = 3",
        ("epoch-zero", "events", "happened", "warn"),
    ),
    "the future": (
        "UPDATE tester.customers SET created_at = now() + INTERVAL 90 DAY WHERE id = 5",
        ("time-in-future", "customers", "created_at", "warn"),
    ),
    "infinity": (
        "UPDATE tester.customers SET balance = 'inf'::DOUBLE WHERE id = 5",
        ("infinite-values", "customers", "balance", "fail"),
    ),
    "not a number": (
        "UPDATE tester.samples SET weight = 'nan'::FLOAT WHERE sample_id = 'x5'",
        ("infinite-values", "samples", "weight", "fail"),
    ),
    "all rows deleted": (
        "UPDATE tester.samples SET _fivetran_deleted = true",
        ("all-rows-deleted", "samples", None, "warn"),
    ),
    "a key that is not declared": (
        "ALTER TABLE tester.events ADD COLUMN event_id BIGINT; UPDATE tester.events SET event_id = rowid",
        ("surrogate-key", "events", "event_id", "warn"),
    ),
    "the secret of the configuration": (
        "UPDATE tester.customers SET name = 'key tok-Zq91xW72' WHERE id = 9",
        ("secret-in-data", "customers", "name", "fail"),
    ),
    "a token of a known form": (
        "UPDATE tester.events SET payload = '{\"t\": \"ghp_a1B2c3D4a1B2c3D4a1B2c3D4\"}' WHERE kind = 'view'",
        ("secret-in-data", "events", "payload", "fail"),
    ),
    "a moment that is missing": (
        "DELETE FROM tester.readings WHERE taken_at = TIMESTAMPTZ '2025-01-01 00:20:00+00'",
        ("interval-gaps", "readings", "taken_at", "warn"),
    ),
    "a moment that is there twice": (
        "CREATE TABLE tester.copy AS FROM tester.readings; DROP TABLE tester.readings; "
        "ALTER TABLE tester.copy RENAME TO readings; "
        "INSERT INTO tester.readings FROM tester.readings WHERE value > 15",
        ("interval-duplicates", "readings", "taken_at", "warn"),
    ),
    "a declared table that is not there": (
        "DROP TABLE tester.samples",
        ("declared-table-missing", "samples", None, "warn"),
    ),
    "a declared column that is not there": (
        "ALTER TABLE tester.customers DROP COLUMN created_at",
        ("declared-column-missing", "customers", "created_at", "warn"),
    ),
    "a table that is not declared": (
        "CREATE TABLE tester.customer AS FROM tester.customers",
        ("undeclared-table", "customer", None, "warn"),
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_gives_its_own_alarm_and_no_other(fault: str, plant: Plant, runs: Runs) -> None:
    sql, alarm = FAULTS[fault]
    assert alarms(plant(sql), runs) == [alarm]


CHANGES: dict[str, tuple[str, Alarm]] = {
    "rows are gone": ("DELETE FROM tester.customers WHERE id < 3", ("baseline-rows", "customers", None, "fail")),
    "a column is gone": (
        "ALTER TABLE tester.samples DROP COLUMN split",
        ("baseline-columns", "samples", "split", "fail"),
    ),
    "a column is new": (
        "ALTER TABLE tester.samples ADD COLUMN source VARCHAR; UPDATE tester.samples SET source = 'lab'",
        ("baseline-columns", "samples", "source", "warn"),
    ),
    "a type has changed": (
        "ALTER TABLE tester.customers ALTER balance TYPE VARCHAR; "
        "UPDATE tester.customers SET balance = 'EUR ' || balance",
        ("baseline-types", "customers", "balance", "warn"),
    ),
    "nulls have come": (
        "UPDATE tester.customers SET email = NULL WHERE id % 2 = 0",
        ("baseline-nulls", "customers", "email", "warn"),
    ),
    "a category has come": (
        "UPDATE tester.customers SET plan = 'enterprise' WHERE id = 1",
        ("baseline-categories", "customers", "plan", "warn"),
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_since_the_baseline_gives_its_own_alarm(change: str, plant: Plant, runs: Runs) -> None:
    project = plant("SELECT 1")
    keep_snapshot(project.path, project.files, "before")
    assert alarms(project, runs, "before") == []
    sql, alarm = CHANGES[change]
    assert alarms(plant(sql), runs, "before") == [alarm]


def test_the_difference_of_two_snapshots_names_rows(plant: Plant, runs: Runs) -> None:
    project = plant("SELECT 1")
    keep_snapshot(project.path, project.files, "before")
    plant(
        "DELETE FROM tester.customers WHERE id = 7; UPDATE tester.customers SET name = 'other' WHERE id IN (1, 2); "
        "INSERT INTO tester.customers SELECT 100 + id, * EXCLUDE id FROM tester.customers WHERE id < 4"
    )
    report = check_data_quality(project, runs, tables=["customers"], baseline="before")
    (rows,) = [each for each in report.checks if each.check == "baseline-rows"]
    assert rows.observed == "4 added (100, 101, 102, …); 1 removed (7); 2 changed (1, 2)"
    assert {each.table for each in report.checks} == {"customers"}
    with duckdb.connect(str(project.warehouse)) as connection:
        connection.execute("DROP TABLE tester.events")
    gone = check_data_quality(project, runs, baseline="before").checks
    assert ("baseline-tables", "events", "fail") in [(each.check, each.table, each.status) for each in gone]


def test_a_table_of_hundreds_of_columns_is_checked_and_profiled(plant: Plant, runs: Runs) -> None:
    columns = ", ".join(f"'v' || (i % {n + 2}) AS s{n}, i * {n} AS n{n}, now() AS t{n}" for n in range(150))
    project = plant(f"CREATE TABLE tester.wide AS SELECT i AS id, {columns} FROM range(20_000) r(i)")
    assert alarms(project, runs) == [("undeclared-table", "wide", None, "warn")]
    found = describe(project, table="wide", profile=True)
    columns_shown = found.tables[0].columns
    assert [column.distinct for column in columns_shown if column.name in ("s0", "s1", "s40")] == [2, 3, 42]
    assert f"{451 - len(columns_shown)} columns" in str(found.more)


def test_what_cannot_be_checked_is_refused(plant: Plant, runs: Runs) -> None:
    project = plant("SELECT 1")
    with pytest.raises(InvalidArguments, match="no table 'nope'"):
        check_data_quality(project, runs, tables=["nope"])
    with pytest.raises(InvalidArguments, match="no snapshot"):
        check_data_quality(project, runs, baseline="nope")
    keep_snapshot(project.path, project.files, "broken")
    (project.path / ".connector-sdk-mcp" / "snapshots" / "broken" / "warehouse.db").write_text("no database")
    with pytest.raises(WarehouseMissing, match=r"snapshots/broken/warehouse.db is damaged.*Keep another snapshot"):
        check_data_quality(project, runs, baseline="broken")
    project.warehouse.unlink()
    with pytest.raises(WarehouseMissing):
        check_data_quality(project, runs)


ROWS = "for number in range(30):\n    op.upsert('items', {'id': number, 'size': number})\n"
SENT: dict[str, tuple[str, Alarm]] = {
    "an update that met no row": (
        ROWS + "op.update('items', {'id': 99, 'size': 1})",
        ("update-without-row", "items", None, "fail"),
    ),
    "keys that merge": (
        ROWS + "for number in range(30):\n    op.upsert('items', {'id': number % 3, 'size': 1})",
        ("keys-merged", "items", None, "warn"),
    ),
    "two fields in one": (
        ROWS + "op.upsert('items', {'id': 50, 'Size': 1})",
        ("columns-collide", "items", "size", "fail"),
    ),
}


@pytest.mark.parametrize("fault", SENT)
def test_what_a_run_sent_is_compared_with_its_tables(
    fault: str, runs: Runs, make_project: MakeProject, workspace: Workspace
) -> None:
    body, alarm = SENT[fault]
    for text, expected in ((ROWS, []), (body, [alarm])):
        project = make_project(text + "\nop.checkpoint({'next': 1})")
        run = finished(runs, workspace, runs.start(project, state="fresh"))
        assert run.outcome is Outcome.SUCCEEDED
        report = check_data_quality(project, runs)
        found = [(each.check, each.table, each.column, each.status) for each in report.checks if each.status != "pass"]
        assert (found, report.run_id) == (expected, run.run_id)


def test_two_tables_of_the_source_that_became_one_are_told(
    runs: Runs, make_project: MakeProject, workspace: Workspace
) -> None:
    project = make_project("op.upsert('things', {'a': 1})\nop.upsert('Things', {'a': 2})\nop.checkpoint({})")
    code = project.path / "connector.py"
    code.write_text(code.read_text().replace(", schema=schema", ""))
    assert finished(runs, workspace, runs.start(project)).outcome is Outcome.SUCCEEDED
    checks = [each for each in check_data_quality(project, runs).checks if each.status != "pass"]
    assert [(each.check, each.observed) for each in checks] == [
        ("names-collide", "the tables things, Things of the source are one")
    ]


def test_a_secret_in_the_state_is_told(plant: Plant, runs: Runs) -> None:
    project = plant("SELECT 1")
    project.state.write_text('{"cursor": "x tok-Zq91xW72"}')
    assert alarms(project, runs) == [("secret-in-state", "files/state.json", None, "fail")]
    project.state.write_text("[1]")
    assert alarms(project, runs) == [("state-unreadable", "files/state.json", None, "fail")]
    assert Path(project.state).read_text() == "[1]"


def test_the_source_s_names_are_told_beside_those_of_the_warehouse(
    runs: Runs, make_project: MakeProject, workspace: Workspace
) -> None:
    project = make_project("op.upsert('items', {'id': 1, 'userId': 2})\nop.checkpoint({'next': 1})")
    finished(runs, workspace, runs.start(project))
    (table,) = with_source_names(describe(project), LastRun.of(runs, project)).tables
    assert table.source_name is None
    assert {column.name: column.source_name for column in table.columns if column.source_name} == {"user_id": "userId"}
