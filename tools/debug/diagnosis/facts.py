"""What a diagnosis looks at: how the run ended, and what the SDK said of the first error."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

_FRAME = re.compile(r'\s*File "(?P<file>[^"]+)", line (?P<line>\d+)')
_LOADED = re.compile(r"error in connector\.py at (?P<file>.+), line (?P<line>\d+)")
_SYNTAX = re.compile(r"\((?P<file>[\w./-]+\.py), line (?P<line>\d+)\)")
_ERROR = "Error: "


@dataclass(frozen=True)
class Place:
    """A line of a file of the project, and what stands there."""

    file: str
    line: int
    code: str = ""


@dataclass(frozen=True)
class Found:
    """The fields of `models.Diagnosis`, for the supervisor, which knows the standard library only."""

    kind: str
    summary: str
    file: str | None
    line: int | None
    rule_id: str | None
    hint: str


@dataclass(frozen=True)
class Facts:
    """A run that has ended; `failure` is the SDK's event on the first error, `log_errors` what the connector logged."""

    project: Path
    outcome: str
    errors: list[str] = field(default_factory=list[str])
    counts: Mapping[str, int] = field(default_factory=dict[str, int])
    rows: int = 0
    state_before: object = None
    state_file: str = "files/state.json"
    failure: str = ""
    memory_exceeded: bool = False
    memory_limit_mb: float | None = None
    lost_process: bool = False

    @cached_property
    def said(self) -> str:
        """What the exceptions say, the first one first, and the other errors; no line of code is among it."""
        lines = self.failure.splitlines()
        return "\n".join([line for line in lines if not line.startswith("  ")] + self.errors)

    @cached_property
    def place(self) -> Place | None:
        """The innermost line of the project in the first traceback that has one: a library may have raised first."""
        lines = self.failure.splitlines()
        begins = [number for number, line in enumerate(lines) if line.startswith("Traceback ")]
        return next(filter(None, (self._innermost(lines, begin + 1) for begin in begins)), None) or self._loaded()

    def _innermost(self, lines: list[str], number: int) -> Place | None:
        """The innermost line of the project in the traceback that begins there."""
        found = None
        while number < len(lines) and lines[number].startswith("  "):
            if (match := _FRAME.match(lines[number])) and (file := self._own(match["file"])):
                code = lines[number + 1].strip() if number + 1 < len(lines) else ""
                found = Place(file, int(match["line"]), code)
            number += 1
        return found

    @cached_property
    def message(self) -> str:
        """The message of the error, without the SDK's words before it."""
        lines = self.failure.splitlines()
        start = next((n for n, line in enumerate(lines) if line.startswith(_ERROR)), 0)
        if _LOADED.match("".join(lines[:1])) and len(lines) > 1:
            start = 1
        text = lines[start].removeprefix(_ERROR) if lines else "\n".join(self.errors[:1])
        return re.sub(r"^failed while executing \w+\(\) error: ", "", text)

    def _loaded(self) -> Place | None:
        """Where connector.py could not be loaded."""
        for pattern in (_SYNTAX, _LOADED):
            if (match := pattern.search(self.failure)) and (file := self._own(match["file"])):
                return Place(file, int(match["line"]))
        return None

    def _own(self, file: str) -> str | None:
        path = Path(file) if Path(file).is_absolute() else self.project / file
        if not path.is_relative_to(self.project):
            return None
        relative = path.relative_to(self.project)
        return None if relative.parts[0].startswith((".venv", "<")) else relative.as_posix()
