"""The whole chain over a real pipe, in both eras: scaffold, validate, sync, query, change, sync again."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from connector_sdk_mcp.tools.demo.orders_api import Hold, OrdersApi, sample_tables
from connector_sdk_mcp.tools.project import Workspace
from mcp import Client
from mcp_client import ERAS, Mode, ServerProcess, call
from support import processes_naming, until

TOKEN = 'tok-"Zq/91+xyz-4711'
TABLES = [
    {"name": name, "path": f"/{name}", "primary_key": ["id"], "cursor_field": "updated_at"}
    for name in ("orders", "customers")
]
COUNTS = "SELECT (SELECT count(*) FROM tester.orders), (SELECT count(*) FROM tester.customers)"


@pytest.mark.parametrize("era", ERAS)
def test_a_client_builds_runs_and_questions_a_connector(era: Mode, workspace: Workspace, tmp_path: Path) -> None:
    said: list[str] = []

    async def ask(client: Client, tool: str, **arguments: Any) -> dict[str, Any]:
        answer = await call(client, tool, **arguments)
        assert not answer.is_error, answer.text
        said.append(answer.text)
        return answer.content

    async def work(client: Client) -> None:
        made = await ask(
            client,
            "scaffold_connector",
            project="shop",
            pattern="rest_api",
            auth="bearer",
            pagination="page",
            base_url=api.base_url,
            tables=TABLES,
        )
        assert made["findings"] == {"error": 0, "warning": 0, "info": 0}
        configuration = workspace.roots[0] / "shop" / "configuration.json"
        configuration.write_text(json.dumps(json.loads(configuration.read_text()) | {"api_token": TOKEN}))
        report = await ask(client, "validate_connector", project="shop")
        assert (report["ok"], report["findings"]) == (True, [])

        first = await ask(client, "run_debug_sync", project="shop")
        assert (first["outcome"], first["operations"]["upserts"]) == ("succeeded", 32)
        described = await ask(client, "describe_warehouse", project="shop")
        assert {t["name"]: (t["rows"], t["primary_key"]) for t in described["tables"]} == {
            "customers": (7, ["id"]),
            "orders": (25, ["id"]),
        }
        dictionary = (await client.read_resource("csdk://dictionary/shop")).model_dump_json()
        assert "### `customers`" in dictionary
        api.put("orders", {**api.rows("orders")[0], "status": TOKEN, "updated_at": "2025-01-01T00:00:00Z"})
        second = await ask(client, "run_debug_sync", project="shop")
        assert (second["outcome"], second["operations"]["upserts"]) == ("succeeded", 1)
        assert (await ask(client, "query_warehouse", project="shop", sql=COUNTS))["rows"] == [[25, 7]]
        masked = await ask(client, "query_warehouse", project="shop", sql="FROM tester.orders WHERE id = 1")
        assert masked["masked_cells"] == 1

        hold = Hold()
        api.script(hold)
        slow = await ask(client, "run_debug_sync", project="shop", wait_seconds=0)
        until(hold.reached.is_set, "the source was asked")
        cancelled = await ask(client, "cancel_sync_run", run_id=slow["run_id"])
        hold.released.set()
        assert cancelled["outcome"] == "cancelled"
        listed = await ask(client, "list_connectors")
        assert listed["connectors"][0]["last_run"] == slow["run_id"]
        log = await client.read_resource(first["log_uri"])
        said.append(log.model_dump_json())
        assert "SYNC SUCCEEDED" in said[-1]

    with OrdersApi(sample_tables(25, 7), bearer=TOKEN, short_pages=True) as api:
        ServerProcess(workspace.roots[0], tmp_path / "state", era).session(work)
    stored = "".join(path.read_text(errors="replace") for path in (tmp_path / "state").rglob("*") if path.is_file())
    for part in ("Zq/91", base64.b64encode(TOKEN.encode()).decode()[4:-4]):
        assert part not in "".join(said)
        assert part not in stored
    assert processes_naming(str(tmp_path)) == []


def test_progress_is_told_while_a_run_goes_on(workspace: Workspace, tmp_path: Path) -> None:
    seen: list[float] = []

    async def work(client: Client) -> None:
        await call(
            client, "scaffold_connector", project="shop", pattern="rest_api", base_url=api.base_url, tables=TABLES
        )

        async def note(progress: float, total: float | None, message: str | None) -> None:
            seen.append(progress)
            hold.released.set()

        result = await client.call_tool("run_debug_sync", {"project": "shop"}, progress_callback=note)
        assert result.structured_content["outcome"] == "succeeded"

    with OrdersApi(sample_tables(3, 3)) as api:
        hold = Hold()
        api.script(hold)
        ServerProcess(workspace.roots[0], tmp_path / "state").session(work)
    assert seen == sorted(seen)
    assert seen
