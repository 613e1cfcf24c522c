"""What a scaffold answers and writes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from connector_sdk_mcp.tools.project import Workspace
from connector_sdk_mcp.tools.scaffold.engine import scaffold
from connector_sdk_mcp.tools.scaffold.models import TableSpec
from connector_sdk_mcp.tools.validate.models import FindingSummary

TABLES = [TableSpec(name="orders", primary_key=["id"], cursor_field="updated_at")]
FILES = ["connector.py", "configuration.json", "requirements.txt", "README.md", ".gitignore"]


def test_a_dry_run_plans_the_same_files_and_writes_none(workspace: Workspace) -> None:
    planned = scaffold(workspace, "a/b", pattern="rest_api", tables=TABLES, dry_run=True)
    assert list(workspace.roots[0].iterdir()) == []
    written = scaffold(workspace, "a/b", pattern="rest_api", tables=TABLES)
    assert [(file.path, file.lines) for file in planned.files] == [(file.path, file.lines) for file in written.files]
    assert {file.status for file in planned.files} == {"planned"}
    assert planned.findings == written.findings == FindingSummary()
    assert planned.next_steps == [
        "Call scaffold_connector again without dry_run to write these files.",
        *written.next_steps,
    ]


def test_the_result_names_what_was_written_and_what_to_do_next(workspace: Workspace) -> None:
    result = scaffold(workspace, "a/b", pattern="rest_api", tables=TABLES, auth="bearer")
    assert result.project == str(workspace.roots[0] / "a" / "b")
    assert [(file.path, file.status) for file in result.files] == [(path, "written") for path in FILES]
    assert result.next_steps == [
        "Fill in base_url and api_token in configuration.json; git does not track it.",
        "Check the code with validate_connector after each change.",
        "Run it with run_debug_sync, then look at the rows with describe_warehouse and query_warehouse.",
    ]


def test_an_existing_folder_keeps_its_other_files(workspace: Workspace) -> None:
    (workspace.roots[0] / "notes.txt").write_text("mine")
    scaffold(workspace, ".", pattern="rest_api", tables=TABLES)
    assert sorted(path.name for path in workspace.roots[0].iterdir()) == sorted([*FILES, "notes.txt"])


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("", "# orders-sync"),
        ("Orders of Acme", "# Orders of Acme"),
        ("<script>", "# `<script>`"),
        ("a`b``c", "# ``` a`b``c ```"),
        ("# x\n# y", "# `# x\\n# y`"),
        ("__init__", "# `__init__`"),
        ("日本", "# 日本"),
    ],
)
def test_the_readme_is_titled_with_the_name_or_else_the_folder(workspace: Workspace, name: str, title: str) -> None:
    result = scaffold(workspace, "orders-sync", pattern="rest_api", tables=TABLES, name=name)
    assert (Path(result.project) / "README.md").read_text().splitlines()[0] == title


@pytest.mark.parametrize(
    ("auth", "base_url", "configuration"),
    [
        ("none", "", {"base_url": "https://api.example.com", "page_size": "50"}),
        (
            "bearer",
            "http://127.0.0.1:80/v1",
            {"base_url": "http://127.0.0.1:80/v1", "api_token": "<YOUR_API_TOKEN>", "page_size": "50"},
        ),
        (
            "api_key",
            "https://bücher.example/ü",
            {"base_url": "https://bücher.example/ü", "api_key": "<YOUR_API_KEY>", "page_size": "50"},
        ),
    ],
)
def test_the_configuration_holds_texts_and_placeholders(
    workspace: Workspace, auth: str, base_url: str, configuration: dict[str, str]
) -> None:
    options = {"page_size": 50}
    result = scaffold(workspace, "a", pattern="rest_api", tables=TABLES, auth=auth, base_url=base_url, options=options)
    assert json.loads((Path(result.project) / "configuration.json").read_text()) == configuration


def test_the_folder_of_warehouse_and_secrets_stays_out_of_git(workspace: Workspace) -> None:
    result = scaffold(workspace, "a", pattern="rest_api", tables=TABLES)
    ignored = (Path(result.project) / ".gitignore").read_text().splitlines()
    assert {"configuration.json", ".env", "files/", ".venv/", "__pycache__/"} <= set(ignored)
