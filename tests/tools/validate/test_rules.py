"""Every rule is tested by its own examples; a rule without enough of them, a reason or a page does not pass."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping

import pytest
from connector_sdk_mcp.tools.validate.engine import all_rules, check_source
from connector_sdk_mcp.tools.validate.page import index_page, rule_page
from connector_sdk_mcp.tools.validate.rule import Invalid, Rule, example_files
from connector_sdk_mcp.tools.validate.source import ProjectSource

RULES = all_rules()
VALID = [(rule, example) for rule in RULES for example in rule.VALID]
INVALID = [(rule, example) for rule in RULES for example in rule.INVALID]
# How many sections each chapter of the specification has.
SECTIONS = {1: 2, 2: 3, 3: 7, 4: 2, 5: 3, 6: 4, 7: 2, 8: 3, 9: 2, 10: 2, 11: 1, 12: 3}


def name(value: object) -> str:
    return value.rule_id() if isinstance(value, type) and issubclass(value, Rule) else ""


@pytest.mark.parametrize(("rule", "example"), VALID, ids=name)
def test_a_valid_example_has_no_finding(rule: type[Rule], example: str | Mapping[str, str]) -> None:
    assert check_source(ProjectSource(example_files(example)), [rule]) == []


@pytest.mark.parametrize(("rule", "example"), INVALID, ids=name)
def test_an_invalid_example_has_one_finding_at_its_place(rule: type[Rule], example: Invalid) -> None:
    found = check_source(ProjectSource(example.files()), [rule])
    assert [(f.rule_id, f.file, f.line, f.column, f.severity) for f in found] == [
        (rule.rule_id(), example.found_in or example.file, *example.at, example.severity or rule.weight())
    ]


@pytest.mark.parametrize("rule", RULES, ids=name)
def test_a_rule_carries_its_proof_and_its_reason(rule: type[Rule]) -> None:
    text = inspect.cleandoc(rule.__doc__ or "")
    assert re.fullmatch(r"[^\n]+\.", text.splitlines()[0])
    assert "\n\nWhy: " in text
    assert len(rule.VALID) >= 4
    assert len(rule.INVALID) >= 4


@pytest.mark.parametrize("rule", RULES, ids=name)
def test_a_rule_names_a_section_of_the_specification(rule: type[Rule]) -> None:
    chapter, section = (int(part) for part in rule.section.split("."))
    assert 1 <= section <= SECTIONS[chapter]


@pytest.mark.parametrize("rule", RULES, ids=name)
def test_a_rule_has_its_page_and_its_row_in_the_index(rule: type[Rule]) -> None:
    page = rule_page(rule.rule_id())
    assert page.startswith(f"# {rule.rule_id()}\n")
    assert rule.INVALID[0].source.rstrip() in page
    assert f"csdk://rules/{rule.rule_id()}" in index_page()


def test_each_rule_has_an_id_of_its_own() -> None:
    ids = [rule.rule_id() for rule in RULES]
    assert ids == sorted(set(ids))
    assert all(re.fullmatch(r"[a-z][a-z0-9]*(-[a-z]+)*", rule_id) for rule_id in ids)


def test_the_rules_of_this_version_are_all_there() -> None:
    assert {
        "configuration-value-not-string",
        "invalid-configuration",
        "invalid-schema",
        "missing-checkpoint",
        "missing-connector-object",
        "missing-sdk-import",
        "missing-validate-configuration",
        "operation-arguments",
        "requirement-preinstalled",
        "schema-signature",
        "syntax-error",
        "update-signature",
        "yield-operation",
    } <= {rule.rule_id() for rule in RULES}
