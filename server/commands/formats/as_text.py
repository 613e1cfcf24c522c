"""Findings for people: one a line, and a line of counts for each project."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from ....tools.validate.engine import Validated
from ....tools.validate.models import Finding


def as_text(projects: Sequence[Validated]) -> str:
    """`FILE:LINE:COLUMN: SEVERITY [RULE] MESSAGE HINT` for each finding."""
    return "".join(f"{line}\n" for project in projects for line in _lines(project))


def _lines(project: Validated) -> Iterator[str]:
    for finding in project.report.findings:
        yield _line(project.folder, finding)
    counts = project.report.summary
    yield f"{project.folder}: {counts.error} errors, {counts.warning} warnings, {counts.info} infos"


def _line(folder: Path, finding: Finding) -> str:
    place = f"{folder / finding.file}:{finding.line}:{finding.column}"
    hint = f" {finding.hint}" if finding.hint else ""
    return f"{place}: {finding.severity.value} [{finding.rule_id}] {finding.message}{hint}"
