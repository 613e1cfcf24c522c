"""What a statement can try, over one session: refused or ended, nothing read, nothing written, nothing held."""

from __future__ import annotations

import hashlib
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from connector_sdk_mcp.tools.debug.models import Outcome
from connector_sdk_mcp.tools.debug.reading import read_log
from connector_sdk_mcp.tools.debug.runs import Runs
from connector_sdk_mcp.tools.errors import QueryTimedOut, WarehouseBusy
from connector_sdk_mcp.tools.project import Workspace
from connector_sdk_mcp.tools.warehouse.query import query
from mcp import Client
from mcp_client import ServerProcess, call, servers
from support import MakeProject, finished, processes_naming, until

from ..tools.warehouse.test_judge_refuses import PLACES, STATEMENTS

ROWS = "for number in range(5):\n    op.upsert('items', {'id': number, 'name': 'n'})\nop.checkpoint({'next': 1})\n"
ENDLESS_SQL = "WITH RECURSIVE r AS (SELECT 1 AS a UNION ALL SELECT a FROM r) SELECT count(*) FROM r"
HEAVY = {
    "a cell of 7 GB": "SELECT repeat(name || '1234567', 999_999_999) FROM items",
    "many large cells": "SELECT list(repeat('x', 1_000_000)) FROM range(100_000)",
    "an endless recursion": ENDLESS_SQL,
    "an endless product": "SELECT sum(a.i * b.i) FROM range(99_999_999) a(i), range(99_999_999) b(i)",
}
CODE = re.compile(r"\b(QueryRefused|QueryTimedOut|InvalidArguments)\b")


def digests(folder: Path) -> dict[str, str]:
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.rglob("*") if path.is_file()}


def test_over_one_session_every_attack_is_refused_or_ended_and_the_server_stays_as_it_was(
    workspace: Workspace, make_project: MakeProject, tmp_path: Path
) -> None:
    project = make_project(ROWS)
    sentinel = tmp_path / "secret" / "sentinel.csv"
    sentinel.parent.mkdir()
    sentinel.write_text("a\nsentinel-7\n")
    reading = {name: sql.format(read=f"(SELECT content FROM read_text('{sentinel}'))") for name, sql in PLACES.items()}
    attacks = {**STATEMENTS, **{f"read in {name}": sql for name, sql in reading.items()}, **HEAVY}
    assert len(attacks) > 120

    async def work(client: Client) -> None:
        assert (await call(client, "run_debug_sync", project="orders")).content["outcome"] == "succeeded"
        before, (server,) = digests(project.path), servers()
        held = server.memory_info().rss
        for name, sql in attacks.items():
            text = sql.replace("{file}", str(sentinel)).replace("{folder}", str(sentinel.parent))
            # A lone surrogate is no JSON: it does not come that far.
            if "\ud800" not in text:
                answer = await call(client, "query_warehouse", project="orders", sql=text, timeout_seconds=1)
                assert answer.is_error, name
                assert CODE.search(answer.text), (name, answer.text[:200])
                assert "sentinel-7" not in answer.text
        good = await call(client, "query_warehouse", project="orders", sql="SELECT count(*) FROM items")
        assert good.content["rows"] == [[5]]
        assert digests(project.path) == before
        assert server.memory_info().rss < held * 1.2 + 10_000_000

    ServerProcess(workspace.roots[0], tmp_path / "state").session(work)
    assert [path.name for path in sentinel.parent.iterdir()] == ["sentinel.csv"]
    assert processes_naming(str(tmp_path)) == []


def test_a_sync_that_begins_while_a_query_runs_waits_for_it_and_succeeds(
    runs: Runs, make_project: MakeProject, workspace: Workspace
) -> None:
    project = make_project(ROWS)
    finished(runs, workspace, runs.start(project))
    lock = runs.warehouse_lock(project)
    with ThreadPoolExecutor(1) as threads:
        asked = threads.submit(query, project, ENDLESS_SQL, timeout_seconds=4, lock_file=lock)
        until(lambda: processes_naming("warehouse.worker") != [], "the query runs")
        run = finished(runs, workspace, runs.start(project))
        assert (run.outcome, run.diagnosis) == (Outcome.SUCCEEDED, None)
        with pytest.raises(QueryTimedOut):
            asked.result()


def test_a_query_during_a_sync_is_told_of_the_run(runs: Runs, make_project: MakeProject, workspace: Workspace) -> None:
    project = make_project(ROWS + "import signal\nlog.info('waiting')\nsignal.pause()")
    run = runs.start(project)
    until(lambda: "waiting" in read_log(runs.store.run_folder(run.run_id)), "the connector waits")
    with pytest.raises(WarehouseBusy, match=run.run_id):
        query(project, "FROM items", lock_file=runs.warehouse_lock(project))
    runs.cancel(workspace, run.run_id)
    assert query(project, "FROM items", lock_file=runs.warehouse_lock(project)).row_count == 5
