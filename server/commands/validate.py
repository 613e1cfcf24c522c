"""`validate`: findings of many projects in one of several forms. Does not import mcp."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ...tools.errors import ConnectorSdkError, ProjectNotFound
from ...tools.listing import find_connectors
from ...tools.validate.baseline import baseline_text
from ...tools.validate.engine import Validated, validate_all
from ...tools.validate.models import Severity
from ...tools.validate.reader import BASELINE
from .formats import FORMATS


@dataclass(frozen=True)
class Choice:
    """Which findings are asked for."""

    select: Sequence[str] = ()
    ignore: Sequence[str] = ()
    min_severity: Severity = Severity.INFO


def validate_paths(paths: Sequence[str], form: str, choice: Choice, *, write_baseline: bool = False) -> int:
    """Prints the findings of every connector at and below the paths.

    1 when one has an error, 2 when there is no connector or a rule's name is wrong. `write_baseline` accepts what is
    found instead: 0.
    """
    try:
        folders = folders_of(paths)
        projects = validate_all(
            folders,
            select=choice.select,
            ignore=choice.ignore,
            min_severity=choice.min_severity,
            baseline=not write_baseline,
        )
    except ConnectorSdkError as error:
        return refuse(error)
    if write_baseline:
        return _write_baselines(projects)
    sys.stdout.write(FORMATS[form](projects))
    return 0 if all(project.report.ok for project in projects) else 1


def folders_of(paths: Sequence[str]) -> list[Path]:
    """The connectors at and below the paths. Raises ProjectNotFound where one has none."""
    folders = list(dict.fromkeys(folder for path in paths for folder in find_connectors(Path(path))))
    for path in paths:
        if not any(folder.is_relative_to(path) for folder in folders):
            raise ProjectNotFound(f"there is no connector.py at or below {path}. Name a connector's folder.")
    return folders


def refuse(error: ConnectorSdkError) -> int:
    """Says why nothing was done: 2."""
    print(f"{error.code}: {error}", file=sys.stderr)
    return 2


def _write_baselines(projects: Sequence[Validated]) -> int:
    for project in projects:
        path = project.folder / BASELINE
        _replace(path, baseline_text(project.report.findings, project.files))
        print(f"{path}: {len(project.report.findings)} findings accepted. Only new ones are shown from now on.")
    return 0


def _replace(path: Path, text: str) -> None:
    """Whole or not at all; a link at the place is replaced, what it leads to is left alone."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".connector-sdk-mcp-", suffix=".tmp")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
