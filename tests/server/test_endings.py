"""However a server ends, its runs end with it: no process, no changed project, a run that says what happened."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Generator
from pathlib import Path

import psutil
import pytest
from connector_sdk_mcp.tools.debug.models import Outcome
from connector_sdk_mcp.tools.debug.reading import read_log
from connector_sdk_mcp.tools.debug.runs import Runs
from connector_sdk_mcp.tools.debug.store import RunStore
from connector_sdk_mcp.tools.project import Workspace
from mcp import Client
from mcp_client import ServerProcess, call, servers
from support import ENDLESS, MakeProject, fingerprint, lives, processes_naming, processes_of, until


@contextlib.contextmanager
def may_break(ending: str) -> Generator[None]:
    """A client whose server was killed may say so when it closes."""
    try:
        yield
    except Exception:
        if ending == "EOF":
            raise


@pytest.mark.parametrize("ending", ["EOF", "SIGTERM", "SIGINT", "SIGHUP", "SIGKILL"])
def test_a_server_takes_its_runs_with_it(
    ending: str, workspace: Workspace, make_project: MakeProject, tmp_path: Path
) -> None:
    project = make_project(ENDLESS)
    text = fingerprint(project.path)
    before: list[psutil.Process] = []
    store = RunStore(tmp_path / "state")
    started: list[str] = []
    ended: list[str] = []

    async def work(client: Client) -> None:
        run = await call(client, "run_debug_sync", project="orders", wait_seconds=0)
        started.append(run.content["run_id"])
        folder = store.run_folder(started[0])
        until(lambda: "waiting" in read_log(folder), "the connector waits")
        until(lambda: len(processes_naming(str(folder))) >= 2, "its detached child runs")
        before.extend(processes_of(started[0], store.load(started[0]).supervisor_pid))
        if ending != "EOF":
            for server in servers():
                server.send_signal(getattr(signal, ending))
        ended.append(ending)

    with may_break(ending):
        ServerProcess(workspace.roots[0], tmp_path / "state").session(work)
    assert ended == [ending]
    runs = Runs(store)
    until(lambda: runs.ended(started[0]), "the supervisor is gone")
    assert len(before) >= 3
    assert list(filter(lives, before)) == []
    assert processes_of(started[0], store.load(started[0]).supervisor_pid) == set()
    assert processes_naming(str(store.run_folder(started[0]))) == []
    assert fingerprint(project.path) == text
    assert runs.get(workspace, started[0]).outcome is Outcome.CANCELLED
    left = sorted(path.name for path in store.run_folder(started[0]).iterdir())
    assert left == ["end.json", "log.txt", "run.json"]
