"""The one place that starts processes: argv lists, own session, capped output, the whole group ended.

Standard library only, because the supervisor of a run imports it too.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys
import threading
import time
from collections.abc import Generator, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from subprocess import DEVNULL, PIPE, STDOUT, Popen, TimeoutExpired
from typing import IO, TypeAlias

__all__ = [
    "DEVNULL",
    "PIPE",
    "STDOUT",
    "Cancelled",
    "Finished",
    "Process",
    "TimeoutExpired",
    "cancellable",
    "end_group",
    "run",
    "start",
]

Process: TypeAlias = Popen[bytes]

_POLL_SECONDS = 0.05
_PR_SET_PDEATHSIG = 1
_cancelled: ContextVar[threading.Event | None] = ContextVar("cancelled", default=None)


@dataclass(frozen=True)
class Finished:
    """A process that ended: `returncode` is negative for a signal, `timed_out` says that we ended it."""

    returncode: int
    stdout: bytes
    stderr: bytes
    timed_out: bool = False


class Cancelled(Exception):
    """The caller went away while a process ran for it; the process is gone."""


@contextlib.contextmanager
def cancellable() -> Generator[threading.Event]:
    """An event that ends, when set, the processes that this context started."""
    event = threading.Event()
    token = _cancelled.set(event)
    try:
        yield event
    finally:
        _cancelled.reset(token)


def start(
    argv: Sequence[str],
    *,
    env: Mapping[str, str],
    cwd: Path | None = None,
    stdin: int = DEVNULL,
    stdout: int = PIPE,
    stderr: int = PIPE,
    pass_fds: Sequence[int] = (),
    die_with_us: bool = False,
) -> Process:
    """A process in a session of its own; the caller ends it with `end_group`.

    With `die_with_us` (Linux) the kernel kills it when the thread that started it ends, however that happens.
    """
    return Popen(
        list(argv),
        env=dict(env),
        cwd=cwd,
        stdin=stdin,
        stdout=stdout,
        stderr=stderr,
        pass_fds=tuple(pass_fds),
        start_new_session=True,
        preexec_fn=_die_with_parent if die_with_us and sys.platform == "linux" else None,
        bufsize=0,
    )


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def end_group(process: Process) -> None:
    """Kills the process and all that still is in its group, and reaps it."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def run(
    argv: Sequence[str],
    *,
    env: Mapping[str, str],
    cwd: Path | None = None,
    stdin: bytes = b"",
    timeout_seconds: float,
    max_output_bytes: int,
) -> Finished:
    """Runs to the end, or to `timeout_seconds`; of each output the first `max_output_bytes` are kept.

    Standard input stays open until the process ends, so that a worker can tell that its caller died.
    Raises Cancelled when the surrounding `cancellable` was set.
    """
    process = start(argv, env=env, cwd=cwd, stdin=PIPE)
    outputs = [_Drain(process.stdout, max_output_bytes), _Drain(process.stderr, max_output_bytes)]
    try:
        _feed(process.stdin, stdin)
        timed_out = not _wait(process, timeout_seconds)
    finally:
        end_group(process)
        if process.stdin:
            with contextlib.suppress(BrokenPipeError):
                process.stdin.close()
        kept = [output.finish() for output in outputs]
    return Finished(process.returncode, kept[0], kept[1], timed_out)


def _feed(pipe: IO[bytes] | None, data: bytes) -> None:
    view = memoryview(data)
    with contextlib.suppress(BrokenPipeError):
        while pipe and view:
            view = view[pipe.write(view) :]


def _wait(process: Process, timeout_seconds: float) -> bool:
    event = _cancelled.get()
    deadline = time.monotonic() + timeout_seconds
    while (remaining := deadline - time.monotonic()) > 0:
        with contextlib.suppress(TimeoutExpired):
            process.wait(min(_POLL_SECONDS, remaining))
            return True
        if event is not None and event.is_set():
            raise Cancelled
    return False


class _Drain:
    """Reads a pipe to its end in a thread and keeps the first `limit` bytes."""

    def __init__(self, pipe: IO[bytes] | None, limit: int) -> None:
        self._pipe, self._limit, self._kept = pipe, limit, bytearray()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        while self._pipe and (chunk := self._pipe.read(65536)):
            self._kept += chunk[: max(0, self._limit - len(self._kept))]

    def finish(self) -> bytes:
        self._thread.join()
        if self._pipe:
            self._pipe.close()
        return bytes(self._kept)
