"""Adds `import json`."""

from __future__ import annotations

from ..fixing.context import Context
from ..fixing.edits import Edit
from ..fixing.imports import json_import
from ..models import Finding


def fix(context: Context, finding: Finding) -> list[Edit]:
    """One line behind the other imports."""
    return [json_import(context, context.module(finding.file))]
