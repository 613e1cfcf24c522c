"""Findings as workflow commands of GitHub Actions, which shows each beside its line in a pull request."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from ....tools.validate.engine import Validated
from ....tools.validate.models import Finding, Severity

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}
# In a message a percent sign and the ends of lines are escaped, in a property what ends it as well.
_IN_MESSAGES = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_IN_PROPERTIES = {**_IN_MESSAGES, ":": "%3A", ",": "%2C"}


def as_github(projects: Sequence[Validated]) -> str:
    """One `::error file=...,line=...,col=...,title=...::MESSAGE` a finding; paths from the current folder."""
    return "".join(f"{_annotation(p.folder, finding)}\n" for p in projects for finding in p.report.findings)


def _annotation(folder: Path, finding: Finding) -> str:
    file = Path(os.path.relpath(folder / finding.file)).as_posix()
    properties = {"file": file, "line": finding.line, "col": finding.column, "title": finding.rule_id}
    told = ",".join(f"{name}={_escaped(str(value), _IN_PROPERTIES)}" for name, value in properties.items())
    message = f"{finding.message} {finding.hint}" if finding.hint else finding.message
    return f"::{_COMMANDS[finding.severity]} {told}::{_escaped(message, _IN_MESSAGES)}"


def _escaped(text: str, escapes: dict[str, str]) -> str:
    return text.translate(str.maketrans(escapes))
