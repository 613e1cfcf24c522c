"""Tables of the ways in which people write a connector, and what the rules say to each: spellings/*.txt.

A table begins with `rules: RULE, RULE`, the rules that are asked. A case begins with `=== NAME: RULE, RULE` (or
`nothing`), its further files with `--- FILE`. Information is left out.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from connector_sdk_mcp.tools.validate.engine import check_source, rule_by_id
from connector_sdk_mcp.tools.validate.models import Severity
from connector_sdk_mcp.tools.validate.rule import Rule, example_files
from connector_sdk_mcp.tools.validate.source import CONNECTOR, ProjectSource

FOLDER = Path(__file__).with_name("spellings")


def cases() -> dict[str, tuple[dict[str, str], list[type[Rule]], list[str]]]:
    """Files, asked rules and expected rule ids by the name of the case."""
    found: dict[str, tuple[dict[str, str], list[type[Rule]], list[str]]] = {}
    for path in sorted(FOLDER.glob("*.txt")):
        head, *parts = re.split(r"(?m)^=== ", path.read_text(encoding="utf-8"))
        rules = [rule_by_id(rule_id) for rule_id in head.removeprefix("rules:").replace(",", " ").split()]
        for part in parts:
            head, _, body = part.partition("\n")
            name, _, expected = head.rpartition(": ")
            first, *others = re.split(r"(?m)^--- ", body)
            files = {CONNECTOR: first} | {file: code for file, _, code in (other.partition("\n") for other in others)}
            assert f"{path.stem}: {name}" not in found, name
            found[f"{path.stem}: {name}"] = (files, rules, [] if expected == "nothing" else expected.split(", "))
    return found


CASES = cases()


@pytest.mark.parametrize("name", CASES)
def test_the_rules_say_of_a_spelling_what_is_true(name: str) -> None:
    files, rules, expected = CASES[name]
    found = check_source(ProjectSource(example_files(files)), rules)
    assert sorted(f.rule_id for f in found if f.severity is not Severity.INFO) == expected


def test_the_table_holds_both_what_is_found_and_what_is_not() -> None:
    assert len([name for name, (_, _, expected) in CASES.items() if expected]) > 60
    assert len([name for name, (_, _, expected) in CASES.items() if not expected]) > 60
