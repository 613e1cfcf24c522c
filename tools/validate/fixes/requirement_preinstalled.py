"""Takes the lines of a requirement away that Fivetran's environment has."""

from __future__ import annotations

from ..fixing.context import Context
from ..fixing.edits import Edit
from ..fixing.file_text import text_of
from ..models import Finding
from ..reader import REQUIREMENTS
from ..text import Lines


def fix(context: Context, finding: Finding) -> list[Edit]:
    """The line, and those that a backslash joins to it."""
    text = text_of(context.source.files, REQUIREMENTS).text
    lines = Lines(text)
    last = finding.line
    while lines[last].endswith("\\") and last < len(lines):
        last += 1
    end = lines.offset(last + 1, 0) if last < len(lines) else len(text)
    return [Edit(REQUIREMENTS, lines.offset(finding.line, 0), end, "")]
