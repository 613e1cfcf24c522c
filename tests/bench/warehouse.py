"""What a question to the warehouse costs beside plain DuckDB: `python -m bench.warehouse`; exit 1 beyond a bound.

CPU time in one run, alternating, over a table of 5 million rows and 20 columns. The start of the worker, which every
call pays, is told apart, as is what the server's memory grows by while it answers a query of 10 million rows.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
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
        asked = median(_ratios(lambda: _ask(warehouse), lambda: _plain(warehouse, SQL)))
        profiled = median(_ratios(lambda: _profile(warehouse), lambda: _plain(warehouse, "SUMMARIZE tester.facts")))
        started = _started()
        grown = _grown(project)
    results = (
        ("a query / plain DuckDB", asked, QUERY_BOUND),
        ("a profile / SUMMARIZE", profiled, PROFILE_BOUND),
        ("MB that the server grows by on 10 million rows", grown, GROWTH_BOUND_MB),
    )
    for name, value, bound in results:
        sys.stdout.write(f"{name} = {value:.2f}, at most {bound}\n")
    sys.stdout.write(f"the start of the worker / that of Python = {started:.2f}\n")
    return 0 if all(value <= bound for _, value, bound in results) else 1


def _project(folder: Path) -> ConnectorProject:
    (folder / "big" / "files").mkdir(parents=True)
    (folder / "big" / "connector.py").write_text("", encoding="utf-8")
    with duckdb.connect(str(folder / "big" / "files" / "warehouse.db")) as connection:
        connection.execute(_MAKE)
    return ConnectorProject.open(Workspace((folder,)), "big")


def _ask(warehouse: str) -> None:
    connection, catalogue = open_warehouse(warehouse)
    with connection:
        Judge(catalogue).check(SQL)
        _ = fetch(connection, SQL, 100)


def _profile(warehouse: str) -> None:
    connection, _ = open_warehouse(warehouse)
    with connection:
        _ = describe_tables(connection, "", profiled=True)


def _plain(warehouse: str, sql: str) -> None:
    with duckdb.connect(warehouse, read_only=True, config={"threads": 2}) as connection:
        _ = connection.execute(sql).fetchall()


def _started() -> float:
    """The CPU of a worker that has nothing to do, against that of an interpreter."""
    worker = [sys.executable, "-I", "-m", "connector_sdk_mcp.tools.warehouse.worker"]
    return median(_ratios(lambda: _run(worker), lambda: _run([sys.executable, "-I", "-c", "pass"])))


def _run(argv: list[str]) -> None:
    subprocess.run(argv, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)


def _grown(project: ConnectorProject) -> float:
    """The memory of this process, in which the server's part runs, before and after."""
    _ = query(project, "SELECT 1")
    before = psutil.Process().memory_info().rss
    _ = query(project, "SELECT a.* FROM tester.facts a, range(2)", max_rows=10_000)
    return max(0.0, (psutil.Process().memory_info().rss - before) / 1e6)


def _ratios(mine: Callable[[], None], other: Callable[[], None]) -> Iterator[float]:
    other()
    for _ in range(ROUNDS):
        base = _spent(other)
        yield _spent(mine) / base


def _spent(work: Callable[[], None]) -> float:
    before = _used()
    work()
    return _used() - before


def _used() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


if __name__ == "__main__":
    sys.exit(main())
