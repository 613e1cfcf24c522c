"""What a run may use, how much of it is wanted, and what is kept of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pytest
from connector_sdk_mcp.tools.debug.limits import Limits
from connector_sdk_mcp.tools.debug.models import Outcome
from connector_sdk_mcp.tools.debug.reading import read_log
from connector_sdk_mcp.tools.debug.runs import Runs
from connector_sdk_mcp.tools.debug.store import RunStore
from connector_sdk_mcp.tools.errors import SyncAlreadyRunning
from connector_sdk_mcp.tools.project import Workspace
from support import ENDLESS, MakeProject, finished, until

PAGES = """
start = state.get("next", 0)
for page in range(100_000):
    for i in range(start, start + 10):
        op.upsert("items", {"id": i})
    start += 10
    op.checkpoint({"next": start})
"""
ONE_ROW = "op.upsert('items', {'id': 1})\nop.checkpoint({'next': 1})"


def rows_of(warehouse: Path) -> int:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        found = connection.execute("SELECT count(*) FROM tester.items").fetchone()
    assert found
    return found[0]


def test_memory_above_the_limit_ends_the_run(runs: Runs, make_project: MakeProject, workspace: Workspace) -> None:
    project = make_project("import signal\nheld = b'x' * 400_000_000\nsignal.pause()")
    run = finished(runs, workspace, runs.start(project, limits=Limits(memory_mb=300)))
    assert run.outcome is Outcome.OUT_OF_MEMORY
    assert run.peak_memory_mb is not None
    assert run.peak_memory_mb >= 300
    assert run.diagnosis is not None
    assert (run.diagnosis.kind, run.diagnosis.rule_id) == ("resources", "unbounded-memory")
    assert "300 MB" in run.diagnosis.summary


def test_the_memory_of_children_counts(runs: Runs, make_project: MakeProject, workspace: Workspace) -> None:
    body = "import signal\nif os.fork() == 0:\n    held = b'x' * 500_000_000\n    signal.pause()\nos.wait()"
    run = finished(runs, workspace, runs.start(make_project(body), limits=Limits(memory_mb=400)))
    assert run.outcome is Outcome.OUT_OF_MEMORY


@pytest.mark.parametrize("state", ["continue", "fresh"])
@pytest.mark.parametrize("limits", [Limits(stop_after_rows=50), Limits(stop_after_seconds=2)])
def test_a_run_that_is_stopped_keeps_what_was_checkpointed_and_says_so(
    limits: Limits, state: str, runs: Runs, make_project: MakeProject, workspace: Workspace
) -> None:
    project = make_project(ONE_ROW)
    finished(runs, workspace, runs.start(project))
    make_project(PAGES)
    run = finished(runs, workspace, runs.start(project, limits=limits, state=state))
    assert (run.outcome, run.errors, run.diagnosis) == (Outcome.CANCELLED, [], None)
    assert "What was checkpointed is kept" in run.warnings[-1]
    reached = json.loads(project.state.read_text())["next"]
    assert run.state_after == {"next": reached}
    # Its first row is 0, or 1 where it goes on.
    assert rows_of(project.warehouse) == run.tables[0].rows == (reached if state == "fresh" else reached - 1)
    assert reached >= (50 if limits.stop_after_rows else 10)
    assert not [path.name for path in project.files.iterdir() if path.name.startswith(".")]


def test_a_snapshot_is_kept_under_its_name_and_replaced(
    runs: Runs, make_project: MakeProject, workspace: Workspace
) -> None:
    project = make_project(ONE_ROW)
    for _ in range(2):
        run = finished(runs, workspace, runs.start(project, limits=Limits(keep_as="before")))
        assert (run.outcome, run.warnings) == (Outcome.SUCCEEDED, [])
    kept = project.path / ".connector-sdk-mcp" / "snapshots" / "before"
    assert sorted(path.name for path in kept.iterdir()) == ["state.json", "warehouse.db"]
    assert rows_of(kept / "warehouse.db") == 1
    assert [path.name for path in kept.parent.iterdir()] == ["before"]


def test_a_reset_moves_warehouse_and_state_into_a_backup(
    runs: Runs, make_project: MakeProject, workspace: Workspace
) -> None:
    project = make_project(ONE_ROW)
    assert runs.reset(project).model_dump() == {"removed": [], "backup": None}
    finished(runs, workspace, runs.start(project))
    reset = runs.reset(project)
    assert reset.removed == ["files/state.json", "files/warehouse.db"]
    assert reset.backup is not None
    assert rows_of(Path(reset.backup) / "warehouse.db") == 1
    assert list(project.files.iterdir()) == []
    assert finished(runs, workspace, runs.start(project)).state_before == {}


def test_a_running_sync_is_not_reset(runs: Runs, make_project: MakeProject, workspace: Workspace) -> None:
    project = make_project(ENDLESS)
    run = runs.start(project)
    until(lambda: "waiting" in read_log(runs.store.run_folder(run.run_id)), "the connector waits")
    with pytest.raises(SyncAlreadyRunning, match=run.run_id):
        runs.reset(project)
    runs.cancel(workspace, run.run_id)


def test_more_runs_than_may_wait_for_their_turn(
    make_project: MakeProject, workspace: Workspace, tmp_path: Path
) -> None:
    runs = Runs(RunStore(tmp_path / "state"), parallel_runs=1)
    first = runs.start(make_project(ENDLESS, name="first"))
    until(lambda: "waiting" in read_log(runs.store.run_folder(first.run_id)), "the first connector waits")
    second = runs.start(make_project(ONE_ROW, name="second"))
    third = runs.start(make_project(ONE_ROW, name="third"))
    runs.cancel(workspace, third.run_id)
    assert runs.get(workspace, third.run_id).outcome is Outcome.CANCELLED
    assert runs.get(workspace, second.run_id).outcome is Outcome.QUEUED
    runs.cancel(workspace, first.run_id)
    assert finished(runs, workspace, second).outcome is Outcome.SUCCEEDED
    runs.close()


def test_runs_that_end_together_are_asked_for_by_many_threads(
    runs: Runs, make_project: MakeProject, workspace: Workspace
) -> None:
    runs.parallel_runs = 6
    started = [runs.start(make_project("os._exit(0)", name=f"side{number}")) for number in range(6)]
    with ThreadPoolExecutor(12) as threads:
        asked = [threads.submit(finished, runs, workspace, run) for run in started * 2]
        assert {future.result().outcome for future in asked} == {Outcome.FAILED}


def test_a_command_that_only_speaks_of_a_sync_is_none(
    runs: Runs, make_project: MakeProject, workspace: Workspace
) -> None:
    project = make_project(ONE_ROW)
    argv = ["sh", "-c", "read line", "fivetran", "debug"]
    with subprocess.Popen(argv, cwd=project.path, stdin=subprocess.PIPE) as speaker:
        assert finished(runs, workspace, runs.start(project)).outcome is Outcome.SUCCEEDED
        assert speaker.poll() is None
        speaker.communicate(b"\n")


def test_the_crash_report_is_part_of_the_run_masked(
    runs: Runs, make_project: MakeProject, workspace: Workspace
) -> None:
    body = "token = configuration['api_token']\nother = 'x' + token\nraise ValueError('no')"
    run = finished(runs, workspace, runs.start(make_project(body, {"api_token": "tok-Zq91xW72"})))
    folder = runs.store.run_folder(run.run_id)
    assert "Crash report of the SDK:" in read_log(folder, 0, 1_000_000)
    assert "tok-Zq91xW72" not in (folder / "crash-report.txt").read_text()
    assert (folder / "crash-report.txt").stat().st_mode & 0o777 == 0o600


def test_nothing_but_reports_is_taken_for_the_crash_report(
    runs: Runs, make_project: MakeProject, workspace: Workspace, tmp_path: Path
) -> None:
    (tmp_path / "private.txt").write_text("not for you")
    body = f"os.mkdir('crash-reports')\nos.symlink({str(tmp_path / 'private.txt')!r}, 'crash-reports/a')\n"
    body += "os.mkfifo('crash-reports/b')\n" + ONE_ROW
    run = finished(runs, workspace, runs.start(make_project(body)))
    assert run.outcome is Outcome.SUCCEEDED
    assert not (runs.store.run_folder(run.run_id) / "crash-report.txt").exists()


def test_a_state_that_the_connector_made_a_pipe_does_not_stop_the_end(
    runs: Runs, make_project: MakeProject, workspace: Workspace
) -> None:
    body = ONE_ROW + "\nos.remove('files/state.json')\nos.mkfifo('files/state.json')\nos._exit(0)"
    run = finished(runs, workspace, runs.start(make_project(body)))
    assert (run.outcome, run.state_after) == (Outcome.FAILED, None)


@pytest.mark.parametrize("command", [["fivetran", "debug", "--configuration", "configuration.json"], ["python"]])
def test_a_sync_that_the_user_runs_by_hand_is_named(
    command: list[str], runs: Runs, make_project: MakeProject, workspace: Workspace
) -> None:
    project = make_project("print('begun', flush=True)\nsys.stdin.read()\n" + ONE_ROW)
    with (project.path / "connector.py").open("a") as file:
        file.write("\nif __name__ == '__main__':\n    connector.debug(configuration={})\n")
    commands = Path(sys.executable).parent
    argv = [str(commands / command[0]), *(command[1:] or ["connector.py"])]
    environment = {**os.environ, "PATH": f"{commands}{os.pathsep}{os.environ['PATH']}", "DO_NOT_TRACK": "1"}
    pipe = subprocess.PIPE
    with subprocess.Popen(argv, cwd=project.path, env=environment, stdin=pipe, stdout=pipe) as by_hand:
        assert by_hand.stdout is not None
        assert by_hand.stdin is not None
        assert any(line == b"begun\n" for line in by_hand.stdout)
        for refused in (runs.start, runs.reset):
            with pytest.raises(SyncAlreadyRunning, match=rf"process {by_hand.pid}\b.*by hand"):
                refused(project)
        by_hand.stdin.close()
        by_hand.stdout.read()
    assert by_hand.returncode == 0
    assert finished(runs, workspace, runs.start(make_project(ONE_ROW))).outcome is Outcome.SUCCEEDED
