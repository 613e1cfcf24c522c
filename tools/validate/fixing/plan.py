"""Which fixes are made together: those that do not meet, and whose result is right."""

from __future__ import annotations

import ast
import warnings
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module

from ..models import Finding
from .comments import comments_of
from .context import Context
from .edits import Edit, Held, applied
from .file_text import FileText, text_of

_PACKAGE = f"{__name__.rpartition('.fixing.')[0]}.fixes"


@dataclass
class Plan:
    """The findings that are fixed, those that are not with the reason, and the new bytes by file."""

    fixed: list[Finding] = field(default_factory=list[Finding])
    held: list[tuple[Finding, str]] = field(default_factory=list[tuple[Finding, str]])
    texts: dict[str, FileText] = field(default_factory=dict[str, FileText])
    edits: list[Edit] = field(default_factory=list[Edit])

    def new_text(self, file: str) -> str:
        """The text of a file with all edits."""
        old = self.texts[file]
        return applied(old.text, [edit for edit in self.edits if edit.file == file], old.newline)

    def new_files(self) -> dict[str, bytes]:
        """What changes, by file. Raises UnicodeEncodeError."""
        new = {file: old.bytes_of(self.new_text(file)) for file, old in self.texts.items()}
        return {file: data for file, data in new.items() if data != self.texts[file].bytes_of(self.texts[file].text)}


def planned(context: Context, findings: Sequence[Finding], files: Mapping[str, bytes]) -> Plan:
    """The fixes of these findings, the first ones first; of two that meet the second waits for the next run."""
    plan = Plan()
    for finding in findings:
        try:
            _add(plan, finding, _edits(context, finding), files)
        except Held as held:
            plan.held.append((finding, str(held)))
    return plan


def _edits(context: Context, finding: Finding) -> list[Edit]:
    made = import_module(f"{_PACKAGE}.{finding.rule_id.replace('-', '_')}").fix(context, finding)
    # What the fix of another finding has made already meets nothing.
    return list(dict.fromkeys(made))


def _add(plan: Plan, finding: Finding, edits: list[Edit], files: Mapping[str, bytes]) -> None:
    for edit in edits:
        if any(edit.meets(other) for other in plan.edits):
            raise Held("It changes the same place as another fix of this run: run the fix once more.")
    new = [edit for edit in edits if edit not in plan.edits]
    for edit in new:
        if edit.file not in plan.texts:
            plan.texts[edit.file] = text_of(files, edit.file)
    before = list(plan.edits)
    plan.edits += new
    for file in {edit.file for edit in new}:
        if reason := _problem(plan, file):
            plan.edits[:] = before
            raise Held(reason)
    plan.fixed.append(finding)


def _problem(plan: Plan, file: str) -> str | None:
    """Why the new text of a file cannot be written."""
    text = plan.new_text(file)
    try:
        _ = plan.texts[file].bytes_of(text)
        if file.endswith(".py"):
            old, new = (Counter(comment for _, comment in comments_of(each)) for each in (plan.texts[file].text, text))
            if old - new:
                return "It would take a comment away: change it by hand."
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                _ = compile(text, file, "exec", ast.PyCF_ONLY_AST, dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return f"The result would not compile: {str(error).splitlines()[0]}."
    return None
