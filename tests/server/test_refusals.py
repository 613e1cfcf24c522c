"""Each refusal is a tool error with its code and the next step, over a real pipe, and never a trace."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from connector_sdk_mcp.tools.project import Workspace
from mcp import Client
from mcp_client import ERAS, Mode, ServerProcess, call
from support import ENDLESS, MakeProject, until

ORDERS = {"pattern": "rest_api", "tables": [{"name": "orders", "path": "/orders", "primary_key": ["id"]}]}
REFUSALS: list[tuple[str, dict[str, Any], str, str]] = [
    ("fix_connector", {"project": "missing"}, "ProjectNotFound", "list_connectors"),
    ("fix_connector", {"project": "link"}, "OutsideWorkspace", "--workspace"),
    ("fix_connector", {"project": "good", "select": ["yield-operatoin"]}, "RuleNotFound", "yield-operation"),
    ("validate_connector", {"project": "missing"}, "ProjectNotFound", "list_connectors"),
    ("validate_connector", {"project": "empty"}, "ProjectNotFound", "scaffold_connector"),
    ("validate_connector", {"project": "../outside"}, "OutsideWorkspace", "--workspace"),
    ("validate_connector", {"project": "/etc"}, "OutsideWorkspace", "--workspace"),
    ("validate_connector", {"project": "link"}, "OutsideWorkspace", "--workspace"),
    ("validate_connector", {"project": "good", "select": ["yield-operatoin"]}, "RuleNotFound", "yield-operation"),
    ("validate_connector", {"project": "good", "min_severity": "fatal"}, "InvalidArguments", "min_severity"),
    ("validate_connector", {}, "InvalidArguments", "project"),
    ("list_connectors", {"root": "../outside"}, "OutsideWorkspace", "--workspace"),
    (
        "scaffold_connector",
        {"project": "good", **ORDERS},
        "ScaffoldConflict",
        "connector.py",
    ),
    ("scaffold_connector", {"project": "new", **ORDERS, "pattern": "soap"}, "UnknownPattern", "rest_api"),
    (
        "scaffold_connector",
        {"project": "../new", **ORDERS},
        "OutsideWorkspace",
        "--workspace",
    ),
    ("scaffold_connector", {"project": "new", **ORDERS, "tables": []}, "InvalidArguments", "tables"),
    ("run_debug_sync", {"project": "missing"}, "ProjectNotFound", "list_connectors"),
    ("run_debug_sync", {"project": "good", "configuration": "no.json"}, "InvalidArguments", "configuration"),
    ("run_debug_sync", {"project": "good", "state": "/etc/passwd"}, "OutsideWorkspace", "--workspace"),
    ("get_sync_run", {"run_id": "run-20200101-000000-abcdef"}, "RunNotFound", "run_debug_sync"),
    ("get_sync_run", {"run_id": "../../etc/passwd"}, "RunNotFound", "run_debug_sync"),
    ("cancel_sync_run", {"run_id": "nope"}, "RunNotFound", "run_debug_sync"),
    ("run_debug_sync", {"project": "unbuildable"}, "EnvironmentBuildFailed", "no-such-package-4711"),
    ("run_debug_sync", {"project": "good", "python": "no-such-python"}, "InvalidArguments", "python"),
    ("run_debug_sync", {"project": "good", "memory_limit_mb": 1}, "InvalidArguments", "memory_limit_mb"),
    ("run_debug_sync", {"project": "good", "stop_after": {"row": 1}}, "InvalidArguments", "stop_after"),
    ("run_debug_sync", {"project": "good", "keep_as": "../x"}, "InvalidArguments", "keep_as"),
    ("reset_connector", {"project": "missing", "confirm": True}, "ProjectNotFound", "list_connectors"),
    ("reset_connector", {"project": "good", "confirm": False}, "InvalidArguments", "confirm"),
    ("reset_connector", {"project": "good"}, "InvalidArguments", "confirm"),
    ("describe_warehouse", {"project": "good"}, "WarehouseMissing", "run_debug_sync"),
    ("query_warehouse", {"project": "good", "sql": "SELECT 1"}, "WarehouseMissing", "run_debug_sync"),
    ("query_warehouse", {"project": "missing", "sql": "SELECT 1"}, "ProjectNotFound", "list_connectors"),
    ("query_warehouse", {"project": "good", "sql": "SELECT 1", "max_rows": 0}, "InvalidArguments", "max_rows"),
    ("query_warehouse", {"project": "good", "sqll": "hunter22-secret"}, "InvalidArguments", "sql"),
]


@pytest.mark.parametrize("era", ERAS)
def test_each_refusal_has_its_code_and_the_next_step(
    era: Mode, workspace: Workspace, make_project: MakeProject, tmp_path: Path
) -> None:
    make_project("op.upsert('items', {'id': 1})", name="good")
    unbuildable = make_project("op.upsert('items', {'id': 1})", name="unbuildable")
    (unbuildable.path / "requirements.txt").write_text("no-such-package-4711==1.0\n")
    root = workspace.roots[0]
    (root / "empty").mkdir()
    (tmp_path / "outside").mkdir()
    (root / "link").symlink_to(tmp_path / "outside")

    async def work(client: Client) -> None:
        for tool, arguments, code, step in REFUSALS:
            answer = await call(client, tool, **arguments)
            assert answer.is_error, (tool, arguments, answer)
            assert answer.text.startswith(f"Error executing tool {tool}: {code}: "), answer.text
            assert step in answer.text, answer.text
            assert "Traceback" not in answer.text
            assert "hunter22" not in answer.text
            assert "pydantic" not in answer.text

    ServerProcess(root, tmp_path / "state", era).session(work)


def test_while_a_sync_runs_another_and_a_query_are_refused_and_name_it(
    workspace: Workspace, make_project: MakeProject, tmp_path: Path
) -> None:
    make_project("op.upsert('items', {'id': 1})\nop.checkpoint({})", name="good")

    async def work(client: Client) -> None:
        assert (await call(client, "run_debug_sync", project="good")).content["outcome"] == "succeeded"
        make_project(ENDLESS, name="good")
        run_id = (await call(client, "run_debug_sync", project="good", wait_seconds=0)).content["run_id"]
        log = tmp_path / "state" / "runs" / run_id / "log.txt"
        until(lambda: log.exists() and "waiting" in log.read_text(), "the connector waits")
        for tool, more, code in [
            ("run_debug_sync", {}, "SyncAlreadyRunning"),
            ("query_warehouse", {"sql": "FROM tester.items"}, "WarehouseBusy"),
            ("describe_warehouse", {}, "WarehouseBusy"),
        ]:
            answer = await call(client, tool, project="good", **more)
            assert answer.is_error
            assert answer.text.startswith(f"Error executing tool {tool}: {code}: "), answer.text
            assert run_id in answer.text
            assert "cancel_sync_run" in answer.text
        assert (await call(client, "cancel_sync_run", run_id=run_id)).content["outcome"] == "cancelled"
        assert (await call(client, "query_warehouse", project="good", sql="FROM tester.items")).content[
            "row_count"
        ] == 1

    ServerProcess(workspace.roots[0], tmp_path / "state").session(work)


@pytest.mark.parametrize(
    "sql",
    [
        "DROP TABLE tester.items",
        "SELECT 1; SELECT 2",
        "COPY (SELECT 1) TO 'x.csv'",
        "nonsense",
        "SELECT * FROM 'x.csv'",
    ],
)
def test_sql_that_is_not_one_select_is_refused(
    sql: str, workspace: Workspace, make_project: MakeProject, tmp_path: Path
) -> None:
    make_project("op.upsert('items', {'id': 1})", name="good")
    unbuildable = make_project("op.upsert('items', {'id': 1})", name="unbuildable")
    (unbuildable.path / "requirements.txt").write_text("no-such-package-4711==1.0\n")

    async def work(client: Client) -> None:
        assert (await call(client, "run_debug_sync", project="good")).content["outcome"] == "succeeded"
        answer = await call(client, "query_warehouse", project="good", sql=sql)
        assert answer.is_error
        assert "QueryRefused: " in answer.text

    ServerProcess(workspace.roots[0], tmp_path / "state").session(work)


def test_the_root_folder_is_no_implied_workspace(tmp_path: Path) -> None:
    async def work(client: Client) -> None:
        answer = await call(client, "list_connectors")
        assert answer.is_error
        assert "WorkspaceMissing: " in answer.text
        assert "--workspace" in answer.text

    ServerProcess(None, tmp_path / "state", cwd="/").session(work)
