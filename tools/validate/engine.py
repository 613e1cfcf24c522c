"""Runs the rules over projects: one parse and one walk a file, each node to the rules that asked for its type."""

from __future__ import annotations

import ast
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from .baseline import new_findings
from .collection import rare_collections
from .discovery import all_rules, chosen_rules, rule_by_id
from .ignores import Ignores
from .lint import Lint, lint
from .lint_rule import LintRule
from .models import Finding, FindingSummary, Severity, ValidationReport
from .module import Module
from .project_settings import ProjectSettings
from .reach import Reach
from .reader import PYPROJECT
from .rule import Rule
from .rule_ids import rule_ids
from .source import ProjectSource

__all__ = ["all_rules", "check_source", "rule_by_id", "validate", "validate_all"]

_Visit = Callable[[Module, ast.AST], None]


def validate(
    folder: Path,
    *,
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    min_severity: Severity = Severity.INFO,
    baseline: bool = True,
) -> ValidationReport:
    """Findings of the connector in `folder`, heaviest first, then by file and line; nothing is run or written.

    `select` and `ignore` are rule ids; `select` takes the place of the project's own, `ignore` adds to it. Without
    `baseline` what the project has accepted is told as well. Raises RuleNotFound.
    """
    return validate_all([folder], select=select, ignore=ignore, min_severity=min_severity, baseline=baseline)[0].report


@dataclass(frozen=True)
class Validated:
    """A project with its report, and the bytes of the files that were read."""

    folder: Path
    report: ValidationReport
    files: dict[str, bytes]


def validate_all(
    folders: Sequence[Path],
    *,
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    min_severity: Severity = Severity.INFO,
    baseline: bool = True,
) -> list[Validated]:
    """`validate` for many projects with one ruff process. Raises RuleNotFound."""
    _ = chosen_rules(select, ignore)
    with rare_collections():
        checks = [_Check(folder, select, ignore) for folder in folders]
        for check in checks:
            check.run_rules()
        _run_lint_rules(checks)
    return [check.validated(min_severity, baseline=baseline) for check in checks]


def validate_files(
    folder: Path, files: Mapping[str, bytes], *, select: Sequence[str] = (), ignore: Sequence[str] = ()
) -> Validated:
    """`validate` of a project as it would be with these files; what else it has is read from `folder`."""
    check = _Check(folder, select, ignore)
    check.run_rules(ProjectSource(files, folder=folder))
    _run_lint_rules([check])
    return check.validated(Severity.INFO, baseline=True)


def check_source(source: ProjectSource, chosen: Sequence[type[Rule]]) -> list[Finding]:
    """The findings of `chosen` rules, sorted; nothing that the project says about rules is read."""
    if any(issubclass(rule, LintRule) for rule in chosen):
        source.lint = lint([_modules(source)], _codes(chosen))[0]
    return _sorted(_run(source, chosen))


class _Check:
    """One project on its way: first what needs its trees, which are then let go, later what ruff says."""

    def __init__(self, folder: Path, select: Sequence[str], ignore: Sequence[str]) -> None:
        self.folder = folder
        self._select, self._ignore = select, ignore
        self._seconds = 0.0

    def run_rules(self, given: ProjectSource | None = None) -> None:
        """Reads the project, unless it is given, and runs every rule that needs no linter."""
        begin = time.perf_counter()
        source = given or ProjectSource.read(self.folder)
        self.files = dict(source.files)
        self._settings = ProjectSettings.read(self.files.get(PYPROJECT))
        chosen = self._chosen()
        self.lint_rules = [rule for rule in chosen if issubclass(rule, LintRule)]
        self.findings = check_source(source, [rule for rule in chosen if rule not in self.lint_rules])
        self._ignores = Ignores(source)
        self.python_files = _modules(source) if self.lint_rules else {}
        self._seconds += time.perf_counter() - begin

    def run_lint_rules(self, lint: Lint) -> None:
        """Runs the rules that read what ruff has said of this project."""
        begin = time.perf_counter()
        source = ProjectSource(self.files)
        source.lint = lint
        self.findings += _run(source, self.lint_rules)
        self._seconds += time.perf_counter() - begin

    def validated(self, min_severity: Severity, *, baseline: bool) -> Validated:
        """The report: without what the project switches off or has accepted."""
        shown = [f for f in self.findings if not self._ignores.hides(f) and not self._settings.hides(f)]
        new = new_findings(shown, self.files) if baseline else shown
        findings = _sorted(finding for finding in new if finding.severity.rank <= min_severity.rank)
        report = ValidationReport(
            ok=not any(finding.severity is Severity.ERROR for finding in findings),
            summary=FindingSummary.of(findings),
            findings=findings,
            checked_files=len(self.files),
            elapsed_ms=round(self._seconds * 1000),
        )
        return Validated(self.folder, report, self.files)

    def _chosen(self) -> list[type[Rule]]:
        """The rules of the call, or else of the project; what the project misspells is a finding, and counts not."""
        known = rule_ids()
        select = self._select or [rule_id for rule_id in self._settings.select if rule_id in known]
        return chosen_rules(select, {*self._ignore, *known.intersection(self._settings.ignore)})


def _run_lint_rules(checks: Sequence[_Check]) -> None:
    linting = [check for check in checks if check.lint_rules]
    codes = _codes([rule for check in linting for rule in check.lint_rules])
    for check, found in zip(linting, lint([check.python_files for check in linting], codes), strict=True):
        check.run_lint_rules(found)


def _codes(rules: Iterable[type[Rule]]) -> set[str]:
    """What ruff has to be asked for."""
    return {code for rule in rules if issubclass(rule, LintRule) for code in rule.codes}


def _run(source: ProjectSource, chosen: Sequence[type[Rule]]) -> list[Finding]:
    reach = Reach(source)
    running = [rule(source, reach) for rule in chosen]
    for rule in running:
        rule.check()
    visits = _visits(running)
    for module in source.modules if visits else ():
        for kind, asked in visits.items():
            for node in module.each(kind):
                for visit in asked:
                    visit(module, node)
    reach.forget()
    return [finding for rule in running for finding in rule.findings]


def _modules(source: ProjectSource) -> dict[str, bytes]:
    """The files that can be parsed: of the others syntax-error speaks."""
    return {module.file: source.files[module.file] for module in source.modules}


def _sorted(findings: Iterable[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda f: (f.severity.rank, f.file, f.line, f.column, f.rule_id))


def _visits(running: Sequence[Rule]) -> dict[type[ast.AST], list[_Visit]]:
    found: dict[type[ast.AST], list[_Visit]] = {}
    for rule in running:
        for kind, name in _visit_names(type(rule)):
            found.setdefault(kind, []).append(getattr(rule, name))
    return found


@cache
def _visit_names(rule: type[Rule]) -> list[tuple[type[ast.AST], str]]:
    names = [name for name in dir(rule) if name.startswith("visit_")]
    return [(getattr(ast, name.removeprefix("visit_")), name) for name in names]
