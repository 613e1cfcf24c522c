"""Comments, settings of the project and baselines switch rules off; what is misspelt switches nothing off."""

from __future__ import annotations

from pathlib import Path

import pytest
from connector_sdk_mcp.tools.validate.engine import validate

HEAD = "from fivetran_connector_sdk import Connector, Logging as log, Operations as op\n"
LATE = "import json\n\n\ndef send(rows):\n    for row in rows:\n        yield op.upsert('t', row)\n"
SETTINGS = "[tool.connector-sdk-mcp]\n"


def found(folder: Path, rule_id: str = "yield-operation", **files: str) -> list[tuple[str, int]]:
    """The places of a rule's findings in a project of these files."""
    for name, text in {"connector.py": HEAD + LATE, **files}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    return [(f.file, f.line) for f in validate(folder, select=[]).findings if f.rule_id == rule_id]


def test_without_anything_the_rule_speaks(tmp_path: Path) -> None:
    assert found(tmp_path) == [("connector.py", 7)]


@pytest.mark.parametrize(
    ("comment", "hidden"),
    [
        ("# csdk: ignore[yield-operation] kept for SDK 1", True),
        ("#csdk:ignore[yield-operation]", True),
        ("# csdk: ignore[print-call, yield-operation] both", True),
        ("# noqa  # csdk: ignore[yield-operation] x", True),
        ("# csdk: ignore[yield-operations] misspelt", False),
        ("# csdk: ignore[print-call] another", False),
        ("# csdk: ignore everything", False),
        ("# csdk ignore[yield-operation]", False),
    ],
)
def test_a_comment_on_the_line_switches_its_rule_off(comment: str, hidden: bool, tmp_path: Path) -> None:
    source = HEAD + LATE.replace("row)\n", f"row)  {comment}\n")
    assert (found(tmp_path, **{"connector.py": source}) == []) is hidden


@pytest.mark.parametrize(
    ("statement", "hidden"),
    [
        ("yield op.upsert(  # csdk: ignore[yield-operation] x\n            't',\n            row,\n        )", True),
        ("yield op.upsert(\n            't',\n            row,\n        )  # csdk: ignore[yield-operation] x", True),
        ("yield op.upsert('t', row)\n        # csdk: ignore[yield-operation] x", False),
        ("yield op.upsert('# csdk: ignore[yield-operation] x', row)", False),
        ("# csdk: ignore[yield-operation] x\n        yield op.upsert('t', row)", False),
    ],
)
def test_a_comment_is_for_the_statement_that_it_stands_behind(statement: str, hidden: bool, tmp_path: Path) -> None:
    source = HEAD + LATE.replace("yield op.upsert('t', row)", statement)
    assert (found(tmp_path, **{"connector.py": source}) == []) is hidden


def test_a_comment_at_a_function_head_is_not_for_its_body(tmp_path: Path) -> None:
    source = HEAD + LATE.replace("send(rows):", "send(rows):  # csdk: ignore[yield-operation] x")
    assert found(tmp_path, **{"connector.py": source}) == [("connector.py", 7)]


def test_a_comment_in_requirements_is_for_its_line(tmp_path: Path) -> None:
    lines = "pandas  # csdk: ignore[requirement-unpinned] the image has it\nboto3\n"
    assert found(tmp_path, "requirement-unpinned", **{"requirements.txt": lines}) == [("requirements.txt", 2)]


@pytest.mark.parametrize(
    ("settings", "hidden"),
    [
        ('ignore = ["yield-operation"]', True),
        ('select = ["missing-file"]', True),
        ('select = ["yield-operation"]', False),
        ('ignore = ["yield-operations"]', False),
        ('ignore = "yield-operation"', False),
        ('[tool.connector-sdk-mcp.per-file-ignores]\n"connector.py" = ["yield-operation"]', True),
        ('[tool.connector-sdk-mcp.per-file-ignores]\n"*.py" = ["yield-operation"]', True),
        ('[tool.connector-sdk-mcp.per-file-ignores]\n"helpers.py" = ["yield-operation"]', False),
    ],
)
def test_settings_of_the_project_choose_its_rules(settings: str, hidden: bool, tmp_path: Path) -> None:
    assert (found(tmp_path, **{"pyproject.toml": f"{SETTINGS}{settings}\n"}) == []) is hidden


def test_a_folder_in_per_file_ignores_stands_for_its_files(tmp_path: Path) -> None:
    settings = SETTINGS + '[tool.connector-sdk-mcp.per-file-ignores]\n"vendor" = ["yield-operation"]\n'
    files = {"connector.py": "from vendor import sender\n", "vendor/sender.py": HEAD + LATE}
    assert found(tmp_path, **files) == [("vendor/sender.py", 7)]
    assert found(tmp_path, **files, **{"pyproject.toml": settings}) == []


def test_the_call_takes_the_place_of_the_projects_selection(tmp_path: Path) -> None:
    _ = found(tmp_path, **{"pyproject.toml": f'{SETTINGS}select = ["missing-file"]\nignore = ["pep8"]\n'})
    assert {f.rule_id for f in validate(tmp_path, select=["yield-operation", "pep8"]).findings} == {"yield-operation"}


@pytest.mark.parametrize(
    "text", ["\ufeff[tool", "[tool]\nconnector-sdk-mcp = []\n", "tool = 1\n", "\0", "a = 1\na = 2\n"]
)
def test_settings_that_cannot_be_read_hide_nothing(text: str, tmp_path: Path) -> None:
    assert found(tmp_path, **{"pyproject.toml": text}) == [("connector.py", 7)]
