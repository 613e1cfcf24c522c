"""`validate`: findings as text or JSON. Does not import mcp."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from ...tools.listing import find_connectors
from ...tools.validate.engine import validate
from ...tools.validate.models import Finding, ValidationReport


def validate_paths(paths: list[str], form: str) -> int:
    """Prints the findings of every connector at and below the paths: 1 when one has an error, 2 when there is none."""
    projects = {folder: None for path in paths for folder in find_connectors(Path(path))}
    for path in paths:
        if not any(folder.is_relative_to(path) for folder in projects):
            print(
                f"ProjectNotFound: there is no connector.py at or below {path}. Name a connector's folder.",
                file=sys.stderr,
            )
            return 2
    reports = {folder: validate(folder) for folder in projects}
    print(_as_json(reports) if form == "json" else _as_text(reports))
    return 0 if all(report.ok for report in reports.values()) else 1


def _as_json(reports: dict[Path, ValidationReport]) -> str:
    projects = [
        {"project": str(folder), **report.model_dump(mode="json", exclude_none=True)}
        for folder, report in reports.items()
    ]
    return json.dumps({"projects": projects}, ensure_ascii=False, indent=2)


def _as_text(reports: dict[Path, ValidationReport]) -> str:
    lines: list[str] = []
    for folder, report in reports.items():
        lines += [_line(folder, finding) for finding in report.findings]
        counts = report.summary
        lines.append(f"{folder}: {counts.error} errors, {counts.warning} warnings, {counts.info} infos")
    return "\n".join(lines)


def _line(folder: Path, finding: Finding) -> str:
    place = f"{folder / finding.file}:{finding.line}:{finding.column}"
    hint = f" {finding.hint}" if finding.hint else ""
    return f"{place}: {finding.severity.value} [{finding.rule_id}] {finding.message}{hint}"
