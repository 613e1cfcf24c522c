"""However a server ends, its runs end with it: no process, no changed project, a run that says what happened."""

from __future__ import annotations

import signal
from pathlib import Path

import psutil
import pytest
from connector_sdk_mcp.tools.debug.models import Outcome
from connector_sdk_mcp.tools.debug.reading import read_log
from connector_sdk_mcp.tools.debug.runs import Runs
from connector_sdk_mcp.tools.debug.store import RunStore
from connector_sdk_mcp.tools.project import Workspace
from mcp import Client
from mcp_client import ServerProcess, call
from support import ENDLESS, MakeProject, fingerprint, processes_naming, until


def servers() -> list[psutil.Process]:
    return [p for p in psutil.Process().children(recursive=True) if "connector-sdk-mcp" in " ".join(p.cmdline())]


@pytest.mark.parametrize("ending", ["EOF", "SIGTERM", "SIGINT", "SIGHUP", "SIGKILL"])
def test_a_server_takes_its_runs_with_it(
    ending: str, workspace: Workspace, make_project: MakeProject, tmp_path: Path
) -> None:
    project = make_project(ENDLESS)
    before = fingerprint(project.path)
    store = RunStore(tmp_path / "state")
    started: list[str] = []

    async def work(client: Client) -> None:
        run = await call(client, "run_debug_sync", project="orders", wait_seconds=0)
        started.append(run.content["run_id"])
        folder = store.run_folder(started[0])
        until(lambda: "waiting" in read_log(folder), "the connector waits")
        until(lambda: len(processes_naming(str(folder))) >= 2, "its detached child runs")
        if ending != "EOF":
            for server in servers():
                server.send_signal(getattr(signal, ending))

    with _broken_pipe_allowed(ending):
        ServerProcess(workspace.roots[0], tmp_path / "state").session(work)
    runs = Runs(store)
    until(lambda: runs.ended(started[0]), "the supervisor is gone")
    assert processes_naming(str(store.run_folder(started[0]))) == []
    assert fingerprint(project.path) == before
    assert runs.get(workspace, started[0]).outcome is Outcome.CANCELLED
    left = sorted(path.name for path in store.run_folder(started[0]).iterdir())
    assert left == ["end.json", "log.txt", "run.json"]


class _broken_pipe_allowed:  # noqa: N801 - reads as a statement
    """A client whose server was killed may say so; nothing else may go wrong."""

    def __init__(self, ending: str) -> None:
        self._killed = ending != "EOF"

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: object) -> bool:
        return self._killed and error is not None and not isinstance(error, AssertionError | KeyboardInterrupt)
