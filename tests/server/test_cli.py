"""The command line: one JSON document on stdout, exit codes as documented."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from connector_sdk_mcp.server.cli import main
from connector_sdk_mcp.tools.project import Workspace
from mcp_client import COMMAND
from support import MakeProject, processes_naming

ROWS = "op.upsert('items', {'id': 1})\nop.checkpoint({'n': 1})"


class Cli:
    """The installed command with a workspace and a state folder of its own."""

    def __init__(self, workspace: Path, state_dir: Path) -> None:
        self.workspace = workspace
        self._environment = {**os.environ, "CONNECTOR_SDK_MCP_STATE_DIR": str(state_dir)}

    def run(self, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [COMMAND, *arguments],
            input=stdin,
            env=self._environment,
            cwd=self.workspace,
            capture_output=True,
            text=True,
            timeout=120,
        )

    def call(self, tool: str, *arguments: str, stdin: str = "") -> tuple[int, dict[str, Any]]:
        done = self.run("--workspace", str(self.workspace), "call", tool, *arguments, stdin=stdin)
        return done.returncode, json.loads(done.stdout)


@pytest.fixture
def cli(workspace: Workspace, tmp_path: Path) -> Cli:
    return Cli(workspace.roots[0], tmp_path / "state")


def test_call_runs_a_sync_to_its_end_and_queries_what_it_wrote(cli: Cli, make_project: MakeProject) -> None:
    make_project(ROWS)
    code, run = cli.call("run_debug_sync", '{"project": "orders", "wait_seconds": 0}')
    assert (code, run["outcome"], run["operations"]["upserts"]) == (0, "succeeded", 1)
    code, result = cli.call("query_warehouse", '{"project": "orders", "sql": "SELECT id FROM tester.items"}')
    assert (code, result["rows"], result["truncated"]) == (0, [[1]], False)
    code, read = cli.call("get_sync_run", json.dumps({"run_id": run["run_id"]}))
    assert (code, read["outcome"]) == (0, "succeeded")


def test_arguments_come_from_a_file_or_standard_input(cli: Cli, make_project: MakeProject) -> None:
    make_project(ROWS)
    arguments = '{"project": "orders"}'
    (cli.workspace / "arguments.json").write_text(arguments)
    from_file = cli.call("validate_connector", "@arguments.json")
    from_stdin = cli.call("validate_connector", "-", stdin=arguments)
    assert from_file[0] == from_stdin[0] == 0
    assert from_file[1]["findings"] == from_stdin[1]["findings"]


@pytest.mark.parametrize(
    ("arguments", "exit_code", "code"),
    [
        (("validate_connector", '{"project": "missing"}'), 1, "ProjectNotFound"),
        (("validate_connector", '{"proyect": "x"}'), 1, "InvalidArguments"),
        (("validate_connector", "{broken"), 2, "InvalidArguments"),
        (("validate_connector", "[1]"), 2, "InvalidArguments"),
        (("validate_connector", "@missing.json"), 2, "InvalidArguments"),
        (("no_such_tool", "{}"), 2, "InvalidArguments"),
    ],
)
def test_a_refusal_is_one_document_with_its_code(
    arguments: tuple[str, ...], exit_code: int, code: str, cli: Cli
) -> None:
    returned, document = cli.call(*arguments)
    assert (returned, document["error"]["code"]) == (exit_code, code)
    assert document["error"]["message"]
    assert list(document) == ["error"]


def test_tools_are_listed_for_people_and_for_programs(cli: Cli) -> None:
    text = cli.run("tools").stdout
    listed = json.loads(cli.run("tools", "--json").stdout)
    assert [line.split()[0] for line in text.splitlines()] == [tool["name"] for tool in listed]


@pytest.mark.parametrize(("source", "exit_code"), [("yield op.upsert('items', {})", 1), (ROWS, 0)])
def test_validate_exits_by_its_errors(source: str, exit_code: int, cli: Cli, make_project: MakeProject) -> None:
    make_project(source)
    as_json = cli.run("validate", "orders", "--format", "json")
    as_text = cli.run("validate", "orders")
    assert (as_json.returncode, as_text.returncode) == (exit_code, exit_code)
    (report,) = json.loads(as_json.stdout)["projects"]
    assert (report["project"], report["ok"]) == ("orders", exit_code == 0)
    for finding in report["findings"]:
        assert f"orders/{finding['file']}:{finding['line']}:{finding['column']}: " in as_text.stdout


def test_validate_reads_every_connector_below_a_folder(cli: Cli, make_project: MakeProject) -> None:
    for name in ("b", "a", "deep/er"):
        (cli.workspace / "deep").mkdir(exist_ok=True)
        make_project(ROWS, name=name)
    found = json.loads(cli.run("validate", ".", "--format", "json").stdout)["projects"]
    assert [report["project"] for report in found] == ["a", "b", "deep/er"]
    assert cli.run("validate", "missing").returncode == 2


def test_help_and_version_teach_without_a_workspace(cli: Cli) -> None:
    assert "examples:" in cli.run("--help").stdout
    assert cli.run("--version").stdout.startswith("connector-sdk-mcp ")
    assert cli.run("--no-such-option").returncode == 2


def test_the_demo_does_the_whole_job_and_leaves_no_process(cli: Cli) -> None:
    done = cli.run("demo", "shop")
    assert (done.returncode, done.stderr) == (0, "")
    for figure in ("upserts: 32", "upserts: 12", "'orders': 25", "'orders': 35", "outcome: cancelled", "(0, 0, 0)"):
        assert figure in done.stdout
    assert processes_naming(str(cli.workspace)) == []
    again = cli.run("demo", "shop")
    assert again.returncode == 1
    assert "FAILED: " in again.stdout
    assert "connector.py" in again.stdout


def test_read_prints_a_page_and_refuses_an_unknown_one_with_the_nearest(cli: Cli) -> None:
    page = cli.run("read", "csdk://rules/yield-operation")
    assert page.stdout.startswith("# yield-operation\n")
    unknown = cli.run("read", "csdk://rules/yield-operations")
    assert (unknown.returncode, unknown.stdout) == (1, "")
    assert "RuleNotFound" in unknown.stderr
    assert "csdk://rules/yield-operation" in unknown.stderr


def test_the_doctor_tells_what_is_there_and_prunes_what_is_old(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONNECTOR_SDK_MCP_CACHE_DIR", str(tmp_path / "cache"))
    half = tmp_path / "cache" / "environments" / "abc"
    half.mkdir(parents=True)
    arguments = ["--workspace", str(tmp_path), "doctor"]
    for more in ([], ["--prune", "30"]):
        with pytest.raises(SystemExit) as ended:
            main([*arguments, *more])
        out = capsys.readouterr().out
        assert (ended.value.code, "BAD" in out) == (0, False)
        assert "ok  fivetran-connector-sdk 3" in out
        assert "environment abc: nothing; 0 MB, not built to its end" in out
    assert "1 environments removed" in out
    assert not half.exists()


def test_the_doctor_says_what_is_missing(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir("/")
    with pytest.raises(SystemExit, match="1"):
        main(["doctor"])
    assert "BAD workspace: The server was started in /" in capsys.readouterr().out
