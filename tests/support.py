"""What several tests use: connectors written as text, and looks at processes and files."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import psutil
from connector_sdk_mcp.tools.debug.models import Run
from connector_sdk_mcp.tools.debug.runs import Runs
from connector_sdk_mcp.tools.project import ConnectorProject, Workspace

HEAD = """\
import json, os, sys, time
from fivetran_connector_sdk import Connector, Logging as log, Operations as op

def schema(configuration):
    return [{"table": "items", "primary_key": ["id"]}]

"""
TAIL = "\n\nconnector = Connector(update=update, schema=schema)\n"
# Ends only when it is ended: waits for an event that nobody sets, having detached two processes from its session.
ENDLESS = """
op.upsert("items", {"id": 1})
op.checkpoint({"next": 1})
if os.fork() == 0:
    os.setsid()
    import signal
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if os.fork() == 0:
        os.execvp("tail", ["tail", "-f", "/dev/null", "--pid", str(os.getppid()), os.getcwd() + "/connector.py"])
    os._exit(0)
log.info("waiting")
import threading
threading.Event().wait()
"""
MakeProject = Callable[..., ConnectorProject]
WAIT_SECONDS = 60.0


def until(condition: Callable[[], bool], what: str) -> None:
    """Polls until the condition holds; fails after a minute."""
    deadline = time.monotonic() + WAIT_SECONDS
    while not condition():
        assert time.monotonic() < deadline, f"still not: {what}"
        psutil.cpu_percent(0.02)  # waits without a sleep of our own


def finished(runs: Runs, workspace: Workspace, run: Run) -> Run:
    """The run when it has ended."""
    until(lambda: runs.ended(run.run_id), f"{run.run_id} ended")
    return runs.get(workspace, run.run_id)


def fingerprint(folder: Path) -> dict[str, tuple[bytes, int, int]]:
    """Every file of a project but `files/`: its bytes, mode and time of change."""
    return {
        str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_mode, path.stat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.relative_to(folder).parts[0] != "files"
    }


def processes_naming(text: str) -> list[psutil.Process]:
    """The live processes whose command line or folder of work names `text`."""
    found: list[psutil.Process] = []
    for process in psutil.process_iter():
        try:
            named = text in " ".join(process.cmdline()) or text in process.cwd()
            if named and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except psutil.Error:
            continue
    return found


def processes_of(run_id: str, supervisor_pid: int) -> set[psutil.Process]:
    """The live processes of a run: its supervisor, all that descend from it, and all that carry the run's mark."""
    found: set[psutil.Process] = set()
    for process in psutil.process_iter():
        try:
            ancestors = {process.pid, *(parent.pid for parent in process.parents())}
            marked = supervisor_pid in ancestors or run_id in process.environ().get("CONNECTOR_SDK_MCP_RUN", "")
            if marked and process.status() != psutil.STATUS_ZOMBIE:
                found.add(process)
        except psutil.Error:
            continue
    return found


def lives(process: psutil.Process) -> bool:
    """Whether it runs still; one that ended and that nobody has waited for does not."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
