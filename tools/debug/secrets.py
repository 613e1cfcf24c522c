"""The secrets of a project: those of its configuration files, of its `.env`, and what a run was given."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import cast

from ..redact import Redactor
from ..secrets import secret_values
from .environment import dotenv
from .job import read_json


def project_redactor(
    project: Path, known: frozenset[str], configuration: Path | None = None, env: Mapping[str, str] | None = None
) -> Redactor:
    """A redactor for all secrets that can be found now; `known` are those of earlier runs."""
    files = [*project.glob("*config*.json"), *([configuration] if configuration else [])]
    found = set(known) | secret_values(dotenv(project)) | secret_values(dict(env or {}))
    for file in files:
        values = read_json(file)
        if isinstance(values, dict):
            found |= secret_values(cast("dict[str, object]", values))
    return Redactor(found)
