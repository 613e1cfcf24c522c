"""Clean data of five shapes, as the SDK writes it, and a way to plant a fault."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from connector_sdk_mcp.tools.project import ConnectorProject, Workspace

_SYSTEM = "false AS _fivetran_deleted, now() AS _fivetran_synced"
DAY = "TIMESTAMPTZ '2025-01-01 00:00:00+00'"
CLEAN = f"""
CREATE SCHEMA tester;
-- an application's tables
CREATE TABLE tester.customers (id BIGINT PRIMARY KEY, name VARCHAR, email VARCHAR, plan VARCHAR, zip VARCHAR,
    balance DOUBLE, active BOOLEAN, created_at TIMESTAMPTZ, _fivetran_deleted BOOLEAN, _fivetran_synced TIMESTAMPTZ);
INSERT INTO tester.customers SELECT i, 'Name ' || i, 'c' || i || '@mail.test', ['free', 'pro', 'team'][i % 3 + 1],
    lpad((i * 7)::VARCHAR, 5, '0'), i * 1.25 - 9, i % 2 = 0, {DAY} + to_hours(i), {_SYSTEM} FROM range(60) r(i);
-- a sensor's readings
CREATE TABLE tester.readings (sensor VARCHAR, taken_at TIMESTAMPTZ, value DOUBLE, quality SMALLINT,
    _fivetran_deleted BOOLEAN, _fivetran_synced TIMESTAMPTZ, PRIMARY KEY (sensor, taken_at));
INSERT INTO tester.readings SELECT 's' || s, {DAY} + to_minutes(i), sin(i) * 20 + s, 1 + i % 3, {_SYSTEM}
    FROM range(50) r(i), range(3) q(s);
-- an event log without a key
CREATE TABLE tester.events (_fivetran_id VARCHAR PRIMARY KEY, kind VARCHAR, payload JSON, happened TIMESTAMP,
    _fivetran_deleted BOOLEAN, _fivetran_synced TIMESTAMPTZ);
INSERT INTO tester.events SELECT md5(i::VARCHAR), ['click', 'view'][i % 2 + 1], '{{"n": ' || i || '}}',
    TIMESTAMP '2025-01-01' + to_seconds(i), {_SYSTEM} FROM range(80) r(i);
-- a training set with labels
CREATE TABLE tester.samples (sample_id VARCHAR PRIMARY KEY, label VARCHAR, features JSON, weight FLOAT, split VARCHAR,
    _fivetran_deleted BOOLEAN, _fivetran_synced TIMESTAMPTZ);
INSERT INTO tester.samples SELECT 'x' || i, ['cat', 'dog'][i % 2 + 1], '[1, 2]', 0.5, ['train', 'test'][i % 2 + 1],
    {_SYSTEM} FROM range(40) r(i);
-- predictions of a model
CREATE TABLE tester.predictions (entity_id BIGINT, model_version VARCHAR, score DOUBLE, predicted_for DATE,
    note VARCHAR, _fivetran_deleted BOOLEAN, _fivetran_synced TIMESTAMPTZ, PRIMARY KEY (entity_id, model_version));
INSERT INTO tester.predictions SELECT i, '1.' || i % 2, 0.01 * i, DATE '2030-01-01' + i::INTEGER,
    CASE WHEN i % 4 = 0 THEN 'looked at by hand' END, {_SYSTEM} FROM range(50) r(i);
"""
CODE = """
from fivetran_connector_sdk import Connector, Operations as op

def schema(configuration):
    return [
        {"table": "customers", "primary_key": ["id"], "columns": {"id": "LONG", "createdAt": "UTC_DATETIME"}},
        {"table": "readings", "primary_key": ["sensor", "taken_at"]},
        {"table": "events"},
        {"table": "samples", "primary_key": ["sample_id"]},
        {"table": "predictions", "primary_key": ["entity_id", "model_version"]},
    ]

def update(configuration, state):
    op.upsert("customers", {})

connector = Connector(update=update, schema=schema)
"""
Plant = Callable[[str], ConnectorProject]


@pytest.fixture
def plant(tmp_path: Path) -> Plant:
    """Makes a project with the clean data, changed by SQL."""

    def made(sql: str) -> ConnectorProject:
        project = tmp_path / "work" / "project"
        (project / "files").mkdir(parents=True, exist_ok=True)
        (project / "connector.py").write_text(CODE, encoding="utf-8")
        (project / "configuration.json").write_text('{"api_token": "tok-Zq91xW72", "interval_seconds": "60"}')
        (project / "files" / "state.json").write_text('{"cursor": "2025-01-01"}')
        with duckdb.connect(str(project / "files" / "warehouse.db")) as connection:
            connection.execute(CLEAN if not connection.execute("FROM duckdb_tables()").fetchall() else "SELECT 1")
            connection.execute(sql)
        return ConnectorProject.open(Workspace((tmp_path / "work",)), "project")

    return made
