"""The public surface: what a client lists, kept as reviewed files, within its budgets.

After a wanted change: `UPDATE_SNAPSHOTS=1 pytest tests/server/test_surface.py`, then read the diff.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import anyio
import jsonschema
import pytest
from connector_sdk_mcp.server.app import INSTRUCTIONS, build_server
from connector_sdk_mcp.server.settings import Settings
from mcp import Client

SNAPSHOTS = Path(__file__).parent.parent / "snapshots"
TOOLS = [
    "list_connectors",
    "scaffold_connector",
    "validate_connector",
    "fix_connector",
    "run_debug_sync",
    "get_sync_run",
    "cancel_sync_run",
    "reset_connector",
    "describe_warehouse",
    "check_data_quality",
    "query_warehouse",
    "search_reference",
    "read_reference",
]


@pytest.fixture(scope="module")
def listed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    folder = tmp_path_factory.mktemp("surface")

    async def read() -> dict[str, dict[str, Any]]:
        async with Client(build_server(Settings(workspace=(folder,), state_dir=folder)).server) as client:
            tools = (await client.list_tools()).tools
        return {tool.name: tool.model_dump(mode="json", by_alias=True, exclude_none=True) for tool in tools}

    return anyio.run(read)


def characters(value: object) -> int:
    return len(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def test_the_tools_are_those_that_are_finished_in_the_order_of_the_work(listed: dict[str, dict[str, Any]]) -> None:
    assert list(listed) == TOOLS


@pytest.mark.parametrize("tool", TOOLS)
def test_a_tool_is_as_its_snapshot(tool: str, listed: dict[str, dict[str, Any]]) -> None:
    path = SNAPSHOTS / f"{tool}.json"
    text = json.dumps(listed[tool], ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text


@pytest.mark.parametrize("tool", TOOLS)
def test_a_tool_is_described_annotated_and_has_valid_schemas(tool: str, listed: dict[str, dict[str, Any]]) -> None:
    entry = listed[tool]
    assert entry["title"]
    assert 20 < len(entry["description"]) < 300
    hints = {"readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint"}
    assert hints <= set(entry["annotations"])
    for schema in (entry["inputSchema"], entry["outputSchema"]):
        jsonschema.Draft202012Validator.check_schema(schema)
        assert schema["type"] == "object"
    assert entry["inputSchema"]["additionalProperties"] is False
    undescribed = [name for name, part in entry["inputSchema"]["properties"].items() if "description" not in part]
    assert undescribed == []


def test_the_budgets_of_the_contract_hold(listed: dict[str, dict[str, Any]]) -> None:
    seen = [{key: tool[key] for key in ("name", "description", "inputSchema")} for tool in listed.values()]
    assert characters(seen) <= 10_000
    assert characters(list(listed.values())) <= 30_000
    assert len(INSTRUCTIONS) <= 2_000


def test_no_schema_carries_a_generated_title(listed: dict[str, dict[str, Any]]) -> None:
    assert '"title": "' not in json.dumps([[t["inputSchema"], t["outputSchema"]] for t in listed.values()])
