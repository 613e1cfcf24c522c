"""What ruff changes without risk."""

from __future__ import annotations

from ..fixing.context import Context
from ..fixing.edits import Edit
from ..fixing.linted import lint_edits
from ..models import Finding


def fix(context: Context, finding: Finding) -> list[Edit]:
    """The safe edits of all diagnostics of this code in the file: the finding stands for them all."""
    code = finding.message.partition(":")[0]
    return [edit for edits in lint_edits(context, finding, (code,), everywhere=True) for edit in edits]
