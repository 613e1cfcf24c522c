"""Reads what `fivetran debug` prints: events with time, level, origin and continuation lines, SDK 2.x and 3.x.

Standard library only: the supervisor of a run imports it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

LEVELS = ("DEBUG", "FINE", "INFO", "WARNING", "ERROR", "SEVERE", "CRITICAL")
CONTINUATION = " " * 35
_HEAD = re.compile(
    r"(?:\d{4}-\d\d-\d\d )?(?P<time>\d\d:\d\d:\d\d\.\d{3}) (?P<level>DEBUG|FINE|INFO|WARNING|ERROR|SEVERE|CRITICAL) +"
    r"(?:⚡ )?(?P<origin>sdk|connector|debugger) +(?P<message>.*)",
    re.DOTALL,
)
_MAX_CONTINUATION = 2_000
_NUMBER = re.compile(r"[0-9]{1,18}").fullmatch
_MAX_ROW_CHARS = 200
_COUNTED = {
    "Upserts": "upserts",
    "Updates": "updates",
    "Deletes": "deletes",
    "Truncates": "truncates",
    "Schema changes": "schema_changes",
    "SchemaChanges": "schema_changes",
    "Checkpoints": "checkpoints",
    "File uploads": "file_uploads",
    "FileUploads": "file_uploads",
}
_TRACEBACK = "Traceback (most recent call last):"
_FRAME = re.compile(r'  File ".*", line \d+')
_LIBRARY = re.compile(r"[/\\](?:site-packages|lib[/\\]python[\d.]+)[/\\]|<frozen ")
_NOISE = re.compile(
    r"[\s^~]*|Traceback \(most recent call last\):|See logs above for details\."
    r"|The above exception was the direct cause of the following exception:"
)


@dataclass
class LogEvent:
    """One message of the log; text that carries no head of its own (a print) has the origin `output`."""

    time: str
    level: str
    origin: str
    message: str
    more: list[str] = field(default_factory=list[str])

    @property
    def rank(self) -> int:
        """The place of the level in LEVELS; output counts as INFO."""
        return LEVELS.index(self.level)

    @property
    def text(self) -> str:
        """The message with its continuation lines."""
        return "\n".join([self.message, *self.more]).rstrip()

    def lines(self) -> list[str]:
        """The event as lines for a reader: one head, the rest indented."""
        head = f"{self.time} {self.level} {self.origin}: {self.message}" if self.time else self.message
        return [head, *(f"    {line}" for line in _condensed(self.more))]


@dataclass(frozen=True)
class Verdict:
    """The SDK's last word on a sync."""

    succeeded: bool
    counts: dict[str, int]


def events(lines: Iterable[str]) -> Iterator[LogEvent]:
    """The events of a log, in order."""
    current: LogEvent | None = None
    for line in lines:
        head = _HEAD.fullmatch(line)
        if head is None and current is not None and current.time and line.startswith(CONTINUATION):
            if len(current.more) < _MAX_CONTINUATION:
                current.more.append(line[len(CONTINUATION) :])
            continue
        if current is not None:
            yield current
        current = _event(head) if head else LogEvent("", "INFO", "output", line)
    if current is not None:
        yield current


def _event(head: re.Match[str]) -> LogEvent:
    return LogEvent(head["time"], head["level"], head["origin"], head["message"])


def verdict_of(event: LogEvent) -> Verdict | None:
    """The verdict that an event carries; only the SDK's own events have one, with its table of counts."""
    if event.origin == "connector" or event.origin == "output":
        return None
    if not event.message.startswith(("SYNC SUCCEEDED", "SYNC FAILED")):
        return None
    cells = [tuple(map(str.strip, line.split("|"))) for line in event.more if len(line) <= _MAX_ROW_CHARS]
    counts = {
        _COUNTED[row[0]]: int(row[1]) for row in cells if len(row) == 2 and row[0] in _COUNTED and _NUMBER(row[1])
    }
    return Verdict(event.message.startswith("SYNC SUCCEEDED"), counts) if counts else None


def _condensed(lines: list[str]) -> Iterator[str]:
    """The lines without blank ones, and of a traceback only the frames that are not those of libraries."""
    foreign = False
    for line in lines:
        if _FRAME.match(line):
            foreign = bool(_LIBRARY.search(line))
        elif not line.startswith("    "):
            foreign = False
        if not foreign and not _NOISE.fullmatch(line):
            yield line


def error_text(event: LogEvent) -> str:
    """What an error event says, without the table of counts and without a traceback."""
    lines = [line for line in event.text.splitlines() if line.strip()]
    if _TRACEBACK in lines:
        lines = lines[: lines.index(_TRACEBACK)]
    start = next((i for i, line in enumerate(lines) if line.startswith("Error: ")), None)
    if start is not None:
        lines = lines[start:]
        lines[0] = lines[0].removeprefix("Error: ")
    return "\n".join(line for line in lines if line != "See logs above for details.")
