"""The code in the pages is code: it parses, and what is a whole connector validates and runs."""

from __future__ import annotations

import ast
import importlib
import inspect
import json
import re
from pathlib import Path
from typing import Any

import pytest
from connector_sdk_mcp.resources.catalog import prompts
from connector_sdk_mcp.tools.debug.models import Outcome
from connector_sdk_mcp.tools.debug.runs import Runs
from connector_sdk_mcp.tools.demo.orders_api import OrdersApi, sample_tables
from connector_sdk_mcp.tools.project import ConnectorProject, Workspace
from connector_sdk_mcp.tools.reference.catalogue import entries, index, text_of
from connector_sdk_mcp.tools.scaffold.engine import scaffold
from connector_sdk_mcp.tools.validate.engine import validate
from support import finished

BLOCK = re.compile(r"```(\w+)\n(.*?)\n```", re.DOTALL)
BLOCKS = [(e.uri, kind, text) for e in entries() for kind, text in BLOCK.findall(e.text())]
PYTHON = [(uri, text) for uri, kind, text in BLOCKS if kind == "python"]
# A rule's page shows what it refuses, too.
OWN = [(uri, text) for uri, text in PYTHON if "csdk://rules/" not in uri]
SECTION_11 = "csdk://instructions/11"


def block_of(uri: str, kind: str, number: int = 0) -> str:
    return [text for kind_of, text in BLOCK.findall(text_of(uri)) if kind_of == kind][number] + "\n"


def functions(uri: str) -> dict[str, Any]:
    """The names that all Python blocks of a page define together."""
    names: dict[str, Any] = {}
    for page, text in OWN:
        if page == uri:
            exec(compile(text, page, "exec"), names)
    return names


def test_every_block_says_what_it_is_and_json_is_json() -> None:
    assert {kind for _, kind, _ in BLOCKS} <= {"python", "json", "text"}
    for _, kind, text in BLOCKS:
        if kind == "json":
            json.loads(text)


@pytest.mark.parametrize(("uri", "text"), PYTHON, ids=[uri for uri, _ in PYTHON])
def test_every_python_block_parses(uri: str, text: str) -> None:
    ast.parse(text)


@pytest.mark.parametrize(("uri", "text"), OWN, ids=[uri for uri, _ in OWN])
def test_every_block_of_a_page_can_be_executed_as_it_stands(uri: str, text: str) -> None:
    exec(compile(text, uri, "exec"), {"__name__": "page"})


def test_blocks_that_define_update_validate_without_errors(tmp_path: Path) -> None:
    whole = [(uri, text) for uri, text in PYTHON if re.search(r"^def update\(", text, re.MULTILINE)]
    assert SECTION_11 in {uri for uri, _ in whole}
    for number, (_, text) in enumerate(whole):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "connector.py").write_text(text)
        (folder / "configuration.json").write_text("{}")
        assert validate(folder).summary.error == 0


def test_the_connector_of_section_11_is_the_one_that_the_scaffold_writes(workspace: Workspace) -> None:
    scaffold(
        workspace, "orders", **{k: v for k, v in json.loads(block_of(SECTION_11, "text")).items() if k != "project"}
    )
    written = {path.name: path.read_text() for path in (workspace.roots[0] / "orders").iterdir()}
    assert block_of(SECTION_11, "python") == written["connector.py"]
    assert block_of(SECTION_11, "json") == written["configuration.json"]
    assert block_of(SECTION_11, "text", 1) == written["requirements.txt"]


def test_the_connector_of_section_11_runs(workspace: Workspace, runs: Runs) -> None:
    folder = workspace.roots[0] / "orders"
    folder.mkdir()
    (folder / "connector.py").write_text(block_of(SECTION_11, "python"))
    with OrdersApi(sample_tables(12, 3), bearer="token-of-a-test") as api:
        values = {**json.loads(block_of(SECTION_11, "json")), "base_url": api.base_url, "api_token": "token-of-a-test"}
        (folder / "configuration.json").write_text(json.dumps(values))
        run = finished(runs, workspace, runs.start(ConnectorProject.open(workspace, "orders")))
    assert (run.outcome, run.errors) == (Outcome.SUCCEEDED, [])
    assert {table.name: table.rows for table in run.tables} == {"customers": 3, "orders": 12}


def test_batches_hold_all_rows_in_order_and_read_no_further_than_needed() -> None:
    batches = functions("csdk://instructions/5")["batches"]
    read: list[int] = []

    def rows():
        for number in range(5):
            read.append(number)
            yield {"id": number}

    taken = batches(rows(), 2)
    assert next(taken) == [{"id": 0}, {"id": 1}]
    assert read == [0, 1]
    assert list(taken) == [[{"id": 2}, {"id": 3}], [{"id": 4}]]
    assert list(batches([], 3)) == []


def test_unknown_fields_are_kept_and_reported_once() -> None:
    split = functions("csdk://instructions/5")["split_known_fields"]
    reported: set[str] = set()
    assert split({"id": 1, "new": 2}, {"id"}, reported) == ({"id": 1, "extra": {"new": 2}}, ["new"])
    assert split({"id": 2, "new": 3}, {"id"}, reported) == ({"id": 2, "extra": {"new": 3}}, [])
    assert split({"id": 3}, {"id"}, reported) == ({"id": 3}, [])


def test_a_series_is_in_utc_in_order_and_has_one_row_a_moment() -> None:
    normalize = functions("csdk://instructions/5")["normalize_series"]
    rows = [
        {"t": "2024-03-01T12:00:00+02:00", "v": 1},
        {"t": "2024-03-01T09:00:00Z", "v": 2},
        {"t": "2024-03-01T10:00:00", "v": 3},
    ]
    assert normalize(rows, "t") == [{"t": "2024-03-01T09:00:00Z", "v": 2}, {"t": "2024-03-01T10:00:00Z", "v": 3}]


def test_a_series_is_sorted_by_moment_and_not_by_text() -> None:
    normalize = functions("csdk://instructions/5")["normalize_series"]
    rows = [{"t": "2024-03-01T09:00:00.500000+00:00"}, {"t": "2024-03-01T09:00:00+00:00"}]
    assert normalize(rows, "t") == [{"t": "2024-03-01T09:00:00Z"}, {"t": "2024-03-01T09:00:00.500000Z"}]


def test_a_batch_is_prepared_with_null_for_what_json_lacks_and_its_source() -> None:
    prepared = functions("csdk://instructions/5")["prepared"]
    rows = [{"v": float("nan"), "w": float("inf"), "x": 1.5, "n": None}]
    assert prepared(rows, "s3") == [{"v": None, "w": None, "x": 1.5, "n": None, "source": "s3"}]


def test_fields_are_converted_and_a_bad_value_raises() -> None:
    converted = functions("csdk://instructions/5")["converted"]
    assert converted({"v": 2, "n": None, "x": 1}, {"v": str, "n": str}) == {"v": "2", "n": None, "x": 1}
    with pytest.raises(ValueError, match="invalid literal"):
        converted({"v": "two"}, {"v": int})


def test_hours_are_averaged_without_nulls_and_in_order() -> None:
    means = functions("csdk://instructions/5")["hourly_means"]
    rows = [
        {"t": "2024-03-01T10:15:00Z", "v": 4.0},
        {"t": "2024-03-01T09:00:00Z", "v": 1.0},
        {"t": "2024-03-01T09:59:59.5Z", "v": 3.0},
        {"t": "2024-03-01T09:30:00Z", "v": None},
    ]
    assert means(rows, "t", "v") == [
        {"hour": "2024-03-01T09:00:00Z", "mean": 2.0, "count": 2},
        {"hour": "2024-03-01T10:00:00Z", "mean": 4.0, "count": 1},
    ]


@pytest.mark.parametrize("kind", ["instructions", "sdk", "patterns", "rules"])
def test_an_index_links_every_page_of_its_kind(kind: str) -> None:
    listed = set(re.findall(rf"\((csdk://{kind}/[\w-]+)\)", index(kind)))
    assert listed == {entry.uri for entry in entries() if entry.kind == kind}


def test_the_prompt_to_build_carries_every_numbered_item_of_section_2() -> None:
    (build,) = [prompt for prompt in prompts() if prompt.name == "build_connector"]
    first, second, third = re.split(r"^## ", build.render({"source": "x"}), flags=re.MULTILINE)[1:]
    assert re.findall(r"^(\d)\. (\w+)", first, re.MULTILINE) == [
        ("1", "Analyze"),
        ("2", "Identify"),
        ("3", "Determine"),
        ("4", "Check"),
        ("5", "Reference"),
        ("6", "Assess"),
    ]
    assert len(re.findall(r"^- ", second, re.MULTILINE)) == 6
    assert re.findall(r"^\d\. \*\*(.*?)\*\*", third, re.MULTILINE) == [
        "Requirements analysis",
        "Pattern selection",
        "Implementation guide",
        "Testing plan",
    ]
    called = re.findall(r"`(scaffold_connector|validate_connector|run_debug_sync|query_warehouse)`", third)
    assert list(dict.fromkeys(called)) == [
        "scaffold_connector",
        "validate_connector",
        "run_debug_sync",
        "query_warehouse",
    ]


def test_a_pattern_says_which_scaffold_shows_it() -> None:
    assert "Shown by scaffold_connector: rest_api, pagination page" in text_of("csdk://patterns/page_pagination")


def test_signatures_are_those_of_the_installed_sdk() -> None:
    sdk: Any = importlib.import_module("fivetran_connector_sdk")
    assert f"op.upsert{inspect.signature(sdk.Operations.upsert)}" in text_of("csdk://sdk/operations")
    assert f"Connector{inspect.signature(sdk.Connector)}" in text_of("csdk://sdk/schema")
    assert "--configuration" in text_of("csdk://sdk/cli")
    levels = re.findall(r"^log\.(\w+)\(", text_of("csdk://sdk/logging"), re.MULTILINE)
    assert levels == ["critical", "debug", "error", "fine", "info", "severe", "warning"]
    assert not re.search(r"^\{\{", "".join(entry.text() for entry in entries()), re.MULTILINE)
