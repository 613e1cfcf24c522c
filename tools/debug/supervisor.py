"""The process that owns one run: started by the server, it outlives a SIGKILL of the server just long enough to end
every descendant of the run, put the result on record, and remove the shadow.

It reads its Job as one line from standard input; the end of standard input means that the server is gone, SIGTERM that
the run is cancelled. Imports nothing but the standard library and psutil before the connector runs.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import time
from dataclasses import asdict
from pathlib import Path
from typing import IO

from ..errors import WarehouseBusy
from ..redact import Redactor
from ..warehouse.locks import warehouse_lock
from . import family, shadow
from .closing import close
from .diagnosis.engine import build_failed
from .diagnosis.facts import Found
from .environments.building import BuildFailed
from .execution import Ran, execute
from .job import ENDING_SIGNALS, End, Job
from .places import RunPlaces
from .slots import Slots

_POLL_SECONDS = 0.03
_LOCK_SECONDS = 0.2
_NO_ENVIRONMENT = (
    "No environment could be built for the connector (the log says why), and the run used the server's own: a "
    "requirement that is missing does not show there."
)
_NOTICE_SECONDS = 1.0


class Supervisor:
    """One run, from the lock of the warehouse to its end on record."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.places = RunPlaces.of(job)
        self.redactor = Redactor(job.secrets)
        self.ended_for: str | None = None
        self.begin = time.monotonic()
        self._turn_at = self.begin

    def stop(self, reason: str) -> None:
        """Makes the run end soon, for the first reason given."""
        self.ended_for = self.ended_for or reason

    def on_signal(self, _number: int, _frame: object) -> None:
        """A signal cancels the run."""
        self.stop("cancelled")

    def run(self) -> End:
        """The whole run. Files of the project change in `files` only."""
        with contextlib.ExitStack() as held:
            try:
                if self._take_slot(held) and self._build(held) and self._take_warehouse(held):
                    return self._run_locked()
            except BuildFailed as failed:
                return self._refused(self.redactor.text(str(failed)))
        return self._end(None)

    def _refused(self, said: str) -> End:
        seconds = round(time.monotonic() - self.begin, 3)
        return End("failed", None, seconds, errors=[said], refused=True, diagnosis=asdict(build_failed(said)))

    def _build(self, held: contextlib.ExitStack) -> bool:
        """Makes the connector's environment, unless it is there; false when the run was ended meanwhile."""
        if self.job.build is None:
            return True
        with self.places.log.open("a", encoding="utf-8") as log:
            self.places.log.chmod(0o600)
            try:
                used = held.enter_context(contextlib.ExitStack())
                return self.job.build.make(lambda line: _log(log, self.redactor.text(line)), self._is_over, used)
            except BuildFailed:
                if self.job.build.lines:
                    raise
        # Nothing but the SDK is wanted, and the server has that.
        self.job = self.job.in_interpreter(Path(sys.executable), _NO_ENVIRONMENT)
        return True

    def _is_over(self) -> bool:
        """Whether the environment has taken longer than the run may, or the run was ended."""
        if time.monotonic() - self._turn_at > self.job.limits.timeout_seconds:
            self.stop("timeout")
        return self.ended_for is not None

    def _take_slot(self, held: contextlib.ExitStack) -> bool:
        """Waits until fewer connectors run than may; false when the run was ended meanwhile."""
        slots = Slots(Path(self.job.slots), self.job.parallel_runs)
        while self.ended_for is None:
            if (taken := slots.take()) is not None:
                held.enter_context(taken)
                self._turn_at = time.monotonic()
                return True
            time.sleep(_POLL_SECONDS)
        return False

    def _take_warehouse(self, held: contextlib.ExitStack) -> bool:
        """Waits until no query reads the warehouse; false when the run was ended meanwhile."""
        lock = Path(self.job.warehouse_lock)
        while self.ended_for is None:
            with contextlib.suppress(WarehouseBusy):
                held.enter_context(
                    warehouse_lock(lock, shared=False, wait_seconds=_LOCK_SECONDS, holder=self.job.run_id)
                )
                return True
        return False

    def _run_locked(self) -> End:
        self.places.prepare(fresh=self.job.fresh)
        try:
            shadow.build(self.places.project, self.places.shadow, self.places.files, self._is_over)
            if self.ended_for is not None:
                return self._end(None)
            return self._end(
                execute(self.job, self.places, self.redactor, self.stop, lambda: self.ended_for is not None)
            )
        finally:
            shadow.remove(self.places.shadow)
            self.places.discard()

    def _end(self, ran: Ran | None) -> End:
        reason = self._reason(ran.exit_code if ran else None)
        end = close(self.job, self.places, self.redactor, ran, reason)
        end.duration_s = round(time.monotonic() - self.begin, 3)
        return end

    def _reason(self, exit_code: int | None) -> str | None:
        """Why we ended the run, None when it ended by itself.

        What ends the server may end the connector's process, too, a moment before we notice.
        """
        deadline = time.monotonic() + _NOTICE_SECONDS
        while exit_code is not None and exit_code < 0 and self.ended_for is None and time.monotonic() < deadline:
            time.sleep(_POLL_SECONDS)
        return self.ended_for if exit_code is None or exit_code < 0 else None


def _log(log: IO[str], line: str) -> None:
    log.write(line + "\n")
    log.flush()


def _watch_server(supervisor: Supervisor) -> None:
    while os.read(0, 1024):
        pass
    supervisor.stop("server gone")


def main() -> None:
    """Supervises the run of the job on standard input."""
    job = Job.load(_read_line())
    supervisor = Supervisor(job)
    for number in ENDING_SIGNALS:
        signal.signal(number, supervisor.on_signal)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING_SIGNALS)
    family.adopt_orphans()
    threading.Thread(target=_watch_server, args=(supervisor,), daemon=True).start()
    try:
        end = supervisor.run()
    except BaseException as error:
        _end_of_a_defect(supervisor, error).write(Path(job.folder))
        raise
    end.write(Path(job.folder))


def _end_of_a_defect(supervisor: Supervisor, error: BaseException) -> End:
    """Without it a run whose supervisor fails (a full disk, say) would have no end that names the cause."""
    said = supervisor.redactor.text(f"The run could not be carried out: {type(error).__name__}: {error}")
    hint = (
        "Look whether the disk is full, and whether the project's folder and its files/ can be written; then run again."
    )
    found = Found("environment", said, None, None, None, hint)
    seconds = round(time.monotonic() - supervisor.begin, 3)
    return End("failed", None, seconds, errors=[said], diagnosis=asdict(found))


def _read_line() -> bytes:
    line = bytearray()
    while not line.endswith(b"\n"):
        chunk = os.read(0, 65536)
        if not chunk:
            sys.exit("no job")
        line += chunk
    return bytes(line)


if __name__ == "__main__":
    main()
