"""`validate --fix`: fixes many projects and says what it did. Does not import mcp."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from ...tools.debug.secrets import project_redactor
from ...tools.errors import ConnectorSdkError
from ...tools.validate.discovery import chosen_rules
from ...tools.validate.fixing.engine import fix
from ...tools.validate.fixing.models import FixResult
from ..dump import dump
from .validate import Choice, folders_of, refuse

_Outcome = FixResult | ConnectorSdkError


def fix_paths(paths: Sequence[str], form: str, choice: Choice) -> int:
    """Fixes every connector at and below the paths.

    1 when one has errors left or could not be written, 2 when there is no connector or a rule's name is wrong.
    """
    try:
        folders = folders_of(paths)
        _ = chosen_rules(choice.select, choice.ignore)
    except ConnectorSdkError as error:
        return refuse(error)
    before = signal.signal(signal.SIGTERM, _interrupt)
    try:
        outcomes = _fix_all(folders, form, choice)
    finally:
        _ = signal.signal(signal.SIGTERM, before)
    failed = any(isinstance(outcome, ConnectorSdkError) or outcome.remaining.error for _, outcome in outcomes)
    return 1 if failed else 0


def _fix_all(folders: Sequence[Path], form: str, choice: Choice) -> list[tuple[Path, _Outcome]]:
    """Fixes and prints, one project after the other."""
    outcomes: list[tuple[Path, _Outcome]] = []
    for folder in folders:
        outcome = _fixed(folder, choice)
        outcomes.append((folder, outcome))
        if form == "text":
            # At once: what was written is told, whatever becomes of the next project.
            sys.stdout.writelines(f"{line}\n" for line in _told(folder, outcome))
            sys.stdout.flush()
    if form == "json":
        projects = [_document(folder, outcome) for folder, outcome in outcomes]
        sys.stdout.write(json.dumps({"projects": projects}, ensure_ascii=False, indent=2) + "\n")
    return outcomes


def _interrupt(number: int, _frame: object) -> None:
    """A signal ends the command, but not in the middle of a project's files: they are put back on the way out."""
    sys.exit(128 + number)


def _fixed(folder: Path, choice: Choice) -> _Outcome:
    """The result, or why this project was not written: the other ones are fixed all the same."""
    try:
        return fix(folder, select=choice.select, ignore=choice.ignore, apply=True)
    except ConnectorSdkError as error:
        return error


def _document(folder: Path, outcome: _Outcome) -> Any:
    if isinstance(outcome, ConnectorSdkError):
        return {"project": str(folder), "error": {"code": outcome.code, "message": str(outcome)}}
    return {"project": str(folder), **dump(outcome, project_redactor(folder, frozenset()).text)}


def _told(folder: Path, outcome: _Outcome) -> Iterator[str]:
    if isinstance(outcome, ConnectorSdkError):
        yield f"{folder}: {outcome.code}: {outcome}"
        return
    kept = f", the files as they were are in {folder / outcome.backup}" if outcome.backup else ""
    yield f"{folder}: {_count(len(outcome.applied), 'finding')} fixed{kept}"
    yield from (f"  {each.file}:{each.line} {each.rule_id}: fixed" for each in outcome.applied)
    yield from (f"  {each.file}:{each.line} {each.rule_id}: not fixed. {each.reason}" for each in outcome.not_applied)
    left = outcome.remaining
    yield f"  left: {_count(left.error, 'error')}, {_count(left.warning, 'warning')}, {left.info} info"


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
