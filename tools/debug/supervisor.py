"""The process that owns one run: started by the server, it outlives a SIGKILL of the server just long enough to end
every descendant of the run, put the result on record, and remove the shadow.

It reads its Job as one line from standard input; the end of standard input means that the server is gone, SIGTERM that
the run is cancelled. Imports nothing but the standard library and psutil before the connector runs.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
import sys
import threading
import time
from dataclasses import asdict
from pathlib import Path
from typing import IO, cast

from ..errors import ConnectorSdkError, WarehouseBusy
from ..process import STDOUT, Process, end_group, start
from ..redact import Redactor
from ..warehouse.locks import warehouse_lock
from . import family, shadow
from .diagnosis.engine import build_failed, diagnose
from .diagnosis.facts import Facts
from .ending import conclude
from .environments.building import BuildFailed
from .job import End, Job
from .places import RunPlaces
from .recorder import Recorder
from .slots import Slots
from .snapshots import keep_snapshot
from .watch import Watch

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
        self.peak_bytes = 0
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
                if self._take_slot(held) and self._build() and self._take_warehouse(held):
                    return self._run_locked()
            except BuildFailed as failed:
                return self._refused(self.redactor.text(str(failed)))
        return self._end(None, None)

    def _refused(self, said: str) -> End:
        seconds = round(time.monotonic() - self.begin, 3)
        return End("failed", None, seconds, errors=[said], refused=True, diagnosis=asdict(build_failed(said)))

    def _build(self) -> bool:
        """Makes the connector's environment, unless it is there; false when the run was ended meanwhile."""
        if self.job.build is None:
            return True
        with self.places.log.open("a", encoding="utf-8") as log:
            self.places.log.chmod(0o600)
            try:
                return self.job.build.make(lambda line: _log(log, self.redactor.text(line)), self._is_over)
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
            shadow.build(self.places.project, self.places.shadow, self.places.files)
            return self._run_in_shadow()
        finally:
            shadow.remove(self.places.shadow)
            self.places.discard()

    def _run_in_shadow(self) -> End:
        word = secrets.token_hex(16).encode()
        process = self._start(word)
        assert process.stdout is not None
        renamed = (str(self.places.shadow), str(self.places.project))
        recorder = Recorder(process.stdout, self.places.log, self.redactor, renamed, word)
        reader = threading.Thread(target=recorder.read)
        reader.start()
        try:
            self._watch(process, recorder)
        finally:
            exit_code = process.returncode
            end_group(process)
            family.end_all()
            reader.join()
        self.places.keep_crash_report(self.redactor)
        return self._end(recorder, exit_code)

    def _start(self, word: bytes) -> Process:
        """The connector's process, which is given the word by which it says its end."""
        reading, writing = os.pipe()
        os.write(writing, word)
        os.close(writing)
        python, command, *arguments = self.job.argv
        argv = [python, str(Path(__file__).with_name("launcher.py")), str(reading), command, *arguments]
        try:
            return start(
                argv,
                env=self.job.environment,
                cwd=self.places.shadow,
                stderr=STDOUT,
                pass_fds=[reading],
                die_with_us=True,
            )
        finally:
            os.close(reading)

    def _watch(self, process: Process, recorder: Recorder) -> None:
        watch = Watch(self.job.limits, self.places, self.stop)
        watch.attach(process, recorder)
        while process.poll() is None and self.ended_for is None:
            watch.look(recorder)
            self.peak_bytes = watch.peak_bytes
            time.sleep(_POLL_SECONDS)

    def _end(self, recorder: Recorder | None, exit_code: int | None) -> End:
        end = conclude(self.places, recorder, exit_code, self._reason(exit_code))
        end.warnings = [*self.job.warnings, *end.warnings]
        self._keep_as(end)
        end.duration_s = round(time.monotonic() - self.begin, 3)
        end.peak_memory_mb = round(self.peak_bytes / 1e6, 1)
        end.state_after = self.redactor.value(end.state_after)
        found = diagnose(self._facts(end, recorder))
        end.diagnosis = asdict(found) if found else None
        return end

    def _keep_as(self, end: End) -> None:
        """Keeps the warehouse under the wanted name, where there is one to keep."""
        name = self.job.limits.keep_as
        if not name or end.outcome not in ("succeeded", "cancelled") or not end.tables:
            return
        try:
            _ = keep_snapshot(self.places.project, self.places.project / "files", name)
        except (ConnectorSdkError, OSError) as error:
            end.warnings.append(f"The warehouse could not be kept as {name!r}: {error}")

    def _facts(self, end: End, recorder: Recorder | None) -> Facts:
        return Facts(
            project=self.places.project,
            outcome=end.outcome,
            errors=end.errors,
            counts=end.counts,
            rows=sum(cast("int", table["rows"]) for table in end.tables),
            state_before=self.job.state_before,
            failure=recorder.failure if recorder else "",
            memory_exceeded=bool(recorder and recorder.memory_exceeded),
            memory_limit_mb=self.job.limits.memory_mb,
            lost_process=bool(recorder and (recorder.ending is None or recorder.ending.who == "connector")),
        )

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
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, supervisor.on_signal)
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
    return End("failed", None, round(time.monotonic() - supervisor.begin, 3), errors=[said])


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
