"""A rule holds, at the moved place, when an example is written another way: nested, renamed, aliased, indented."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeAlias

from connector_sdk_mcp.tools.validate.engine import all_rules, check_source
from connector_sdk_mcp.tools.validate.rule import Invalid, Rule
from connector_sdk_mcp.tools.validate.source import CONNECTOR, ProjectSource
from hypothesis import given, settings
from hypothesis import strategies as st

Mutation: TypeAlias = Callable[[str], str]
# Stands in the text where the finding is, and is moved along with it.
MARK = "\ue000"
# What is written another way is no longer what these speak of: a docstring in a branch is none.
UNMOVED = {"syntax-error", "pep8", "missing-docstring", "complex-function"}
RULES = [rule for rule in all_rules() if rule.rule_id() not in UNMOVED]
# What is found at (1, 1) may be a finding about the whole file, which stays there whatever moves.
INVALID = [(rule, e) for rule in RULES for e in rule.INVALID if e.file.endswith(".py") and e.at != (1, 1)]
VALID = [(rule, e) for rule in RULES for e in rule.VALID if isinstance(e, str)]
RENAMED = {"send": "übertrage", "row": "zeile", "rows": "r", "done": "fertig_ß", "up": "hoch", "name": "имя"}


def indent(text: str) -> str:
    return "".join(f"    {line}" for line in text.splitlines(keepends=True))


def in_branch(text: str) -> str:
    return "if 1 + 1 == 2:\n" + indent(text)


def in_try(text: str) -> str:
    return "try:\n" + indent(text) + "except ZeroDivisionError:\n    raise\n"


def in_loop(text: str) -> str:
    return "for _ in (1,):\n" + indent(text)


def nested_bodies(text: str) -> str:
    """Each function's body in a branch of its own."""
    lines: list[str] = []
    depths: list[int] = []
    for line in text.splitlines(keepends=True):
        depth = len(line) - len(line.lstrip(" "))
        while depths and depth <= depths[-1]:
            depths.pop()
        lines.append("    " * len(depths) + line)
        if re.match(rf" *{MARK}?(async )?{MARK}?def .*:\n", line):
            depths.append(depth)
            lines.append(" " * depth + "    " * len(depths) + "if True:\n")
    return "".join(lines)


def tabs(text: str) -> str:
    return re.sub(r"(?m)^(?: {4})+", lambda match: "\t" * (len(match[0]) // 4), text)


def two_spaces(text: str) -> str:
    return re.sub(r"(?m)^(?: {4})+", lambda match: match[0][: len(match[0]) // 2], text)


def renamed(text: str) -> str:
    return re.sub(r"\b[a-z]+\b(?!['\"])", lambda match: RENAMED.get(match[0], match[0]), text)


def another_alias(text: str) -> str:
    if "Operations as op\n" not in text or "def send(op" in text:
        return text
    return re.sub(r"(?<![\w.])op\b(?!['\"])", "operations", text)


def commented(text: str) -> str:
    return "# Über den Konnektor 😀\n\n" + text


def carriage_returns(text: str) -> str:
    return text.replace("\n", "\r\n")


MUTATIONS: tuple[Mutation, ...] = (in_branch, in_try, in_loop, nested_bodies, renamed, another_alias, commented)
STYLES: tuple[Mutation, ...] = (str, tabs, two_spaces, carriage_returns)


def marked(example: Invalid) -> str:
    lines = example.source.splitlines(keepends=True)
    line, column = example.at
    lines[line - 1] = lines[line - 1][: column - 1] + MARK + lines[line - 1][column - 1 :]
    return "".join(lines)


def place(text: str) -> tuple[int, int]:
    before = text[: text.index(MARK)]
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1


def mutated(text: str, mutations: list[Mutation], style: Mutation) -> str:
    for mutation in mutations:
        text = mutation(text)
    return style(text)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(INVALID), st.lists(st.sampled_from(MUTATIONS), max_size=4), st.sampled_from(STYLES))
def test_a_finding_moves_with_its_code(
    case: tuple[type[Rule], Invalid], mutations: list[Mutation], style: Mutation
) -> None:
    rule, example = case
    # A name that other files of the example use as well has to stay.
    allowed = [m for m in mutations if not example.others or m not in (renamed, another_alias)]
    text = mutated(marked(example), allowed, style)
    files = example.files() | {example.file: text.replace(MARK, "").encode()}
    found = check_source(ProjectSource(files), [rule])
    severity = example.severity or rule.weight()
    assert [(f.file, f.line, f.column) for f in found if f.severity is severity] == [(example.file, *place(text))]


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(VALID), st.lists(st.sampled_from(MUTATIONS), max_size=4), st.sampled_from(STYLES))
def test_a_valid_example_stays_valid(case: tuple[type[Rule], str], mutations: list[Mutation], style: Mutation) -> None:
    rule, source = case
    text = mutated(source, mutations, style)
    found = check_source(ProjectSource({CONNECTOR: text.encode()}), [rule])
    assert [finding for finding in found if finding.severity is rule.weight()] == []
