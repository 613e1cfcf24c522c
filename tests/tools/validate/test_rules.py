"""Every rule is tested by its own examples; a rule without enough of them, a reason or a page does not pass."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from connector_sdk_mcp.tools.validate.engine import all_rules, check_source, rule_by_id
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


# Rules about what the project itself says of rules.
OWN = {"invalid-settings", "unexplained-ignore"}
# Id, sections, category and severity of each row of the rule catalogue.
CATALOGUE = Path(__file__).with_name("catalogue.txt")
ORIGINAL = Path(__file__).parents[4] / "shared" / "RULES.md"


def test_every_row_of_the_catalogue_is_a_rule_of_that_section_and_severity() -> None:
    rows = [tuple(line.split(" | ")) for line in CATALOGUE.read_text(encoding="utf-8").splitlines()]
    if ORIGINAL.exists():
        told = re.findall(r"(?m)^\| `([a-z0-9-]+)` \| ([\d., ]+?) \| ([^|]+?) \|", ORIGINAL.read_text(encoding="utf-8"))
        assert told == rows
    assert {rule_id for rule_id, _, _ in rows} == {rule.rule_id() for rule in RULES} - OWN
    wrong: list[str] = []
    for rule_id, sections, category in rows:
        rule = rule_by_id(rule_id)
        if not any(f"{rule.section}.".startswith(f"{section.strip()}.") for section in sections.split(",")):
            wrong.append(f"{rule_id}: section {rule.section}, not {sections}")
        first, _, severity = category.strip().partition(", ")
        # One rule has a category for each file that may be missing.
        if rule.category.value not in first.split(" / ") or (severity and rule.weight().value != severity):
            wrong.append(f"{rule_id}: {rule.category.value}, {rule.weight().value}, not {category}")
    assert wrong == []


@pytest.mark.parametrize("rule", RULES, ids=name)
def test_every_position_of_an_example_lies_in_its_file(rule: type[Rule]) -> None:
    for example in rule.INVALID:
        files = example.files()
        text = files.get(example.found_in or example.file, b"").decode("utf-8", "replace")
        line, column = example.at
        lines = re.split(r"\r\n|\r|\n", text)
        assert 1 <= line <= len(lines)
        assert 1 <= column <= len(lines[line - 1]) + 1
