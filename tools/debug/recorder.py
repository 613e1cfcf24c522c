"""Takes a run's output as it comes: masks it, stores it up to a limit, and remembers what decides about the run.

Standard library only: the supervisor of a run imports it.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from ..redact import Redactor
from .lines import lines
from .log import LogEvent, Verdict, error_text, events, verdict_of
from .traffic import Traffic

MAX_LOG_BYTES = 20_000_000
MAX_LINE_CHARS = 20_000
# The report lies in the shadow, which goes with the run; the log holds the same error.
_CRASH_REPORT = "crash report saved to "
_CHECKPOINT = re.compile(r"[\d :.-]{12,24} INFO +(?:⚡ )?sdk +checkpoint recorded: ")
# No line is that: a NUL is replaced.
_END = "\0end"
_OUT_OF_MEMORY = "memory usage of connector code exceeded the allowed limit"
_THREAD, _TRACE = "Exception in thread ", "Traceback (most recent call last):"
_MAX_TRACE = 200
_LAST_LINES = 200
_MAX_MESSAGES = 20
_MAX_MESSAGE_CHARS = 1_000
_MAX_FAILURE_CHARS = 100_000


@dataclass(frozen=True)
class Ending:
    """How the command ended: `who` raised what ended it, `sdk` or `connector`, and the exit code that it asked for."""

    who: str
    code: int


class Recorder:
    """Reads one run's output in a thread; afterwards its fields say what the log said."""

    def __init__(self, pipe: IO[bytes], log: Path, redactor: Redactor, renamed: tuple[str, str], word: bytes) -> None:
        self._pipe, self._log, self._redactor, self._renamed = pipe, log, redactor, renamed
        self._end = re.compile(re.escape(word) + rb" (sdk|connector) (-?\d+)$")
        self._said: Verdict | None = None
        self.verdict: Verdict | None = None
        self.ending: Ending | None = None
        self.warnings: list[str] = []
        self.errors: list[str] = []
        self._memory, self._over = False, False
        # The SDK's words on the verdict and its first ones; Python's on the first thread that died, and on the process.
        self._failure, self._first, self._lost, self._crash = "", "", "", ""
        self._trace: list[str] | None = None
        self.checkpoints = 0
        self.began = False
        self.traffic = Traffic()
        self.at_checkpoint: Callable[[], None] = _nothing

    def read(self) -> None:
        """Reads to the end of the output."""
        with self._log.open("a", encoding="utf-8") as log:
            self._log.chmod(0o600)
            for event in events(self._stored(log)):
                self._remember(event)

    def _remember(self, event: LogEvent) -> None:
        self._look_at_traces(event)
        if event.message == _END:
            self._over = True
            # What is printed from here on is not the SDK's.
            self.verdict = self._said
        if self._over:
            return
        if verdict := verdict_of(event):
            self._said = verdict
            self._failure = self._failure if verdict.succeeded else event.text
        by_sdk = event.origin not in ("connector", "output")
        self.began |= by_sdk
        self._memory |= by_sdk and _OUT_OF_MEMORY in event.message
        if event.level == "WARNING":
            _add(self.warnings, event.text)
        elif event.level in ("ERROR", "SEVERE", "CRITICAL"):
            if by_sdk and not self._first:
                self._first = event.text
            _add(self.errors, error_text(event))

    def _look_at_traces(self, event: LogEvent) -> None:
        """The exceptions that Python itself prints: of a thread, without which the sync goes on, or of the process."""
        if event.origin != "output":
            return
        if event.message.startswith((_THREAD, _TRACE)) and self._trace is None:
            self._trace = [event.message]
        elif self._trace is not None:
            self._trace.append(event.message)
            if event.message.startswith((" ", _TRACE)) and len(self._trace) < _MAX_TRACE:
                return
            self._traced(self._trace)
            self._trace = None

    def _traced(self, trace: list[str]) -> None:
        if trace[0].startswith(_THREAD):
            _add(self.errors, f"A thread ended with {trace[-1]}")
            self._lost = self._lost or "\n".join(trace[1:])
        else:
            self._crash = "\n".join(trace)

    @property
    def failure(self) -> str:
        """What the SDK said of the error, with its verdict or else first; or Python of the process or a thread."""
        ending = self.ending
        if ending is not None and ending.code == 0 and self.verdict is not None and self.verdict.succeeded:
            return self._lost[:_MAX_FAILURE_CHARS]
        crash = self._crash if ending is not None and ending.who == "connector" else ""
        return (self._failure or crash or ("" if self.verdict else self._first) or self._lost)[:_MAX_FAILURE_CHARS]

    @property
    def memory_exceeded(self) -> bool:
        """Whether the SDK ended the run for its memory: then it comes to no verdict."""
        return self._memory and self.verdict is None

    def _stored(self, log: IO[str]) -> Iterator[str]:
        """The masked lines, each written to the log before it is looked at, while the log has room."""
        room, last = MAX_LOG_BYTES, deque[str](maxlen=_LAST_LINES)
        for line in self._lines():
            if line == _END:
                yield line
                continue
            if line.startswith(_CRASH_REPORT):
                continue
            if room > len(line):
                log.write(line + "\n")
                log.flush()
            else:
                last.append(line)
            room -= len(line) + 1
            if _CHECKPOINT.match(line):
                # At once, and not with its event, which is told when the next one begins.
                self.checkpoints += 1
                self.at_checkpoint()
            self.traffic.look(line)
            yield line
        if last:
            log.write(f"… the log is longer than {MAX_LOG_BYTES} characters; of the rest its last lines were stored:\n")
            log.writelines(f"{line}\n" for line in last)

    def _lines(self) -> Iterator[str]:
        """The text of each line; where the launcher says the end, what stood before it, and the end."""
        for line in lines(self._pipe):
            match = self._end.search(line.tail if line.dropped else line.head)
            if match is None:
                yield self._clean(line.head, line.dropped)
                continue
            if before := line.head if line.dropped else line.head[: match.start()]:
                yield self._clean(before, line.dropped)
            self.ending = Ending(match[1].decode(), int(match[2]))
            # Twice: an event is told when the next one begins.
            yield from (_END, _END)

    def _clean(self, head: bytearray, dropped: int) -> str:
        text = head.decode("utf-8", "replace").rstrip("\r").replace("\0", "\N{REPLACEMENT CHARACTER}")
        if dropped:
            # It may end in the first half of a secret, which would not be known.
            text, dropped = text[: -self._redactor.longest], dropped + self._redactor.longest
        text = self._redactor.text(text.replace(*self._renamed))
        cut = len(text) - MAX_LINE_CHARS
        return f"{text[:MAX_LINE_CHARS]}… ({cut + dropped} characters more)" if cut > 0 or dropped else text


def _nothing() -> None:
    """Does nothing."""


def _add(messages: list[str], text: str) -> None:
    if text and text not in messages and len(messages) < _MAX_MESSAGES:
        messages.append(text if len(text) <= _MAX_MESSAGE_CHARS else text[:_MAX_MESSAGE_CHARS] + "…")
