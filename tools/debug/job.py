"""What the server asks of a supervisor, and what the supervisor leaves behind: two small JSON documents.

Standard library only: the supervisor of a run imports it.
"""

from __future__ import annotations

import json
import os
import signal
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, cast

from ..files import regular_bytes
from .environments.building import Build
from .limits import Limits

_MOST_DEEP = 50
# Held back by the server until the supervisor handles them: one that comes before would end a run without a word.
ENDING_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


@dataclass(frozen=True)
class Job:
    """One run to supervise. It travels through a pipe, because `environment` and `secrets` are secret."""

    run_id: str
    folder: str
    project: str
    argv: tuple[str, ...]
    environment: dict[str, str]
    secrets: tuple[str, ...]
    limits: Limits
    slots: str
    parallel_runs: int
    fresh: bool
    state: str
    warehouse_lock: str
    build: Build | None = None
    warnings: tuple[str, ...] = ()
    state_before: object = None

    def dump(self) -> bytes:
        """One line of JSON."""
        return json.dumps(asdict(self)).encode() + b"\n"

    def in_interpreter(self, python: Path, warning: str) -> Job:
        """The same job in another interpreter, which has the SDK."""
        before, after = str(Path(self.argv[0]).parent), str(python.parent)
        argv = (str(python), str(python.parent / Path(self.argv[1]).name), *self.argv[2:])
        path = self.environment["PATH"].replace(before, after)
        environment = {**self.environment, "PATH": path}
        return replace(self, argv=argv, environment=environment, warnings=(*self.warnings, warning), build=None)

    @classmethod
    def load(cls, line: bytes) -> Job:
        """The job of a line that `dump` wrote."""
        values: dict[str, Any] = json.loads(line)
        for name in ("argv", "secrets", "warnings"):
            values[name] = tuple(values[name])
        values["limits"] = Limits(**values["limits"])
        if values["build"] is not None:
            for name in ("lines", "constraints"):
                values["build"][name] = tuple(values["build"][name])
            values["build"] = Build(**values["build"])
        return cls(**values)


@dataclass
class End:
    """How a run ended; written once, whole, as the last thing that a supervisor does."""

    outcome: str
    exit_code: int | None
    duration_s: float
    counts: dict[str, int] = field(default_factory=dict[str, int])
    tables: list[dict[str, object]] = field(default_factory=list[dict[str, object]])
    state_after: object = None
    warnings: list[str] = field(default_factory=list[str])
    errors: list[str] = field(default_factory=list[str])
    peak_memory_mb: float = 0.0
    rows_per_second: float | None = None
    requests: dict[str, int] = field(default_factory=dict[str, int])
    sent: list[dict[str, object]] = field(default_factory=list[dict[str, object]])
    refused: bool = False
    diagnosis: dict[str, object] | None = None

    def write(self, folder: Path) -> None:
        """Writes end.json so that a reader sees all of it or nothing."""
        write_json(folder / "end.json", asdict(self))


def write_json(path: Path, value: object) -> None:
    """Writes a JSON file atomically, readable by its owner only."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(value, file, ensure_ascii=False)
    beside.replace(path)


def read_json(path: Path) -> object:
    """The value of a JSON file, None when it is missing, not a file, or no JSON."""
    data = regular_bytes(path)
    try:
        return None if data is None else json.loads(data)
    except (ValueError, RecursionError):
        return None


def shallow(value: object, most: int = _MOST_DEEP) -> Any:
    """The JSON value to a depth that every reader can follow."""
    if isinstance(value, (dict, list)) and most <= 0:
        return "… (nested deeper)"
    if isinstance(value, dict):
        return {key: shallow(member, most - 1) for key, member in cast("dict[str, object]", value).items()}
    if isinstance(value, list):
        return [shallow(item, most - 1) for item in cast("list[object]", value)]
    return value
