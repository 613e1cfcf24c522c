"""Findings as one SARIF 2.1.0 document, which code hosts and editors read."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import quote

from ....tools.validate.discovery import all_rules
from ....tools.validate.engine import Validated
from ....tools.validate.models import Finding, Severity
from ....tools.validate.page import rule_page, rule_title
from ....tools.validate.rule import Rule

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_ROOT = "%SRCROOT%"


def as_sarif(projects: Sequence[Validated]) -> str:
    """One run with all rules and all findings; places are relative to the current folder, columns count characters."""
    run = {
        "tool": {"driver": _driver()},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_ROOT: {"uri": Path.cwd().as_uri() + "/"}},
        "results": [_result(project.folder, finding) for project in projects for finding in project.report.findings],
    }
    document = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _driver() -> dict[str, Any]:
    return {
        "name": "connector-sdk-mcp",
        "version": version("connector-sdk-mcp"),
        "rules": [_rule(rule) for rule in all_rules()],
    }


def _rule(rule: type[Rule]) -> dict[str, Any]:
    page = rule_page(rule.rule_id())
    return {
        "id": rule.rule_id(),
        "shortDescription": {"text": rule_title(rule)},
        "help": {"text": page, "markdown": page},
        "defaultConfiguration": {"level": _LEVELS[rule.weight()]},
        "properties": {"category": rule.category.value, "section": rule.section, "tags": [rule.category.value]},
    }


def _result(folder: Path, finding: Finding) -> dict[str, Any]:
    ids = [rule.rule_id() for rule in all_rules()]
    region = {"startLine": finding.line, "startColumn": finding.column}
    return {
        "ruleId": finding.rule_id,
        "ruleIndex": ids.index(finding.rule_id),
        "level": _LEVELS[finding.severity],
        "message": {"text": f"{finding.message} {finding.hint}" if finding.hint else finding.message},
        "locations": [
            {"physicalLocation": {"artifactLocation": _location(folder / finding.file), "region": region}},
        ],
    }


def _location(path: Path) -> dict[str, str]:
    """Below the current folder a relative reference, which a host can match with its repository, else a file URI."""
    relative = os.path.relpath(path)
    if relative.startswith(".."):
        return {"uri": path.resolve().as_uri()}
    return {"uri": quote(Path(relative).as_posix()), "uriBaseId": _ROOT}
