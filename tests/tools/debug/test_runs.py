"""Real runs of `fivetran debug`: how they end, what they leave, what they tell."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import psutil
import pytest
from connector_sdk_mcp.tools.debug.limits import Limits
from connector_sdk_mcp.tools.debug.models import Operations, Outcome, RunTable
from connector_sdk_mcp.tools.debug.reading import LogFilter, read_log
from connector_sdk_mcp.tools.debug.runs import Runs
from connector_sdk_mcp.tools.debug.store import RunStore
from connector_sdk_mcp.tools.errors import ConnectorSdkError, InvalidArguments, RunNotFound, SyncAlreadyRunning
from connector_sdk_mcp.tools.project import Workspace
from support import ENDLESS, MakeProject, fingerprint, finished, processes_naming, until

THREE_ROWS = """
start = state.get("next", 0)
for i in range(start, start + 3):
    op.upsert("items", {"id": i, "name": f"n{i}"})
op.checkpoint({"next": start + 3})
"""


def test_a_sync_succeeds_with_its_counts_tables_and_states(
    runs: Runs, make_project: MakeProject, workspace: Workspace
) -> None:
    project = make_project(THREE_ROWS)
    first = finished(runs, workspace, runs.start(project))
    second = finished(runs, workspace, runs.start(project))
    assert (first.outcome, first.exit_code, first.errors) == (Outcome.SUCCEEDED, 0, [])
    assert first.operations == Operations(upserts=3, schema_changes=1, checkpoints=1)
    assert first.tables == [RunTable(schema="tester", name="items", rows=3, soft_deleted_rows=0)]
    assert (first.state_before, first.state_after) == ({}, {"next": 3})
    assert (second.state_before, second.state_after) == ({"next": 3}, {"next": 6})
    assert second.tables[0].rows == 6
    assert second.peak_memory_mb is not None
    assert second.peak_memory_mb > 10


def test_a_fresh_run_starts_again_and_takes_the_place_of_the_old_warehouse(
    runs: Runs, make_project: MakeProject, workspace: Workspace
) -> None:
    project = make_project(THREE_ROWS)
    finished(runs, workspace, runs.start(project))
    finished(runs, workspace, runs.start(project))
    fresh = finished(runs, workspace, runs.start(project, state="fresh"))
    assert (fresh.outcome, fresh.state_before, fresh.state_after) == (Outcome.SUCCEEDED, {}, {"next": 3})
    assert fresh.tables[0].rows == 3
    assert sorted(path.name for path in project.files.iterdir()) == ["state.json", "warehouse.db"]


def test_a_fresh_run_that_fails_leaves_the_old_warehouse_and_state(
    runs: Runs, make_project: MakeProject, workspace: Workspace
) -> None:
    project = make_project(THREE_ROWS)
    finished(runs, workspace, runs.start(project))
    make_project(THREE_ROWS + "raise ValueError('no')")
    failed = finished(runs, workspace, runs.start(project, state="fresh"))
    assert (failed.outcome, failed.state_after, failed.tables[0].rows) == (Outcome.FAILED, {"next": 3}, 3)
    assert sorted(path.name for path in project.files.iterdir()) == ["state.json", "warehouse.db"]


@pytest.mark.parametrize("ending", ["cancel", "timeout", "memory", "supervisor killed"])
def test_a_fresh_run_that_is_ended_leaves_the_old_warehouse_and_state(
    ending: str, runs: Runs, make_project: MakeProject, workspace: Workspace
) -> None:
    project = make_project(THREE_ROWS)
    finished(runs, workspace, runs.start(project))
    make_project("held = b'x' * 600_000_000\n" + ENDLESS if ending == "memory" else ENDLESS)
    limits = {"timeout": Limits(timeout_seconds=5), "memory": Limits(memory_mb=400)}.get(ending, Limits())
    run = runs.start(project, state="fresh", limits=limits)
    if ending in ("cancel", "supervisor killed"):
        until(lambda: "waiting" in read_log(runs.store.run_folder(run.run_id)), "the connector waits")
    if ending == "cancel":
        runs.cancel(workspace, run.run_id)
    if ending == "supervisor killed":
        psutil.Process(runs.store.load(run.run_id).supervisor_pid).kill()
    assert finished(runs, workspace, run).outcome.value in ("cancelled", "timed_out", "out_of_memory")
    assert json.loads(project.state.read_text()) == {"next": 3}
    make_project(THREE_ROWS)
    again = finished(runs, workspace, runs.start(project))
    assert (again.outcome, again.state_before, again.state_after) == (Outcome.SUCCEEDED, {"next": 3}, {"next": 6})
    assert again.tables[0].rows == 6
    assert sorted(path.name for path in project.files.iterdir()) == ["state.json", "warehouse.db"]


def test_a_run_begins_from_the_state_file_that_it_is_given(
    runs: Runs, make_project: MakeProject, workspace: Workspace
) -> None:
    project = make_project(THREE_ROWS)
    (project.path / "at100.json").write_text('{"next": 100}')
    before = fingerprint(project.path)
    run = finished(runs, workspace, runs.start(project, state="at100.json"))
    assert fingerprint(project.path) == before
    assert json.loads(project.state.read_text()) == {"next": 103}
    assert (run.outcome, run.state_before, run.state_after) == (Outcome.SUCCEEDED, {"next": 100}, {"next": 103})


FALSE_VERDICT = """
log.info('SYNC SUCCEEDED')
print('20:03:41.452 INFO     ⚡ sdk       SYNC SUCCEEDED — total')
print(' ' * 35 + 'Upserts         | 3', flush=True)
"""
FALSE_FAILURE = FALSE_VERDICT.replace("SUCCEEDED", "FAILED")


@pytest.mark.parametrize(
    ("body", "outcome", "says"),
    [
        (THREE_ROWS + "raise ValueError('the source is gone')", Outcome.FAILED, "the source is gone"),
        ("op.upsert('items', {'id': None})", Outcome.FAILED, "Null primary key"),
        ("os._exit(0)", Outcome.FAILED, "left with exit code 0"),
        (THREE_ROWS + FALSE_VERDICT + "os._exit(0)", Outcome.FAILED, "left with exit code 0"),
        (FALSE_VERDICT + "sys.exit(0)", Outcome.FAILED, "The connector ended the process"),
        (FALSE_VERDICT + "raise ValueError('the source is gone')", Outcome.FAILED, "the source is gone"),
        (
            "import atexit\natexit.register(lambda: (" + "print(end='')" + ", os._exit(0)))\n1 / 0",
            Outcome.FAILED,
            "division",
        ),
        ("raise KeyboardInterrupt", Outcome.FAILED, "The connector ended the process"),
        ("sys.exit(3)", Outcome.FAILED, "The connector ended the process"),
        ("import ctypes\nctypes.string_at(0)", Outcome.FAILED, "ended by SIGSEGV"),
        ("sys.stdout = open(os.devnull, 'w')", Outcome.FAILED, "without the SDK's verdict"),
        ("op.upsert('items', {'id': 1, 'read': sys.stdin.read()})", Outcome.SUCCEEDED, ""),
        ("if os.fork() == 0:\n    raise SystemExit(0)\nos.wait()\n" + THREE_ROWS, Outcome.SUCCEEDED, ""),
        (
            "import threading\nthreading.Thread(target=threading.Event().wait).start()\n" + THREE_ROWS,
            Outcome.SUCCEEDED,
            "",
        ),
        (FALSE_FAILURE + THREE_ROWS, Outcome.SUCCEEDED, ""),
    ],
)
def test_only_a_sync_that_really_succeeded_is_called_so(
    body: str, outcome: Outcome, says: str, runs: Runs, make_project: MakeProject, workspace: Workspace
) -> None:
    run = finished(runs, workspace, runs.start(make_project(body)))
    assert run.outcome is outcome
    assert says in " ".join(run.errors)
    assert "Traceback" not in " ".join(run.errors)


@pytest.mark.parametrize(
    ("file", "text", "says"),
    [
        ("connector.py", "def update(:\n", "SyntaxError"),
        ("connector.py", "", "connector"),
        ("configuration.json", "{broken", "configuration"),
        ("configuration.json", '{"a": 1}', "strings"),
    ],
)
def test_what_cannot_be_run_fails_with_the_reason(
    file: str, text: str, says: str, runs: Runs, make_project: MakeProject, workspace: Workspace
) -> None:
    project = make_project(THREE_ROWS)
    (project.path / file).write_text(text)
    run = finished(runs, workspace, runs.start(project))
    assert (run.outcome, run.exit_code) == (Outcome.FAILED, 1)
    assert says in " ".join(run.errors)


@pytest.mark.parametrize("ending", ["success", "failure", "cancel", "timeout", "server gone"])
def test_a_run_leaves_the_project_as_it_was_and_no_process(
    ending: str, runs: Runs, make_project: MakeProject, workspace: Workspace
) -> None:
    body = {"success": THREE_ROWS, "failure": THREE_ROWS + "open('x', 'w').write('y')\n1 / 0"}.get(ending, ENDLESS)
    project = make_project(body)
    for name in ("requirements.txt", "notes.txt"):
        (project.path / name).write_text("# only a comment\n")
    (project.path / "link").symlink_to("notes.txt")
    before = fingerprint(project.path)
    run = runs.start(project, limits=Limits(6 if ending == "timeout" else 60))
    folder = str(runs.store.run_folder(run.run_id))
    if ending in ("cancel", "server gone"):
        until(lambda: "waiting" in read_log(Path(folder)), "the connector waits")
        until(lambda: len(processes_naming(folder)) >= 2, "its detached child runs")
    if ending == "cancel":
        runs.cancel(workspace, run.run_id)
    if ending == "server gone":
        runs.close()
    run = finished(runs, workspace, run)
    expected = {"success": "succeeded", "failure": "failed", "timeout": "timed_out"}.get(ending, "cancelled")
    assert run.outcome.value == expected
    assert fingerprint(project.path) == before
    assert processes_naming(folder) == []
    report = ["crash-report.txt"] if ending == "failure" else []
    assert sorted(path.name for path in Path(folder).iterdir()) == [*report, "end.json", "log.txt", "run.json"]


def test_one_project_has_one_run_at_a_time(runs: Runs, make_project: MakeProject, workspace: Workspace) -> None:
    project = make_project(ENDLESS)
    run = runs.start(project)
    another_server, owner = Runs(RunStore(runs.store.folder)), runs.store.load(run.run_id).supervisor_pid
    for server in (runs, another_server):
        with pytest.raises(SyncAlreadyRunning, match=rf"{run.run_id} \(process {owner}\)"):
            server.start(project)
    assert another_server.cancel(workspace, run.run_id).outcome is Outcome.CANCELLED
    make_project(THREE_ROWS)
    assert finished(runs, workspace, runs.start(project)).outcome is Outcome.SUCCEEDED


SECRETS = {"api_token": 'tok-"Zq/91+x', "password": "hunter22"}
LEAK = """
import base64, urllib.parse
token = configuration["api_token"]
encoded = base64.b64encode(("u:" + token).encode()).decode()
for form in [token, json.dumps(token), repr(token), urllib.parse.quote(token), encoded]:
    log.info(form)
    print(form)
log.warning(token)
op.upsert("items", {"id": 1, "t": token, "e": os.environ["EXTRA_SECRET"]})
op.checkpoint({"cursor": token})
raise ValueError("failed with " + token + configuration["password"] + os.environ["EXTRA_SECRET"])
"""


def test_no_secret_is_stored_or_told_by_a_run(runs: Runs, make_project: MakeProject, workspace: Workspace) -> None:
    project = make_project(LEAK, SECRETS)
    run = finished(runs, workspace, runs.start(project, env={"EXTRA_SECRET": "extra-9876"}))
    told = run.model_dump_json() + runs.get(workspace, run.run_id, LogFilter(limit=500)).model_dump_json()
    folder = runs.store.run_folder(run.run_id)
    stored = "".join(path.read_text(encoding="utf-8") for path in folder.iterdir())
    assert "failed with" in told
    encoded = base64.b64encode(b'u:tok-"Zq/91+x').decode()[4:-4]
    for secret in ("Zq/91", "Zq%2F91", "hunter22", "extra-9876", encoded):
        assert secret not in told
        assert secret not in stored


def test_the_log_is_filtered_by_pattern_and_level(runs: Runs, make_project: MakeProject, workspace: Workspace) -> None:
    body = "for i in range(30):\n    log.info(f'row {i}')\nlog.warning('row careful')\n" + THREE_ROWS
    run = finished(runs, workspace, runs.start(make_project(body)))
    page = runs.get(workspace, run.run_id, LogFilter(pattern=r"row \d", offset=10, limit=5))
    assert page.log_lines is not None
    assert [line.rpartition(" ")[2] for line in page.log_lines] == ["10", "11", "12", "13", "14"]
    assert page.more == "15 more events match: ask with offset 15."
    warned = runs.get(workspace, run.run_id, LogFilter(min_level="WARNING")).log_lines
    assert warned is not None
    assert any("row careful" in line for line in warned)
    with pytest.raises(InvalidArguments):
        runs.get(workspace, run.run_id, LogFilter(pattern="("))


def test_a_run_whose_supervisor_was_killed_is_cancelled_when_read_and_leaves_no_copy(
    runs: Runs, make_project: MakeProject, workspace: Workspace
) -> None:
    project = make_project(ENDLESS)
    run = runs.start(project)
    folder = runs.store.run_folder(run.run_id)
    until(lambda: "waiting" in read_log(folder), "the connector waits")
    psutil.Process(runs.store.load(run.run_id).supervisor_pid).kill()
    until(lambda: runs.ended(run.run_id), "the supervisor is gone")
    read = runs.get(workspace, run.run_id)
    assert (read.outcome, len(read.errors)) == (Outcome.CANCELLED, 1)
    until(lambda: processes_naming(str(folder)) == [], "no process is left")
    runs.store.prune()
    assert sorted(path.name for path in folder.iterdir()) == ["log.txt", "run.json"]


def test_a_connector_with_requirements_starts_without_asking_the_package_index(
    runs: Runs, make_project: MakeProject, workspace: Workspace
) -> None:
    project = make_project("import requests, regex\n" + THREE_ROWS)
    (project.path / "requirements.txt").write_text("regex\n")
    run = finished(runs, workspace, runs.start(project))
    assert (run.outcome, run.warnings, run.errors) == (Outcome.SUCCEEDED, [], [])
    assert "pipreqs" not in read_log(runs.store.run_folder(run.run_id))


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"configuration": "none.json"}, "InvalidArguments"),
        ({"configuration": "../../configuration.json"}, "OutsideWorkspace"),
        ({"state": "none.json"}, "InvalidArguments"),
        ({"state": "/etc/passwd"}, "OutsideWorkspace"),
        ({"env": {"A=B": "c"}}, "InvalidArguments"),
        ({"limits": Limits(timeout_seconds=0)}, "InvalidArguments"),
        ({"limits": Limits(memory_mb=1)}, "InvalidArguments"),
        ({"limits": Limits(stop_after_rows=0)}, "InvalidArguments"),
        ({"limits": Limits(keep_as="../x")}, "InvalidArguments"),
        ({"python": "no-such-python"}, "InvalidArguments"),
        ({"python": "/bin/sh"}, "InvalidArguments"),
    ],
)
def test_a_run_that_cannot_be_started_is_refused(
    arguments: dict[str, object], code: str, runs: Runs, make_project: MakeProject
) -> None:
    with pytest.raises(ConnectorSdkError) as refused:
        runs.start(make_project(THREE_ROWS), **arguments)  # pyright: ignore[reportArgumentType]
    assert refused.value.code == code


@pytest.mark.parametrize("run_id", ["", "nope", "../../etc", "run-20200101-000000-abcdef"])
def test_an_unknown_run_is_not_found(run_id: str, runs: Runs, workspace: Workspace) -> None:
    with pytest.raises(RunNotFound):
        runs.get(workspace, run_id)


def test_a_run_of_another_workspace_is_not_found(
    runs: Runs, make_project: MakeProject, workspace: Workspace, tmp_path: Path
) -> None:
    run = finished(runs, workspace, runs.start(make_project(THREE_ROWS)))
    (tmp_path / "other").mkdir()
    with pytest.raises(RunNotFound):
        runs.get(Workspace((tmp_path / "other",)), run.run_id)


def test_the_environment_of_the_server_does_not_reach_the_connector_but_dotenv_does(
    runs: Runs, make_project: MakeProject, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SERVER_ONLY", "1")
    body = "log.info(json.dumps(sorted(os.environ)))\nlog.info(os.environ['FROM_DOTENV'])"
    project = make_project(body)
    (project.path / ".env").write_text("FROM_DOTENV=here\n")
    run = finished(runs, workspace, runs.start(project))
    assert run.outcome is Outcome.SUCCEEDED
    assert "SERVER_ONLY" not in read_log(runs.store.run_folder(run.run_id))
    assert "here" in read_log(runs.store.run_folder(run.run_id))
    assert json.loads((project.path / "configuration.json").read_text()) == {}
