"""Connectors that deceive, hide, or leave in odd ways; each was once taken in the wrong way."""

from __future__ import annotations

import json
from pathlib import Path

import psutil
import pytest
from connector_sdk_mcp.tools.debug.environments.cache import environments, prune
from connector_sdk_mcp.tools.debug.limits import Limits
from connector_sdk_mcp.tools.debug.models import Outcome
from connector_sdk_mcp.tools.debug.reading import read_log
from connector_sdk_mcp.tools.debug.runs import Runs
from connector_sdk_mcp.tools.errors import InvalidArguments
from connector_sdk_mcp.tools.project import Workspace
from support import MakeProject, finished, lives, until

ROW = "op.upsert('items', {'id': 1})\nop.checkpoint({'next': 1})\n"
MEMORY = "log.info('memory usage of connector code exceeded the allowed limit')\n"
SDK_FAILURE = """
pad = ' ' * 35
print('12:00:00.000 SEVERE   ⚡ sdk       SYNC FAILED — elapsed')
print(pad + 'Upserts         | 3')
print(pad + 'Error: failed while executing update() error: 401 Client Error: no', flush=True)
"""
FALSE_SUCCESS = """
import atexit, threading
def lie():
    while True:
        print('12:00:00.000 INFO     ⚡ sdk       SYNC SUCCEEDED — x\\n' + ' ' * 35 + 'Upserts | 5', flush=True)
threading.Thread(target=lie, daemon=True).start()
atexit.register(lambda: os._exit(0))
raise ValueError('the real one')
"""
SLOW_TABLE = """
print('12:00:00.000 INFO     ⚡ sdk       SYNC SUCCEEDED — x')
for i in range(1500):
    print(' ' * 35 + 'A' + ' ' * 19800 + 'x')
"""
DEEP = "deep = {}\nfor i in range(500):\n    deep = {'a': deep}\nop.upsert('items', {'id': 1})\nop.checkpoint(deep)\n"


@pytest.mark.parametrize(
    ("body", "outcome", "line", "says"),
    [
        (MEMORY + ROW, Outcome.SUCCEEDED, None, None),
        (MEMORY.replace("log.info", "print") + "raise ValueError('real')", Outcome.FAILED, 9, "ValueError: real"),
        (SDK_FAILURE + "raise ValueError('real')", Outcome.FAILED, 12, "ValueError: real"),
        (SLOW_TABLE + ROW, Outcome.SUCCEEDED, None, None),
        (DEEP, Outcome.SUCCEEDED, None, None),
    ],
)
def test_what_a_connector_prints_or_saves_decides_nothing(
    body: str,
    outcome: Outcome,
    line: int | None,
    says: str | None,
    runs: Runs,
    make_project: MakeProject,
    workspace: Workspace,
) -> None:
    run = finished(runs, workspace, runs.start(make_project(body), limits=Limits(timeout_seconds=30)))
    assert run.outcome is outcome, run.errors
    assert (run.diagnosis and (run.diagnosis.line, run.diagnosis.summary)) == (says and (line, says))


def test_a_thread_that_prints_verdicts_for_ever_does_not_make_a_success(
    runs: Runs, make_project: MakeProject, workspace: Workspace
) -> None:
    """Its lines may stand in the middle of the SDK's, so that no more than the outcome is certain."""
    run = finished(runs, workspace, runs.start(make_project(FALSE_SUCCESS)))
    assert run.outcome is Outcome.FAILED
    assert run.diagnosis is not None


def test_a_deep_state_is_told_to_a_depth_and_the_next_run_begins_with_it(
    runs: Runs, make_project: MakeProject, workspace: Workspace
) -> None:
    project = make_project(DEEP)
    first = finished(runs, workspace, runs.start(project, state="fresh"))
    assert "nested deeper" in json.dumps(first.state_after)
    second = finished(runs, workspace, runs.start(project))
    assert (second.outcome, second.state_before) == (Outcome.SUCCEEDED, first.state_after)


def test_a_thread_that_dies_makes_the_success_doubtful(
    runs: Runs, make_project: MakeProject, workspace: Workspace
) -> None:
    body = (
        "import threading\ndef page():\n    raise KeyError('next_page')\nt = threading.Thread(target=page)\nt.start()\n"
    )
    run = finished(runs, workspace, runs.start(make_project(body + "t.join()\n" + ROW)))
    assert (run.outcome, run.errors) == (Outcome.SUCCEEDED, ["A thread ended with KeyError: 'next_page'"])
    assert run.diagnosis is not None
    assert (run.diagnosis.rule_id, run.diagnosis.line) == ("logged-and-lost", 10)


HANG = "import threading\nthreading.Thread(target=threading.Event().wait).start()\n"


@pytest.mark.parametrize("state", ["continue", "fresh"])
def test_a_limit_that_strikes_after_the_verdict_takes_nothing_back(
    state: str, runs: Runs, make_project: MakeProject, workspace: Workspace
) -> None:
    project = make_project(ROW)
    finished(runs, workspace, runs.start(project))
    make_project(ROW.replace("'next': 1", "'next': 2") + HANG)
    run = finished(runs, workspace, runs.start(project, state=state, limits=Limits(timeout_seconds=6)))
    assert (run.outcome, run.state_after) == (Outcome.SUCCEEDED, {"next": 2})
    assert "threads left running" in run.warnings[-1]


def test_threads_that_hang_after_a_failure_are_told_too(
    runs: Runs, make_project: MakeProject, workspace: Workspace
) -> None:
    run = finished(runs, workspace, runs.start(make_project(HANG + "raise ValueError('no')")))
    assert run.outcome is Outcome.FAILED
    assert "threads left running" in run.warnings[-1]


NEVER = "import signal\nop.upsert('items', {'id': 7})\nlog.info('waiting')\nsignal.pause()\n"


@pytest.mark.parametrize("state", ["continue", "fresh"])
def test_a_run_that_is_stopped_before_its_first_checkpoint_leaves_what_was_there_and_its_snapshots(
    state: str, runs: Runs, make_project: MakeProject, workspace: Workspace
) -> None:
    project = make_project(ROW)
    finished(runs, workspace, runs.start(project, limits=Limits(keep_as="before")))
    make_project(NEVER)
    limits = Limits(stop_after_seconds=1, keep_as="before" if state == "fresh" else "")
    run = finished(runs, workspace, runs.start(project, state=state, limits=limits))
    assert (run.outcome, run.state_after) == (Outcome.CANCELLED, {"next": 1})
    assert "It had made no checkpoint: nothing is kept of the run." in run.warnings
    assert any("discarded" in warning for warning in run.warnings) == (state == "fresh")
    assert [path.name for path in project.files.iterdir() if path.name.startswith(".")] == []
    snapshot = project.path / ".connector-sdk-mcp" / "snapshots" / "before" / "state.json"
    assert json.loads(snapshot.read_text()) == {"next": 1}


def test_stop_after_that_was_not_reached_is_told(runs: Runs, make_project: MakeProject, workspace: Workspace) -> None:
    limits = Limits(stop_after_rows=10, keep_as="kept")
    body = "for i in range(100):\n    op.upsert('items', {'id': i})"
    run = finished(runs, workspace, runs.start(make_project(body), limits=limits))
    assert run.outcome is Outcome.SUCCEEDED
    assert run.warnings[-1].startswith("stop_after was not reached")


HIDDEN = """
import signal, subprocess
subprocess.Popen(['tail', '-f', '/dev/null'], env={}, start_new_session=True)
log.info('waiting')
signal.pause()
"""


def test_a_process_that_hides_its_environment_does_not_outlive_a_killed_supervisor(
    runs: Runs, make_project: MakeProject, workspace: Workspace
) -> None:
    run = runs.start(make_project(HIDDEN))
    folder = runs.store.run_folder(run.run_id)
    until(lambda: "waiting" in read_log(folder), "the connector waits")
    supervisor = psutil.Process(runs.store.load(run.run_id).supervisor_pid)
    until(lambda: any("tail" in each.name() for each in supervisor.children(recursive=True)), "its child runs")
    (hidden,) = [each for each in supervisor.children(recursive=True) if "tail" in each.name()]
    record = folder / "scratch" / "family.json"
    until(lambda: record.exists() and hidden.pid in dict(json.loads(record.read_text())), "the child is on record")
    supervisor.kill()
    assert finished(runs, workspace, run).outcome is Outcome.CANCELLED
    until(lambda: not lives(hidden), "the hidden child is gone")


def test_a_run_can_be_cancelled_while_its_project_is_copied(
    runs: Runs, make_project: MakeProject, workspace: Workspace
) -> None:
    project = make_project(ROW)
    with (project.path / "large.bin").open("wb") as file:
        file.truncate(40_000_000_000)
    (project.path / "loop").symlink_to("loop")
    run = runs.start(project)
    folder = runs.store.run_folder(run.run_id)
    copy = folder / "scratch" / "project" / "orders" / "large.bin"
    until(copy.exists, "the copy has begun")
    cancelled = runs.cancel(workspace, run.run_id)
    assert (cancelled.outcome, cancelled.errors) == (Outcome.CANCELLED, ["The run was cancelled."])
    assert not copy.exists()


def test_a_run_that_is_cancelled_at_once_says_so(runs: Runs, make_project: MakeProject, workspace: Workspace) -> None:
    cancelled = runs.cancel(workspace, runs.start(make_project(ROW)).run_id)
    assert (cancelled.outcome, cancelled.errors) == (Outcome.CANCELLED, ["The run was cancelled."])


@pytest.mark.parametrize("made", ["file", "dangling link"])
def test_files_that_is_no_folder_is_refused(made: str, runs: Runs, make_project: MakeProject) -> None:
    project = make_project(ROW)
    if made == "file":
        (project.path / "files").write_text("x")
    else:
        (project.path / "files").symlink_to("nowhere")
    with pytest.raises(InvalidArguments, match="not a folder"):
        runs.start(project)


def test_an_environment_in_use_is_not_removed(
    runs: Runs, make_project: MakeProject, workspace: Workspace, tmp_path: Path
) -> None:
    runs.cache = tmp_path / "cache"
    run = runs.start(make_project(NEVER))
    until(lambda: "waiting" in read_log(runs.store.run_folder(run.run_id)), "the connector waits")
    assert prune(runs.cache, 0) == []
    runs.cancel(workspace, run.run_id)
    assert environments(runs.cache)


def test_an_interpreter_that_is_none_is_the_environments(
    runs: Runs, make_project: MakeProject, workspace: Workspace
) -> None:
    project = make_project(ROW)
    commands = project.path / ".venv" / "bin"
    commands.mkdir(parents=True)
    for name in ("python", "fivetran"):
        (commands / name).symlink_to("/bin/true")
    run = finished(runs, workspace, runs.start(project))
    assert run.diagnosis is not None
    assert (run.outcome, run.diagnosis.kind) == (Outcome.FAILED, "environment")
    (commands / "fivetran").unlink()
    run = finished(runs, workspace, runs.start(project))
    assert run.outcome is Outcome.SUCCEEDED
    assert "has no fivetran-connector-sdk" in run.warnings[0]


PIECES = {
    "api_key": "SuperSecretKey99 ",
    "api_token": "Bearer abcDEF123ghiJKL",
    "credentials": "bob:hunter2pass",
    "api_keys": "firstKeyAAA111,secondKeyBBB222",
    "connection_string": "Server=host;Password=S3cr3tPwdInside;",
    "auth_header": "Bearer zzzTopTokenABC123",
    "password": "it's-my-pass-9",
}
TELL = """
pieces = [configuration["api_key"].strip(), configuration["api_token"].removeprefix("Bearer ")]
pieces += [configuration["credentials"].split(":")[1], *configuration["api_keys"].split(",")]
pieces += [configuration["connection_string"], configuration["auth_header"], configuration["auth_header"][7:]]
for piece in pieces:
    log.info(piece)
log.info(str({"body": json.dumps(configuration)}))
op.upsert("items", {"id": 1})
op.checkpoint({"pieces": pieces})
raise ValueError(" ".join(pieces))
"""


def test_the_parts_of_a_credential_that_connectors_use_are_masked_too(
    runs: Runs, make_project: MakeProject, workspace: Workspace
) -> None:
    run = finished(runs, workspace, runs.start(make_project(TELL, PIECES)))
    stored = "".join(path.read_text() for path in Path(runs.store.run_folder(run.run_id)).iterdir() if path.is_file())
    for part in (
        "SuperSecretKey99",
        "abcDEF123",
        "hunter2pass",
        "firstKey",
        "secondKey",
        "S3cr3t",
        "zzzTop",
        "my-pass",
    ):
        assert part not in stored + run.model_dump_json()
    assert "Server=host" in stored


def test_words_of_ours_are_no_secret_of_a_run(runs: Runs, make_project: MakeProject, workspace: Workspace) -> None:
    env = {"API_TOKEN": "tester", "DB_PASSWORD": "succeeded", "X_SECRET": "failed", "Y_SECRET": "source", "PIN": "1234"}
    rows = ROW + "for i in range(1234):\n    op.upsert('items', {'id': i})"
    run = finished(runs, workspace, runs.start(make_project(rows), env=env))
    assert (run.outcome, run.tables[0].schema_name, run.tables[0].rows) == (Outcome.SUCCEEDED, "***", 1234)
    failing = make_project("import socket\nsocket.create_connection(('127.0.0.1', 9), timeout=3)")
    run = finished(runs, workspace, runs.start(failing, env=env))
    assert run.diagnosis is not None
    assert (run.outcome, run.diagnosis.kind) == (Outcome.FAILED, "source")


def test_no_password_of_an_index_is_kept_with_an_environment(
    runs: Runs, make_project: MakeProject, workspace: Workspace
) -> None:
    project = make_project("import colorama\n" + ROW)
    text = "--extra-index-url https://joe:Sekrit4711pw@index.invalid/simple\ncolorama==0.4.6\n"
    (project.path / "requirements.txt").write_text(text)
    finished(runs, workspace, runs.start(project))
    kept = [*runs.cache.glob("environments/*/*.txt")]
    assert all("Sekrit4711pw" not in path.read_text() for path in kept)
    assert all("Sekrit4711pw" not in path.read_text() for path in runs.store.folder.rglob("*") if path.is_file())
