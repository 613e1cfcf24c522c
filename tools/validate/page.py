"""The pages of the rules, made from the rules themselves."""

from __future__ import annotations

import ast
import inspect
import json
from collections.abc import Mapping

from .engine import all_rules, rule_by_id
from .rule import Rule

_INDEX_HEAD = """# Rules

| id | section | category | severity | what it asks |
|---|---|---|---|---|"""


def index_page() -> str:
    """One line a rule, in Markdown."""
    rows = [
        f"| [{rule.rule_id()}](csdk://rules/{rule.rule_id()}) | {rule.section} | {rule.category.value} "
        f"| {_severity(rule)} | {rule_title(rule)} |"
        for rule in all_rules()
    ]
    return "\n".join([_INDEX_HEAD, *rows, ""])


def rule_page(rule_id: str) -> str:
    """What a rule asks, why, and examples. Raises RuleNotFound."""
    rule = rule_by_id(rule_id)
    parts = [
        f"# {rule_id}",
        inspect.cleandoc(rule.__doc__ or ""),
        f"Severity: {_severity(rule)}. Category: {rule.category.value}. Section {rule.section} of the specification.",
        "## What to do",
        _way_out(rule),
        "## Refused",
        *(_block(example.source, example.file) for example in rule.INVALID[:2]),
        "## Accepted",
        *(_example(example) for example in rule.VALID[:2]),
    ]
    return "\n\n".join(parts) + "\n"


def readme_table() -> str:
    """The rules as the README shows them: a Markdown table, one row a rule."""
    head = "| rule | section | category | severity | what it asks |\n|---|---|---|---|---|"
    rows = [
        f"| `{rule.rule_id()}` | {rule.section} | {rule.category.value} | {_severity(rule)} | {rule_title(rule)} |"
        for rule in all_rules()
    ]
    return "\n".join([head, *rows])


def _way_out(rule: type[Rule]) -> str:
    rule_id = rule.rule_id()
    return (
        "Each finding says in its hint what to change. Where the code is right as it is, say so and why:\n\n"
        f"- on the line: `# csdk: ignore[{rule_id}] the reason`;\n"
        f'- for the project, in its pyproject.toml: `ignore = ["{rule_id}"]` under `[tool.connector-sdk-mcp]`;\n'
        f'- for one call of validate_connector: `ignore: ["{rule_id}"]`; on the command line `--ignore {rule_id}`.'
    )


def _severity(rule: type[Rule]) -> str:
    return (rule.severity or rule.category.severity).value


def rule_title(rule: type[Rule]) -> str:
    """The first line of a rule's docstring."""
    return inspect.cleandoc(rule.__doc__ or "").splitlines()[0]


def _example(example: str | Mapping[str, str]) -> str:
    files = {"connector.py": example} if isinstance(example, str) else example
    return "\n\n".join(_block(text, name) for name, text in files.items())


def _block(text: str, file: str) -> str:
    language = {"py": "python", "json": "json"}.get(file.rpartition(".")[2], "text")
    # An example shows one thing and is no whole connector: nobody should take its update() for one.
    if language != "text" and ("def update(" in text or not _parses(text, language)):
        language = "text"
    return f"{file}:\n```{language}\n{text.rstrip()}\n```"


def _parses(text: str, language: str) -> bool:
    """Whether a client may colour the text as what its file's name says; refused examples are often broken."""
    try:
        _ = ast.parse(text) if language == "python" else json.loads(text)
    except (SyntaxError, ValueError):
        return False
    return True
