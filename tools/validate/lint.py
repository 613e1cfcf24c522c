"""What ruff says about the modules of many projects, asked once."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from ..errors import InvalidArguments
from ..process import run

# E501, N812, N813: RULES.md.
_IGNORE = "E501,N812,N813"
_TIMEOUT_SECONDS = 120
_MAX_OUTPUT_BYTES = 100_000_000


class LintEdit(NamedTuple):
    """What ruff would write from one place to another, each a line and a column from 1, in characters."""

    text: str
    start: tuple[int, int]
    end: tuple[int, int]


@dataclass(frozen=True)
class LintFinding:
    """One diagnostic of ruff: its code, and line and column from 1, in characters; `edits` are those of a safe fix."""

    code: str
    message: str
    line: int
    column: int
    edits: tuple[LintEdit, ...] = ()


# The findings of one project by file.
Lint = Mapping[str, Sequence[LintFinding]]


def lint(projects: Sequence[Mapping[str, bytes]], codes: Collection[str]) -> list[Lint]:
    """The diagnostics of these codes of each project's Python files, by one process over copies of them.

    The copies are what the rules have read: nothing else is looked at, no setting or ignore file of the user counts.
    """
    found: list[dict[str, list[LintFinding]]] = [{} for _ in projects]
    if any(projects):
        with tempfile.TemporaryDirectory(prefix="csdk-lint-") as folder:
            root = Path(folder).resolve()
            copies = _copy(root, projects)
            for path, finding in _diagnostics(root, codes):
                number, file = copies[path.relative_to(root).as_posix()]
                found[number].setdefault(file, []).append(finding)
    return [*found]


def _copy(root: Path, projects: Sequence[Mapping[str, bytes]]) -> dict[str, tuple[int, str]]:
    """The project and file of each copy, by its name: all lie side by side, but packages keep theirs."""
    copies: dict[str, tuple[int, str]] = {}
    for number, files in enumerate(projects):
        for file, data in files.items():
            name = f"module_{len(copies)}"
            if file.endswith("__init__.py"):
                (root / name).mkdir()
                name += "/__init__"
            copies[f"{name}.py"] = number, file
            _ = (root / f"{name}.py").write_bytes(data)
    return copies


def _diagnostics(root: Path, codes: Collection[str]) -> Iterator[tuple[Path, LintFinding]]:
    from ruff import find_ruff_bin

    argv = [find_ruff_bin(), "check", "--isolated", "--no-cache", "--no-respect-gitignore", "--quiet"]
    argv += ["--config", "exclude=[]", "--output-format", "json-lines", "--select", ",".join(sorted(codes))]
    argv += ["--ignore", _IGNORE, "."]
    finished = run(
        argv, env=dict(os.environ), cwd=root, timeout_seconds=_TIMEOUT_SECONDS, max_output_bytes=_MAX_OUTPUT_BYTES
    )
    if finished.timed_out or finished.returncode not in (0, 1):
        told = finished.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
        raise InvalidArguments(f"ruff could not check the code: {''.join(told) or 'it did not end in time'}.")
    # The last line of an output that was cut is none.
    for line in finished.stdout.splitlines()[: None if finished.stdout.endswith(b"\n") else -1]:
        told = json.loads(line)
        place = told["location"]
        finding = LintFinding(told["code"] or "", told["message"], place["row"], place["column"], _edits(told["fix"]))
        yield Path(told["filename"]), finding


def _edits(fix: Mapping[str, Any] | None) -> tuple[LintEdit, ...]:
    """The edits of a fix that ruff calls safe."""
    if fix is None or fix["applicability"] != "safe":
        return ()
    places = ((each, each["location"], each["end_location"]) for each in fix["edits"])
    return tuple(
        LintEdit(each["content"], (begin["row"], begin["column"]), (end["row"], end["column"]))
        for each, begin, end in places
    )
