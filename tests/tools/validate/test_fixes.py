"""Each rule that can be fixed is, in its own examples and in those written another way."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from connector_sdk_mcp.tools.validate.engine import validate
from connector_sdk_mcp.tools.validate.fixing.engine import fix
from connector_sdk_mcp.tools.validate.rule import Invalid, Rule
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .fixing import EXAMPLES, FIXABLE, comments, contents, patched, written
from .test_mutations import MUTATIONS, STYLES, Mutation, another_alias, commented, mutated, renamed

FIXED = Path(__file__).with_name("fixed")
# The rows of the catalogue that say `yes`, and ruff's.
MARKED = {
    *("missing-sdk-import", "missing-json-import", "missing-connector-object", "missing-main-block", "invalid-schema"),
    *("absolute-configuration-path", "yield-operation", "operation-arguments", "state-key-assumed", "unused-import"),
    *("missing-validate-configuration", "validate-configuration-late", "request-without-timeout", "pep8"),
    *("configuration-value-not-string", "requirement-preinstalled"),
}
IN_CODE = [(rule, example) for rule, _, example in EXAMPLES if example.file.endswith(".py")]
# What changes the form only: the fix has to be the same.
FORMS: tuple[Mutation, ...] = (renamed, another_alias, commented)


def test_the_rules_that_can_be_fixed_are_those_of_the_catalogue() -> None:
    assert {rule.rule_id() for rule in FIXABLE} == MARKED
    assert {path.stem for path in FIXED.iterdir()} == MARKED


@pytest.mark.parametrize("rule", FIXABLE, ids=lambda rule: rule.rule_id())
def test_an_invalid_example_is_fixed_as_its_reviewed_text_says(rule: type[Rule], tmp_path: Path) -> None:
    told = ""
    for number, example in enumerate(rule.INVALID):
        result = fix(written(tmp_path / "project", example.files()), select=[rule.rule_id()], apply=True)
        reasons = "".join(f"held: {each.reason}\n" for each in result.not_applied)
        told += f"### {number}\n{reasons}{result.diff}"
        assert len(result.applied) + len(result.not_applied) == 1
    path = FIXED / f"{rule.rule_id()}.diff"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        path.write_text(told, encoding="utf-8", newline="\n")
    with path.open(encoding="utf-8", newline="") as file:
        assert told == file.read()


@pytest.mark.parametrize(("rule", "number", "example"), EXAMPLES)
def test_what_is_fixed_is_clean_and_a_second_run_changes_nothing(
    rule: type[Rule], number: int, example: Invalid, tmp_path: Path
) -> None:
    project = written(tmp_path / "project", example.files())
    before = contents(project)
    preview = fix(project, select=[rule.rule_id()])
    assert contents(project) == before
    result = fix(project, select=[rule.rule_id()], apply=True)
    assert (preview.diff, preview.applied, preview.remaining) == (result.diff, result.applied, result.remaining)
    after = contents(project)
    if result.applied:
        assert validate(project, select=[rule.rule_id()]).findings == []
        for command in (("git", "apply", "-"), ("patch", "-p1", "--binary", "-s")):
            assert patched(before, result.diff, tmp_path / f"copy{number}", *command) == after
    assert fix(project, select=[rule.rule_id()], apply=True).diff == ""
    assert contents(project) == after


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(IN_CODE), st.lists(st.sampled_from(MUTATIONS), max_size=3), st.sampled_from(STYLES))
def test_a_fix_of_mutated_code_leaves_it_clean_and_its_comments_in_place(
    tmp_path: Path, case: tuple[type[Rule], Invalid], mutations: list[Mutation], style: Mutation
) -> None:
    rule, example = case
    allowed = [m for m in mutations if not example.others or m not in (renamed, another_alias)]
    files = example.files() | {example.file: _noted(mutated(example.source, allowed, style)).encode()}
    project = written(tmp_path / "project", files)
    before = contents(project)
    found = len(validate(project, select=[rule.rule_id()]).findings)
    result = fix(project, select=[rule.rule_id()], apply=True)
    after = contents(project)
    assert len(validate(project, select=[rule.rule_id()]).findings) == found - len(result.applied)
    for name in before:
        if name.endswith(".py"):
            _ = compile(after[name], name, "exec")
            assert comments(after[name]) == comments(before[name])
            assert (b"\r\n" in before[name]) == (b"\r\n" in after[name]) or before[name] == after[name]
    assert all(each.reason for each in result.not_applied)
    assert fix(project, select=[rule.rule_id()], apply=True).diff == ""


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(IN_CODE), st.lists(st.sampled_from(FORMS), max_size=2), st.sampled_from(STYLES))
def test_the_form_of_the_code_does_not_decide_whether_it_is_fixed(
    tmp_path: Path, case: tuple[type[Rule], Invalid], forms: list[Mutation], style: Mutation
) -> None:
    rule, example = case
    if rule.rule_id() == "pep8" or example.others:
        return
    plain = fix(written(tmp_path / "plain", example.files()), select=[rule.rule_id()])
    # The names of arguments are what that rule is about.
    allowed = [form for form in forms if form is not renamed or rule.rule_id() != "operation-arguments"]
    files = {example.file: mutated(example.source, allowed, style).encode()}
    other = fix(written(tmp_path / "other", files), select=[rule.rule_id()])
    assert len(other.applied) == len(plain.applied)


def _noted(text: str) -> str:
    """The code with a comment at the end of each line that can have one."""
    try:
        _ = compile(text, "noted", "exec")
    except SyntaxError:
        return text
    newline = "\r\n" if "\r\n" in text else "\n"
    lines = text.split(newline)
    for number, line in enumerate(lines):
        noted = [*lines[:number], f"{line}  # note {number}" if line.strip() else line, *lines[number + 1 :]]
        try:
            _ = compile(newline.join(noted), "noted", "exec")
        except SyntaxError:
            continue
        lines = noted
    return newline.join(lines)
