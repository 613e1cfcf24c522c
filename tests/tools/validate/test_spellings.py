"""One table of the ways in which people write a connector, and what the rules say to each: spellings.txt.

A case begins with `=== NAME: RULE, RULE` (or `nothing`), its further files with `--- FILE`. Information is left out.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from connector_sdk_mcp.tools.validate.engine import check_source, rule_by_id
from connector_sdk_mcp.tools.validate.models import Severity
from connector_sdk_mcp.tools.validate.rule import example_files
from connector_sdk_mcp.tools.validate.source import CONNECTOR, ProjectSource

RULES = [
    rule_by_id(rule_id)
    for rule_id in (
        *("syntax-error", "missing-sdk-import", "missing-connector-object", "update-signature", "schema-signature"),
        *("invalid-schema", "operation-arguments", "missing-checkpoint", "missing-validate-configuration"),
        "yield-operation",
    )
]


def cases() -> dict[str, tuple[dict[str, str], list[str]]]:
    """Files and expected rule ids by the name of the case."""
    text = Path(__file__).with_name("spellings.txt").read_text(encoding="utf-8")
    found: dict[str, tuple[dict[str, str], list[str]]] = {}
    for part in re.split(r"(?m)^=== ", text)[1:]:
        head, _, body = part.partition("\n")
        name, _, expected = head.rpartition(": ")
        first, *others = re.split(r"(?m)^--- ", body)
        files = {CONNECTOR: first} | {file: code for file, _, code in (other.partition("\n") for other in others)}
        found[name] = (files, [] if expected == "nothing" else expected.split(", "))
    return found


CASES = cases()


@pytest.mark.parametrize("name", CASES)
def test_the_rules_say_of_a_spelling_what_is_true(name: str) -> None:
    files, expected = CASES[name]
    found = check_source(ProjectSource(example_files(files)), RULES)
    assert sorted(f.rule_id for f in found if f.severity is not Severity.INFO) == expected


def test_the_table_holds_both_what_is_found_and_what_is_not() -> None:
    assert len([name for name, (_, expected) in CASES.items() if expected]) > 60
    assert len([name for name, (_, expected) in CASES.items() if not expected]) > 60
