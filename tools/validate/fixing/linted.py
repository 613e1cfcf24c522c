"""The edits that ruff has for a finding."""

from __future__ import annotations

from collections.abc import Collection

from ..lint import LintFinding
from ..models import Finding
from ..module import Module
from .comments import comments_of
from .context import Context
from .edits import Edit, Held


def lint_edits(
    context: Context, finding: Finding, codes: Collection[str], *, everywhere: bool = False
) -> list[list[Edit]]:
    """The safe edits of each diagnostic of these codes at the finding's place, or in its file. Raises Held."""
    place = (finding.line, finding.column)
    every = [each for each in context.lint.get(finding.file, ()) if each.code in codes]
    found = [each for each in every if everywhere or (each.line, each.column) == place]
    edits = [_edits(context, finding.file, each) for each in found if each.edits]
    if not edits:
        raise Held("ruff has no safe change for it.")
    return edits


def _edits(context: Context, file: str, diagnostic: LintFinding) -> list[Edit]:
    module = context.module(file)
    lines = module.lines
    places = ((lines.characters(*edit.start), lines.characters(*edit.end), edit.text) for edit in diagnostic.edits)
    return [Edit(file, start, end, text or _kept(module, start, end)) for start, end, text in places]


def _kept(module: Module, start: int, end: int) -> str:
    """The comments of whole lines that go, each as a line of its own."""
    if module.lines.at(start)[1] != 1 or module.lines.at(end)[1] != 1:
        return ""
    first = module.text[start:end]
    white = first[: len(first) - len(first.lstrip(" \t"))]
    inside = (comment for at, comment in comments_of(module.text) if start <= at < end)
    return "".join(f"{white}{comment}\n" for comment in inside)
