"""Runs the rules over a project: one parse and one walk a file, each node to the rules that asked for its type."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import time
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

from ..errors import RuleNotFound
from ..nearest import nearest
from . import rules
from .models import Finding, FindingSummary, Severity, ValidationReport
from .module import Module
from .reach import Reach
from .rule import Rule
from .source import ProjectSource

_Visit = Callable[[Module, ast.AST], None]


@cache
def all_rules() -> tuple[type[Rule], ...]:
    """Every rule of rules/, by the order of their ids."""
    found: list[type[Rule]] = []
    for info in sorted(pkgutil.iter_modules(rules.__path__), key=lambda info: info.name):
        module = importlib.import_module(f"{rules.__name__}.{info.name}")
        found += [
            value
            for value in vars(module).values()
            if isinstance(value, type) and issubclass(value, Rule) and value.__module__ == module.__name__
        ]
    return tuple(found)


def rule_by_id(rule_id: str) -> type[Rule]:
    """The rule of an id. Raises RuleNotFound with the nearest ids."""
    for rule in all_rules():
        if rule.rule_id() == rule_id:
            return rule
    ids = [rule.rule_id() for rule in all_rules()]
    raise RuleNotFound(f"There is no rule {rule_id!r}. The nearest: {', '.join(nearest(rule_id, ids))}.")


def validate(
    folder: Path,
    *,
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    min_severity: Severity = Severity.INFO,
) -> ValidationReport:
    """Findings of the connector in `folder`, heaviest first, then by file and line; nothing is run or written.

    `select` and `ignore` are rule ids. Raises RuleNotFound.
    """
    begin = time.perf_counter()
    chosen = _choose(select, ignore)
    source = ProjectSource.read(folder)
    findings = [f for f in check_source(source, chosen) if f.severity.rank <= min_severity.rank]
    return ValidationReport(
        ok=not any(finding.severity is Severity.ERROR for finding in findings),
        summary=FindingSummary.of(findings),
        findings=findings,
        checked_files=len(source.files),
        elapsed_ms=round((time.perf_counter() - begin) * 1000),
    )


def check_source(source: ProjectSource, chosen: Sequence[type[Rule]]) -> list[Finding]:
    """The findings of `chosen` rules, sorted."""
    reach = Reach(source)
    running = [rule(source, reach) for rule in chosen]
    for rule in running:
        rule.check()
    visits = _visits(running)
    for module in source.modules:
        for kind, asked in visits.items():
            for node in module.each(kind):
                for visit in asked:
                    visit(module, node)
    findings = [finding for rule in running for finding in rule.findings]
    return sorted(findings, key=lambda f: (f.severity.rank, f.file, f.line, f.column, f.rule_id))


def _choose(select: Sequence[str], ignore: Sequence[str]) -> list[type[Rule]]:
    selected = [rule_by_id(rule_id) for rule_id in select] or list(all_rules())
    ignored = [rule_by_id(rule_id) for rule_id in ignore]
    return [rule for rule in selected if rule not in ignored]


def _visits(running: Sequence[Rule]) -> dict[type[ast.AST], list[_Visit]]:
    found: dict[type[ast.AST], list[_Visit]] = {}
    for rule in running:
        for name in dir(type(rule)):
            if name.startswith("visit_"):
                found.setdefault(getattr(ast, name.removeprefix("visit_")), []).append(getattr(rule, name))
    return found
