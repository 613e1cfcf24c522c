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
_TRACES = ("Traceback ", "Exception Group Traceback ")
_ABOVE = "the message is above"
_EXCEPTION = re.compile(r"(?P<type>[A-Za-z_][\w.<>]*)(?:: (?P<message>.*))?$", re.DOTALL)
_EXECUTING = re.compile(r"^failed while executing \w+\(\) error: ")
_IN_GROUP = re.compile(r"\s*\| ?|\s*\+[-+]* ?")
_MEMBER = re.compile(r"\s*\+[-+]+ 1 -+$")


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
    began: bool = True
    warnings: list[str] = field(default_factory=list[str])
    configuration_file: str = "configuration.json"

    @cached_property
    def lines(self) -> list[str]:
        """The SDK's words on the error: the message again where it stands above, the first member of a group alone."""
        lines = self.failure.splitlines()
        start = next((number for number, line in enumerate(lines) if line.startswith(_ERROR)), 0)
        message = _EXECUTING.sub("", lines[start].removeprefix(_ERROR)) if lines else ""
        lines = [line.replace(_ABOVE, message) if line.endswith(f": {_ABOVE}") else line for line in lines[start:]]
        member = next((number for number, line in enumerate(lines) if _MEMBER.match(line)), None)
        if member is None:
            return lines
        return [lines[0], *(_IN_GROUP.sub("", line, count=1) for line in lines[member + 1 :])]

    @cached_property
    def said(self) -> str:
        """What the exceptions say, the first one first, or else the other errors; no line of code is among it."""
        told = [line for line in self.lines if not line.startswith("  ")]
        return "\n".join(told or self.errors)

    @cached_property
    def is_raised(self) -> bool:
        """Whether code of the connector raised it, and not the SDK before it ran."""
        return "failed while executing" in self.failure or self.failure.startswith("Traceback ")

    @cached_property
    def exception(self) -> str:
        """The last exception that is named, as `TYPE: MESSAGE`; empty where none is."""
        named = (line for line in reversed(self.lines) if not line.startswith(" ") and not line.startswith(_ERROR))
        found = next((line for line in named if _EXCEPTION.fullmatch(line) and line[:1].isalpha() and ":" in line), "")
        return re.sub(r"^\S*<locals>\.", "", found)

    @cached_property
    def place(self) -> Place | None:
        """The innermost line of the project in the first traceback that has one: a library may have raised first."""
        if self.exception.startswith(("SyntaxError:", "IndentationError:", "TabError:")) and (loaded := self._loaded()):
            return loaded
        around = [_IN_GROUP.sub("", line, count=1) for line in self.failure.splitlines()]
        return self._of_traces(self.lines) or self._of_traces(around) or self._loaded()

    def _of_traces(self, lines: list[str]) -> Place | None:
        begins = [number for number, line in enumerate(lines) if line.startswith(_TRACES)]
        return next(filter(None, (self._innermost(lines, begin + 1) for begin in begins)), None)

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
        return _EXECUTING.sub("", text)

    def _loaded(self) -> Place | None:
        """Where connector.py, or a module of the project, could not be loaded."""
        if (match := _SYNTAX.search(self.failure)) and not Path(match["file"]).is_absolute():
            found = sorted(self.project.rglob(Path(match["file"]).name))
            if len(found) == 1 and (own := self._own(str(found[0]))):
                return Place(own, int(match["line"]))
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
