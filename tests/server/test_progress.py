"""Long work says what it is at: the environment that is built, the turn that is waited for, the connector's log."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from connector_sdk_mcp.tools.project import Workspace
from mcp import Client
from mcp_client import ServerProcess, call
from support import MakeProject

WAITS = "import signal\nlog.info('the connector waits')\nsignal.pause()"


async def told(client: Client, tool: str, arguments: dict[str, Any]) -> set[str]:
    """The messages of the progress of one call."""
    messages: set[str] = set()

    async def note(progress: float, total: float | None, message: str | None) -> None:
        messages.add(message or "")

    _ = await client.call_tool(tool, arguments, progress_callback=note)
    return messages


def test_building_waiting_and_running_are_told_as_progress(
    workspace: Workspace, make_project: MakeProject, tmp_path: Path
) -> None:
    for name in ("first", "second"):
        make_project(WAITS, name=name)

    async def work(client: Client) -> None:
        first = (await call(client, "run_debug_sync", project="first", wait_seconds=0)).content["run_id"]
        messages: set[str] = set()
        for _ in range(40):
            messages |= await told(client, "get_sync_run", {"run_id": first, "wait_seconds": 2})
            if any("the connector waits" in message for message in messages):
                break
        assert any("building the environment" in message or "packages" in message for message in messages), messages
        assert any("the connector waits" in message for message in messages), messages
        assert await told(client, "run_debug_sync", {"project": "second", "wait_seconds": 3}) == {"queued"}
        for entry in (await call(client, "list_connectors")).content["connectors"]:
            await call(client, "cancel_sync_run", run_id=entry["last_run"])

    env = {"CONNECTOR_SDK_MCP_PARALLEL_RUNS": "1", "XDG_CACHE_HOME": str(tmp_path / "cache")}
    ServerProcess(workspace.roots[0], tmp_path / "state", env=env).session(work)
