"""A run as it stands, from what its server and its supervisor put on record."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import cast

import regex

from ..errors import InvalidArguments
from .job import read_json
from .log import LEVELS, LogEvent, events
from .models import Operations, Outcome, Run, RunTable
from .places import CRASH_REPORT
from .store import RunRecord

_TAIL_LINES = 15
_TAIL_BYTES = 40_000
_LINE_CHARS = 400
_MATCH_SECONDS = 1.0
_LOST = "The run was stopped with the machine or its supervisor before it could end. Start it again."

_UNKNOWN: dict[str, object] = {
    "exit_code": None,
    "operations": None,
    "tables": [],
    "state_after": None,
    "warnings": [],
    "errors": [],
    "peak_memory_mb": None,
}


@dataclass(frozen=True)
class LogFilter:
    """Which events of the log are wanted: `offset` and `limit` count the ones that match."""

    pattern: str = ""
    min_level: str = "DEBUG"
    offset: int = 0
    limit: int = 50


def read_run(record: RunRecord, folder: Path, log: LogFilter | None = None) -> Run:
    """The run; one that its supervisor left without an end is `cancelled`."""
    supervised = record.supervised()
    end = read_json(folder / "end.json")
    facts: dict[str, object] = {
        **_UNKNOWN,
        "run_id": record.run_id,
        "project": record.project,
        "started_at": record.started_at,
        "state_before": record.state_before,
        "log_uri": f"csdk://runs/{record.run_id}/log",
        "log_tail": _tail(folder / "log.txt"),
    }
    if log is not None:
        facts |= _asked(folder / "log.txt", log)
    if isinstance(end, dict):
        facts |= _ended(cast("dict[str, object]", end))
    else:
        waiting = not (folder / "log.txt").exists()
        outcome = (Outcome.QUEUED if waiting else Outcome.RUNNING) if supervised else Outcome.CANCELLED
        elapsed = datetime.now(timezone.utc) - datetime.fromisoformat(record.started_at)
        facts |= {"outcome": outcome, "duration_s": round(elapsed.total_seconds(), 3)}
        facts |= {} if supervised else {"errors": [_LOST]}
    return Run.model_validate({**facts, "next_step": _next_step(Outcome(facts["outcome"]), facts.get("diagnosis"))})


def read_log(folder: Path, offset: int = 0, limit: int = 20_000) -> str:
    """A piece of the stored log and, behind it, of the SDK's crash report, in characters; what is stored is masked."""
    try:
        text = (folder / "log.txt").read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return ""
    if (folder / CRASH_REPORT).exists():
        text += f"\nCrash report of the SDK:\n{(folder / CRASH_REPORT).read_text(encoding='utf-8')}"
    piece = text[offset : offset + limit]
    left = len(text) - offset - len(piece)
    return f"{piece}… {left} characters more: read from offset {offset + len(piece)}\n" if left > 0 else piece


def _ended(end: dict[str, object]) -> dict[str, object]:
    tables = cast("list[dict[str, object]]", end["tables"])
    return {
        "outcome": end["outcome"],
        "exit_code": end["exit_code"],
        "duration_s": end["duration_s"],
        "operations": Operations.model_validate(end["counts"]),
        "tables": [RunTable.model_validate(table) for table in tables],
        "state_after": end["state_after"],
        "warnings": end["warnings"],
        "errors": end["errors"],
        "peak_memory_mb": end["peak_memory_mb"],
        "rows_per_second": end.get("rows_per_second"),
        "requests": end.get("requests") or None,
        "diagnosis": end.get("diagnosis"),
    }


def _next_step(outcome: Outcome, diagnosis: object) -> str:
    if not outcome.ended:
        return "Poll with get_sync_run, or end it with cancel_sync_run."
    if outcome is Outcome.SUCCEEDED:
        return "Look at the rows with describe_warehouse and query_warehouse; run again to see the incremental sync."
    if outcome is Outcome.CANCELLED:
        return "Run again: it begins from state_after."
    if diagnosis:
        return "Do what diagnosis.hint says, and run again."
    return "Read errors and log_tail, correct the connector or its configuration, and run again."


def _tail(path: Path) -> list[str]:
    try:
        with path.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - _TAIL_BYTES))
            lines = file.read().decode("utf-8", "replace").splitlines()
    except FileNotFoundError:
        return []
    shown = [line for event in events(lines) for line in event.lines()]
    return [line if len(line) <= _LINE_CHARS else line[:_LINE_CHARS] + "…" for line in shown[-_TAIL_LINES:]]


def _asked(path: Path, log: LogFilter) -> dict[str, object]:
    shown: list[LogEvent] = []
    matching = 0
    for event in _matching(path, log) if path.exists() else ():
        matching += 1
        if log.offset < matching <= log.offset + log.limit:
            shown.append(event)
    left = matching - log.offset - len(shown)
    more = f"{left} more events match: ask with offset {log.offset + len(shown)}." if left > 0 else None
    return {"log_lines": [line for event in shown for line in event.lines()], "more": more}


def _matching(path: Path, log: LogFilter) -> Iterator[LogEvent]:
    if log.min_level not in LEVELS:
        raise InvalidArguments(f"log.min_level must be one of {', '.join(LEVELS)}.")
    try:
        pattern = regex.compile(log.pattern, regex.IGNORECASE)
        with path.open(encoding="utf-8", errors="replace") as file:
            for event in events(line.rstrip("\n") for line in file):
                if event.rank >= LEVELS.index(log.min_level) and pattern.search(event.text, timeout=_MATCH_SECONDS):
                    yield event
    except (regex.error, TimeoutError) as error:
        raise InvalidArguments(f"log.pattern cannot be used: {error}. Give a simpler regular expression.") from error
