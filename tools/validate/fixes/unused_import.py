"""Takes an import away that nothing uses, as ruff does."""

from __future__ import annotations

from ..fixing.context import Context
from ..fixing.edits import Edit
from ..fixing.linted import lint_edits
from ..models import Finding


def fix(context: Context, finding: Finding) -> list[Edit]:
    """The edits of the diagnostic at the place."""
    return lint_edits(context, finding, ("F401",))[0]
