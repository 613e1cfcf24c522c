"""Findings for programs: each project's report as the tool answers it, whole."""

from __future__ import annotations

import json
from collections.abc import Sequence

from ....tools.validate.engine import Validated


def as_json(projects: Sequence[Validated]) -> str:
    """`{"projects": [{"project": PATH, "ok": ..., "findings": [...], ...}]}`."""
    reports = [
        {"project": str(project.folder), **project.report.model_dump(mode="json", exclude_none=True)}
        for project in projects
    ]
    return json.dumps({"projects": reports}, ensure_ascii=False, indent=2) + "\n"
