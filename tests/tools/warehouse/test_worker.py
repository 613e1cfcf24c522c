"""The ends of a worker process that its caller does not bring about."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import asdict

import duckdb
import pytest
from connector_sdk_mcp.tools import process
from connector_sdk_mcp.tools.errors import QueryTimedOut, WarehouseMissing
from connector_sdk_mcp.tools.project import ConnectorProject
from connector_sdk_mcp.tools.warehouse.ask import explained
from connector_sdk_mcp.tools.warehouse.limits import ALARM_MARGIN_SECONDS
from connector_sdk_mcp.tools.warehouse.protocol import OPENED, Request

ENDLESS = "WITH RECURSIVE r AS (SELECT 1 AS a UNION ALL SELECT a FROM r) SELECT count(*) FROM r"


@contextmanager
def worker(project: ConnectorProject, timeout_seconds: float) -> Generator[subprocess.Popen[bytes]]:
    """A worker with an endless query, its input still open."""
    argv = [sys.executable, "-I", "-m", "connector_sdk_mcp.tools.warehouse.worker"]
    started = process.start(argv, env={}, stdin=subprocess.PIPE)
    assert started.stdin and started.stdout and started.stderr
    request = Request("query", str(project.warehouse), timeout_seconds, sql=ENDLESS, max_rows=1)
    try:
        started.stdin.write(json.dumps(asdict(request)).encode() + b"\n")
        assert started.stderr.readline() == OPENED
        yield started
    finally:
        process.end_group(started)
        for pipe in (started.stdin, started.stdout, started.stderr):
            pipe.close()


def test_a_worker_ends_when_its_caller_is_gone(project: ConnectorProject) -> None:
    with worker(project, timeout_seconds=300) as started:
        assert started.stdin
        started.stdin.close()
        assert started.wait(60) == 1


def test_a_worker_that_nobody_ends_is_ended_by_its_alarm(project: ConnectorProject) -> None:
    with worker(project, timeout_seconds=0.5 - ALARM_MARGIN_SECONDS) as started:
        assert started.wait(60) == -signal.SIGALRM


def test_a_worker_without_a_request_ends() -> None:
    argv = [sys.executable, "-I", "-m", "connector_sdk_mcp.tools.warehouse.worker"]
    started = process.start(argv, env={}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    assert started.wait(60) == 1
    process.end_group(started)


ENDS: dict[str, tuple[process.Finished, type[Exception], str]] = {
    "killed at its time": (process.Finished(-9, b"", OPENED, timed_out=True), QueryTimedOut, "after 3 seconds"),
    "alarm": (process.Finished(-signal.SIGALRM, b"", OPENED), QueryTimedOut, "after 3 seconds"),
    "abort in the query": (process.Finished(-signal.SIGABRT, b"", OPENED), QueryTimedOut, "ran out of memory"),
    "killed in the query": (process.Finished(-signal.SIGKILL, b"", OPENED), QueryTimedOut, "signal 9"),
    "crash while opening": (process.Finished(-signal.SIGSEGV, b"", b""), WarehouseMissing, "died while it opened it"),
    "a fault of ours": (process.Finished(1, b"", b"Traceback: KeyError"), RuntimeError, "Traceback: KeyError"),
}


@pytest.mark.parametrize(("finished", "error", "reason"), ENDS.values(), ids=ENDS)
def test_the_end_of_a_worker_is_explained(finished: process.Finished, error: type[Exception], reason: str) -> None:
    found = explained(Request("query", "w.db", 3, sql="SELECT 1", max_rows=1), finished)
    assert type(found) is error
    assert reason in str(found)


@pytest.mark.parametrize(
    "statement",
    ["CREATE TABLE t (a INT)", "SET threads = 4", "ATTACH ':memory:' AS m", "FROM read_text('/etc/hostname')"],
)
def test_the_connection_alone_refuses_much_too(statement: str, connection: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(duckdb.Error):
        connection.execute(statement)
