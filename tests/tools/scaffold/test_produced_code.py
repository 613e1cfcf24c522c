"""What every combination of choices produces."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Mapping
from itertools import product
from pathlib import Path

import pytest
from connector_sdk_mcp.tools.project import Workspace
from connector_sdk_mcp.tools.scaffold.engine import scaffold
from connector_sdk_mcp.tools.scaffold.models import ScaffoldResult
from connector_sdk_mcp.tools.validate.models import FindingSummary

from .conftest import ruff

AUTHS = ("none", "api_key", "bearer")
PAGINATIONS = ("page", "offset", "cursor")
ORDERS: dict[str, object] = {"name": "orders", "primary_key": ["id"]}
TABLES: dict[str, list[Mapping[str, object]]] = {
    "whole": [ORDERS],
    "incremental": [ORDERS | {"cursor_field": "updated_at"}],
    "both": [ORDERS | {"cursor_field": "updated_at"}, {"name": "Line Items", "primary_key": ["order_id", "number"]}],
    "path": [ORDERS | {"records_path": "data.items"}],
    "paths": [ORDERS | {"records_path": "data.items", "cursor_field": "at", "cursor_parameter": "since"}],
    "some paths": [
        ORDERS | {"path": "v2/orders", "records_path": "items"},
        {"name": "customers", "primary_key": ["id"]},
    ],
}
COMBINATIONS = list(product(AUTHS, PAGINATIONS, TABLES))
LINE_LENGTHS = (88, 100, 120)


def test_every_combination_validates_without_a_finding(workspace: Workspace) -> None:
    summaries = {chosen: make(workspace, *chosen).findings for chosen in COMBINATIONS}
    assert summaries == dict.fromkeys(summaries, FindingSummary())


def test_ruff_finds_nothing_and_leaves_every_combination_as_it_is(workspace: Workspace) -> None:
    for chosen in COMBINATIONS:
        make(workspace, *chosen)
    for length in LINE_LENGTHS:
        assert ruff(workspace.roots[0], length) == ""


def test_a_type_checker_finds_nothing_wrong_in_any_combination(workspace: Workspace) -> None:
    root = workspace.roots[0]
    for chosen in COMBINATIONS:
        make(workspace, *chosen)
    (root / "pyrightconfig.json").write_text('{"typeCheckingMode": "basic", "pythonVersion": "3.10"}')
    pyright = str(Path(sys.executable).with_name("pyright"))
    checked = subprocess.run(
        [pyright, "--project", str(root), "--pythonpath", sys.executable], capture_output=True, text=True, timeout=120
    )
    assert (checked.returncode, checked.stdout) == (0, "0 errors, 0 warnings, 0 informations\n")


@pytest.mark.parametrize(("auth", "pagination", "tables"), COMBINATIONS)
def test_the_files_are_whole_and_show_no_template(
    workspace: Workspace, auth: str, pagination: str, tables: str
) -> None:
    result = make(workspace, auth, pagination, tables)
    texts = {file.path: (Path(result.project) / file.path).read_text() for file in result.files}
    assert sorted(texts) == [".gitignore", "README.md", "configuration.json", "connector.py", "requirements.txt"]
    assert {file.path: file.lines for file in result.files} == {
        path: len(text.splitlines()) for path, text in texts.items()
    }
    for text in texts.values():
        assert text.endswith("\n")
        assert not any(trace in text for trace in ("{%", "%}", "{#", "\n\n\n\n", " \n"))
    compile(texts["connector.py"], "connector.py", "exec")
    assert all(line.startswith("#") for line in texts["requirements.txt"].splitlines())
    assert {type(value) for value in json.loads(texts["configuration.json"]).values()} == {str}


@pytest.mark.parametrize(
    ("auth", "pagination", "tables", "absent"),
    [
        ("none", "page", "incremental", ("api_key", "api_token", "Authorization", "HEADER_VALUE")),
        ("bearer", "page", "incremental", ("api_key", "API_KEY", "OFFSET", "LIMIT", "next_cursor", "CURSOR_PARAMETER")),
        ("api_key", "offset", "incremental", ("api_token", "Bearer", "PAGE_PARAMETER", "FIRST_PAGE", "next_cursor")),
        ("none", "cursor", "whole", ("cursor_field", "TIMESTAMP", "datetime", "MAX_FINGERPRINTS", "FIRST_PAGE")),
        ("none", "page", "paths", ("is_row_list", '"cursor_field" in', '"records_path" in')),
    ],
)
def test_nothing_of_what_was_not_chosen_is_in_the_code(
    workspace: Workspace, auth: str, pagination: str, tables: str, absent: tuple[str, ...]
) -> None:
    code = (Path(make(workspace, auth, pagination, tables).project) / "connector.py").read_text()
    assert [word for word in absent if word in code] == []


@pytest.mark.parametrize("tables", TABLES)
def test_every_function_and_constant_is_used(workspace: Workspace, tables: str) -> None:
    for auth, pagination in product(AUTHS, PAGINATIONS):
        tree = ast.parse((Path(make(workspace, auth, pagination, tables).project) / "connector.py").read_text())
        defined = {node.name for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
        defined |= {
            node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
        }
        used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
        assert defined - used == {"__init__"}


def make(workspace: Workspace, auth: str, pagination: str, tables: str) -> ScaffoldResult:
    return scaffold(
        workspace,
        f"{auth}-{pagination}-{tables}",
        pattern="rest_api",
        auth=auth,
        pagination=pagination,
        tables=TABLES[tables],
    )
