"""What the README says is what happens."""

from __future__ import annotations

import inspect
import json
import os
import re
import subprocess
from pathlib import Path

import anyio
from connector_sdk_mcp.server.app import build_server
from connector_sdk_mcp.server.settings import Settings
from connector_sdk_mcp.tools.demo.orders_api import OrdersApi, sample_tables
from connector_sdk_mcp.tools.validate.page import readme_table
from connector_sdk_mcp.tools.validate.project_settings import ProjectSettings
from mcp import Client
from mcp_client import COMMAND

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    """The text under a heading."""
    return README.partition(f"## {title}\n")[2].partition("\n## ")[0]


def documents(text: str) -> list[dict[str, object]]:
    """The JSON documents of a text, one after the other."""
    decoder, found, at = json.JSONDecoder(), list[dict[str, object]](), 0
    while at < len(text.rstrip()):
        document, at = decoder.raw_decode(text, at)
        found.append(document)
        at += len(text[at:]) - len(text[at:].lstrip())
    return found


def test_the_readme_opens_with_two_commands_that_the_makefile_has() -> None:
    (block, *_) = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
    commands = [line.partition("#")[0].strip() for line in block.strip().splitlines()]
    assert commands == ["make demo", "make test"]
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert {"demo", "test", "check", "lint", "types", "wheel"} <= targets


def test_the_table_of_tools_is_that_of_the_server(tmp_path: Path) -> None:
    async def names() -> list[str]:
        async with Client(build_server(Settings(workspace=(tmp_path,), state_dir=tmp_path)).server) as client:
            return [tool.name for tool in (await client.list_tools()).tools]

    assert re.findall(r"^\| `(\w+)` \|", section("Tools"), re.MULTILINE) == anyio.run(names)


def test_the_table_of_rules_is_made_from_the_rules() -> None:
    head, begin, rest = README.partition("pytest tests/test_docs.py -->\n")
    table, end, tail = rest.partition("<!-- end of rules -->")
    if os.environ.get("UPDATE_SNAPSHOTS"):
        (ROOT / "README.md").write_text(f"{head}{begin}\n{readme_table()}\n\n{end}{tail}", encoding="utf-8")
    assert table == f"\n{readme_table()}\n\n"


def test_the_settings_of_the_readme_are_understood() -> None:
    (text,) = re.findall(r"```toml\n(.*?)```", README, re.DOTALL)
    assert ProjectSettings.read(inspect.cleandoc(text).encode()) == ProjectSettings(
        ignore=("missing-docstring",), per_file_ignores={"vendor": ("pep8",)}
    )


def test_the_shell_session_of_the_readme_runs_as_it_stands(tmp_path: Path) -> None:
    (script,) = re.findall(r"```sh\n(.*?)```", section("Use it from a shell"), re.DOTALL)
    with OrdersApi(sample_tables(5, 2)) as api:
        script = script.replace("~/connectors", str(tmp_path)).replace("https://api.example.com", api.base_url)
        done = subprocess.run(
            ["sh", "-eu", "-c", script],
            env={
                **os.environ,
                "PATH": f"{Path(COMMAND).parent}{os.pathsep}{os.environ['PATH']}",
                "CONNECTOR_SDK_MCP_STATE_DIR": str(tmp_path / "state"),
            },
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=240,
        )
    assert (done.returncode, done.stderr) == (0, "")
    made, report, run, rows = documents(done.stdout)
    assert made["findings"] == {"error": 0, "warning": 0, "info": 0}
    assert report["ok"] is True
    assert run["outcome"] == "succeeded"
    assert rows["row_count"] == 5


def test_the_check_of_the_readme_runs_as_it_stands(tmp_path: Path) -> None:
    (script,) = re.findall(r"```sh\n(.*?)```", section("Check a connector without a client"), re.DOTALL)
    (tmp_path / "connector.py").write_text("import json\n")
    script = script.replace("~/connectors", str(tmp_path)).replace("connector-sdk-mcp", COMMAND)
    done = subprocess.run(["sh", "-eu", "-c", script], capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stderr) == (1, "")
    assert f"{tmp_path}/connector.py:1:1: error [missing-connector-object]" in done.stdout


def test_each_file_of_the_top_level_is_there() -> None:
    wanted = ["pyproject.toml", "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "Makefile", ".ci/run"]
    wanted += [".gitignore", ".pre-commit-config.yaml", "server.json", "manifest.json"]
    assert [name for name in wanted if not (ROOT / name).is_file()] == []


def test_the_version_has_one_home() -> None:
    (version,) = re.findall(r'^version = "(.*)"', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    server = json.loads((ROOT / "server.json").read_text())
    assert (server["version"], server["packages"][0]["version"]) == (version, version)
    assert json.loads((ROOT / "manifest.json").read_text())["version"] == version
