"""Every rule is tested by its own examples; a rule without enough of them, a reason or a page does not pass."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping

import pytest
from connector_sdk_mcp.tools.validate.engine import all_rules, check_source, rule_by_id
from connector_sdk_mcp.tools.validate.page import index_page, rule_page
from connector_sdk_mcp.tools.validate.rule import Invalid, Rule
from connector_sdk_mcp.tools.validate.source import CONNECTOR, ProjectSource

RULES = all_rules()
VALID = [(rule, example) for rule in RULES for example in rule.VALID]
INVALID = [(rule, example) for rule in RULES for example in rule.INVALID]


def name(value: object) -> str:
    return value.rule_id() if isinstance(value, type) and issubclass(value, Rule) else ""


def findings(rule: type[Rule], files: Mapping[str, str | bytes]) -> list[tuple[str, int, int]]:
    data = {file: text.encode() if isinstance(text, str) else text for file, text in files.items()}
    return [(f.file, f.line, f.column) for f in check_source(ProjectSource(data), [rule])]


@pytest.mark.parametrize(("rule", "example"), VALID, ids=name)
def test_a_valid_example_has_no_finding(rule: type[Rule], example: str | Mapping[str, str]) -> None:
    assert findings(rule, {CONNECTOR: example} if isinstance(example, str) else example) == []


@pytest.mark.parametrize(("rule", "example"), INVALID, ids=name)
def test_an_invalid_example_has_one_finding_at_its_place(rule: type[Rule], example: Invalid) -> None:
    assert findings(rule, example.files()) == [(example.file, *example.at)]


@pytest.mark.parametrize("rule", RULES, ids=name)
def test_a_rule_carries_its_proof_and_its_reason(rule: type[Rule]) -> None:
    text = inspect.cleandoc(rule.__doc__ or "")
    assert re.fullmatch(r"[^\n]+\.", text.splitlines()[0])
    assert "\nWhy: " in text
    assert re.fullmatch(r"\d+\.\d+", rule.section)
    assert len(rule.VALID) >= 4
    assert len(rule.INVALID) >= 4


@pytest.mark.parametrize("rule", RULES, ids=name)
def test_a_rule_has_its_page_and_its_row_in_the_index(rule: type[Rule]) -> None:
    page = rule_page(rule.rule_id())
    assert page.startswith(f"# {rule.rule_id()}\n")
    assert rule.INVALID[0].source.rstrip() in page
    assert f"csdk://rules/{rule.rule_id()}" in index_page()


def test_the_rules_of_this_version_are_all_there() -> None:
    ids = [rule.rule_id() for rule in RULES]
    assert ids == sorted(set(ids))
    assert {
        "syntax-error",
        "missing-sdk-import",
        "missing-connector-object",
        "update-signature",
        "schema-signature",
        "invalid-schema",
        "yield-operation",
        "operation-arguments",
        "missing-checkpoint",
        "missing-validate-configuration",
        "configuration-value-not-string",
        "requirement-preinstalled",
    } <= set(ids)
    assert rule_by_id("syntax-error") in RULES
