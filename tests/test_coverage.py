"""Nothing of the specification is skipped: each of its items is delivered by something that exists, or planned."""

from __future__ import annotations

import importlib
import re
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import anyio
import pytest
from connector_sdk_mcp.resources.catalog import prompts
from connector_sdk_mcp.server.app import build_server
from connector_sdk_mcp.server.settings import Settings
from connector_sdk_mcp.templates.catalog import all_patterns
from connector_sdk_mcp.tools.reference.catalogue import entries
from connector_sdk_mcp.tools.validate.engine import all_rules
from mcp import Client

ROOT = Path(__file__).parent.parent
TOML: Any = importlib.import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
ITEMS: list[dict[str, Any]] = TOML.loads((ROOT / "resources" / "coverage.toml").read_text(encoding="utf-8"))["item"]
# How many items each subsection of the specification has, outside of code blocks.
COUNTS = {
    "1.1": 5, "1.2": 9, "2.1": 6, "2.2": 6, "2.3": 22, "3.3": 4, "3.4": 3, "3.5": 5, "3.6": 4, "4.1": 5, "5.1": 8,
    "5.2": 8, "6.1": 21, "6.2": 7, "6.3": 9, "6.4": 10, "7.1": 2, "7.2": 5, "8.1": 4, "8.2": 5, "8.3": 5, "9.1": 7,
    "9.2": 6, "10.1": 5, "10.2": 5, "12.1": 8, "12.2": 6, "12.3": 9, "Document Version": 3,
}  # fmt: skip


def identity(item: dict[str, Any]) -> str:
    return f"{item['section']} item {item['number']}"


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """The names that a row may give, by kind."""
    folder = tmp_path_factory.mktemp("coverage")

    async def tools() -> set[str]:
        async with Client(build_server(Settings(workspace=(folder,), state_dir=folder)).server) as client:
            return {tool.name for tool in (await client.list_tools()).tools}

    return {
        "rule": {rule.rule_id() for rule in all_rules()},
        "tool": anyio.run(tools),
        "prompt": {prompt.name for prompt in prompts()},
        "resource": {entry.uri for entry in entries()},
        "scaffold": {pattern.name for pattern in all_patterns()},
    }


def test_every_item_of_the_specification_has_its_row() -> None:
    assert Counter(item["section"] for item in ITEMS) == COUNTS
    assert sum(COUNTS.values()) == 202
    for section, count in COUNTS.items():
        assert [item["number"] for item in ITEMS if item["section"] == section] == list(range(1, count + 1))


def test_the_counts_are_those_of_the_specification() -> None:
    specification = ROOT.parent / "shared" / "spec" / "system-instructions.md"
    if specification.is_file():
        assert counted(specification.read_text(encoding="utf-8")) == COUNTS


def counted(text: str) -> dict[str, int]:
    """The bullets, numbers and boxes of each subsection, outside of code blocks."""
    found: Counter[str] = Counter()
    section, fenced = "", False
    for line in text.splitlines():
        fenced ^= line.startswith("```")
        if heading := re.match(r"#{2,3} (?:(\d+(?:\.\d+)?)[. ]|(.+))", line):
            section = heading[1] or heading[2]
        if not fenced and re.match(r"\s*(?:[-*]|\d+\.) ", line):
            found[section] += 1
    return dict(found)


@pytest.mark.parametrize("item", ITEMS, ids=identity)
def test_a_row_says_what_delivers_it_and_that_exists(item: dict[str, Any], known: dict[str, set[str]]) -> None:
    assert item["says"].strip()
    delivered, planned = item.get("delivered_by", []), item.get("planned", "")
    assert delivered or planned
    for deliverer in delivered:
        kind, _, name = deliverer.partition(":")
        if kind == "test":
            file, _, test = name.partition("::")
            assert f"def {test}" in (ROOT / file).read_text(encoding="utf-8"), deliverer
        else:
            # A property of a scaffold is told behind the pattern's name; its own tests hold it.
            assert (name.split()[0] if kind == "scaffold" else name) in known[kind], deliverer
    assert planned == "" or re.match(r"issue \d+: .+", planned), planned


def test_the_planned_rows_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    planned = [identity(item) for item in ITEMS if item.get("planned")]
    with capsys.disabled():
        print(f"\ncoverage: {len(ITEMS)} rows, {len(planned)} planned")
    assert len(planned) < len(ITEMS)
