"""What a question to the warehouse costs beside plain DuckDB: `python -m bench.warehouse`; exit 1 beyond a bound.

CPU time in one run, alternating, over a table of 5 million rows and 20 columns, on connections that are open. The start
of the worker, which every call pays, with the opening of the warehouse and the check of its settings, is told apart, as
is what the server's memory grows by while it answers a query of 10 million rows.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

import duckdb
import psutil
from connector_sdk_mcp.tools.project import ConnectorProject, Workspace
from connector_sdk_mcp.tools.warehouse.connection import open_warehouse
from connector_sdk_mcp.tools.warehouse.judge import Judge
from connector_sdk_mcp.tools.warehouse.query import query
from connector_sdk_mcp.tools.warehouse.rows import fetch
from connector_sdk_mcp.tools.warehouse.tables import describe_tables
from cpu import spent_by

ROWS, ROUNDS = 5_000_000, 5
QUERY_BOUND, PROFILE_BOUND, GROWTH_BOUND_MB = 1.2, 1.5, 30.0
SQL = "SELECT g, count(*), sum(a), avg(b), max(t) FROM tester.facts WHERE a % 3 = 1 GROUP BY g ORDER BY g"
_COLUMNS = ", ".join(f"(i * {n}) % 1000 AS n{n}, 'text ' || (i % {n}) AS s{n}" for n in range(2, 10))
_MAKE = f"""
CREATE SCHEMA tester;
CREATE TABLE tester.facts AS SELECT i AS a, i / 7 AS b, i % 12 AS g, TIMESTAMP '2025-01-01' + to_seconds(i) AS t,
    {_COLUMNS} FROM range({ROWS}) r(i);
"""


def main() -> int:
    """Prints each ratio with its bound."""
    with tempfile.TemporaryDirectory() as folder:
        project = _project(Path(folder))
        warehouse = str(project.warehouse)
        ours, catalogue = open_warehouse(warehouse)
        # DuckDB opens a file once a process, with one configuration.
        other = shutil.copyfile(warehouse, Path(folder) / "other.db")
        with ours, duckdb.connect(str(other), read_only=True, config={"threads": 2}) as plain:
            judge = Judge(catalogue)
            asked = median(_ratios(lambda: _ask(ours, judge), lambda: plain.execute(SQL).fetchall()))
            summarize = "SUMMARIZE tester.facts"
            profiled = median(_ratios(lambda: _profile(ours), lambda: plain.execute(summarize).fetchall()))
        started = _started(project)
        grown = _grown(project)
    results = (
        ("a query / plain DuckDB", asked, QUERY_BOUND),
        ("a profile / SUMMARIZE", profiled, PROFILE_BOUND),
        ("MB that the server grows by on 10 million rows", grown, GROWTH_BOUND_MB),
    )
    for name, value, bound in results:
        sys.stdout.write(f"{name} = {value:.2f}, at most {bound}\n")
    sys.stdout.write(f"the start of a worker / that of Python with duckdb = {started:.2f}\n")
    return 0 if all(value <= bound for _, value, bound in results) else 1


def _project(folder: Path) -> ConnectorProject:
    (folder / "big" / "files").mkdir(parents=True)
    (folder / "big" / "connector.py").write_text("", encoding="utf-8")
    with duckdb.connect(str(folder / "big" / "files" / "warehouse.db")) as connection:
        connection.execute(_MAKE)
    return ConnectorProject.open(Workspace((folder,)), "big")


def _ask(connection: duckdb.DuckDBPyConnection, judge: Judge) -> None:
    judge.check(SQL)
    _ = fetch(connection, SQL, 100)


def _profile(connection: duckdb.DuckDBPyConnection) -> None:
    _ = describe_tables(connection, "", profiled=True)


def _started(project: ConnectorProject) -> float:
    """The CPU of a call that asks for nothing, against that of an interpreter which imports duckdb."""
    other = [sys.executable, "-I", "-c", "import duckdb"]
    return median(_ratios(lambda: query(project, "SELECT 1"), lambda: subprocess.run(other, check=True)))


def _grown(project: ConnectorProject) -> float:
    """The memory of this process, in which the server's part runs, before and after."""
    _ = query(project, "SELECT 1")
    before = psutil.Process().memory_info().rss
    _ = query(project, "SELECT a.* FROM tester.facts a, range(2)", max_rows=10_000)
    return max(0.0, (psutil.Process().memory_info().rss - before) / 1e6)


def _ratios(mine: Callable[[], object], other: Callable[[], object]) -> Iterator[float]:
    _ = other()
    for _ in range(ROUNDS):
        base = spent_by(other)
        yield spent_by(mine) / base


if __name__ == "__main__":
    sys.exit(main())
