"""Projects with a warehouse.db as the SDK writes it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest
from connector_sdk_mcp.tools.project import ConnectorProject, Workspace
from connector_sdk_mcp.tools.warehouse.connection import open_warehouse
from connector_sdk_mcp.tools.warehouse.judge import Judge

_SYSTEM_COLUMNS = "_fivetran_deleted BOOLEAN, _fivetran_synced TIMESTAMP WITH TIME ZONE"
_SYNC = f"""
    CREATE SCHEMA tester; CREATE SCHEMA tester_second;
    CREATE TABLE main._fivetran_metadata (key VARCHAR PRIMARY KEY, value VARCHAR NOT NULL);
    INSERT INTO main._fivetran_metadata VALUES ('naming_strategy', 'FIVETRAN_NAMING');
    CREATE TABLE tester.users (id BIGINT, name VARCHAR, score DECIMAL(10,2), {_SYSTEM_COLUMNS}, PRIMARY KEY (id));
    INSERT INTO tester.users VALUES
        (1, 'Ada', 1.50, false, TIMESTAMPTZ '2024-01-01 00:00:00+00'),
        (2, 'Zoë', NULL, true, TIMESTAMPTZ '2024-01-02 00:00:00+00'),
        (3, '李', 3.25, false, TIMESTAMPTZ '2024-01-03 00:00:00+00');
    CREATE TABLE tester.orders (line BIGINT, id BIGINT, user_id BIGINT, total DOUBLE, details JSON,
        {_SYSTEM_COLUMNS}, PRIMARY KEY (id, line));
    INSERT INTO tester.orders SELECT i % 2, i // 2, i % 3 + 1, i * 1.5, '{{"n": 1}}', false, now() FROM range(10) t(i);
    CREATE TABLE tester_second.other (_fivetran_id VARCHAR, a BIGINT, {_SYSTEM_COLUMNS}, PRIMARY KEY (_fivetran_id));
    CREATE TABLE tester."odd ""name" ("a b" INTEGER);
    CREATE VIEW tester.active AS SELECT id, name FROM tester.users WHERE NOT _fivetran_deleted;
    CREATE VIEW tester.above_active (x, "as") AS FROM tester.active;
    CREATE VIEW tester.settings_view AS SELECT current_setting('threads') AS threads;
    CREATE VIEW tester.above_settings AS FROM tester.settings_view;
    CREATE MACRO tester.stored_macro(a) AS a + 1;
    CREATE MACRO tester.stored_rows(a) AS TABLE SELECT a;
"""


def _build(folder: Path, statements: str) -> ConnectorProject:
    project = folder / "project"
    (project / "files").mkdir(parents=True)
    (project / "connector.py").write_text("")
    with duckdb.connect(project / "files" / "warehouse.db") as connection:
        connection.execute(statements)
    return ConnectorProject.open(Workspace((folder,)), "project")


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> ConnectorProject:
    """A synced project that no test changes."""
    return _build(tmp_path_factory.mktemp("workspace"), _SYNC)


@pytest.fixture
def build(tmp_path: Path) -> Callable[[str], ConnectorProject]:
    """Makes a project whose warehouse holds what the statements make."""
    return lambda statements: _build(tmp_path, statements)


@pytest.fixture
def empty_project(tmp_path: Path) -> ConnectorProject:
    """A project that was never synced."""
    (tmp_path / "connector.py").write_text("")
    (tmp_path / "files").mkdir()
    return ConnectorProject.open(Workspace((tmp_path,)), ".")


@pytest.fixture(scope="session")
def connection(project: ConnectorProject) -> Iterator[duckdb.DuckDBPyConnection]:
    """The worker's own kind of connection to the synced project."""
    opened, _ = open_warehouse(str(project.warehouse))
    with opened:
        yield opened


@pytest.fixture(scope="session")
def judge(project: ConnectorProject) -> Judge:
    """The judge over the names of the synced project."""
    opened, catalogue = open_warehouse(str(project.warehouse))
    with opened:
        return Judge(catalogue)


@pytest.fixture
def fingerprint() -> Callable[[ConnectorProject], dict[str, str]]:
    """Every file around a project with the digest of its bytes."""

    def taken(project: ConnectorProject) -> dict[str, str]:
        found = sorted(path for path in project.path.parent.rglob("*") if path.is_file())
        return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in found}

    return taken
