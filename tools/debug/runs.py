"""Starts, reads and cancels runs. A run is a job: it goes on in its supervisor while callers poll it by its id."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Mapping
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, cast

import psutil

from ..errors import ConnectorSdkError, EnvironmentBuildFailed, RunNotFound, SyncAlreadyRunning
from ..process import DEVNULL, PIPE, Process, TimeoutExpired, start
from ..project import ConnectorProject, Workspace
from ..redact import Redactor
from ..warehouse.locks import warehouse_lock
from . import family
from .environments.cache import default_cache
from .environments.interpreter import interpreter_of
from .foreign import run_by_hand
from .given import GivenSecrets
from .job import ENDING_SIGNALS, Job, read_json
from .limits import Limits
from .models import Run
from .places import family_of
from .reading import LogFilter, read_run
from .request import RunRequest
from .resetting import Reset, reset_files
from .slots import PARALLEL_RUNS, Slots
from .store import RunRecord, RunStore

_HANDOVER_SECONDS = 3.0
_CANCEL_SECONDS = 20.0
_CLOSE_SECONDS = 45.0
_EXIT_SECONDS = 2.0
DEFAULT_LIMITS = Limits()


class Runs:
    """The runs of one server. Its supervisors end with it, because it holds their standard input."""

    def __init__(self, store: RunStore, cache: Path | None = None, parallel_runs: int = PARALLEL_RUNS) -> None:
        self.store = store
        self.parallel_runs = parallel_runs
        self.cache = cache or default_cache()
        self._supervisors: dict[str, Process] = {}
        self._reaping = threading.Lock()
        self._given = GivenSecrets(store)

    def start(
        self,
        project: ConnectorProject,
        *,
        configuration: str = "",
        state: str = "continue",
        env: Mapping[str, str] | None = None,
        limits: Limits = DEFAULT_LIMITS,
        python: str = "",
    ) -> Run:
        """A run of `fivetran debug` that has begun.

        `configuration` and `state` are paths from the project; `state` may also be `continue` or `fresh`. `python` is
        an interpreter that has the SDK, in the place of the project's `.venv` or one that is built.
        Raises InvalidArguments, OutsideWorkspace, SyncAlreadyRunning.
        """
        interpreter = interpreter_of(project, python, self.cache)
        request = RunRequest.of(project, configuration, state, env or {}, limits, interpreter)
        lock = self._lock(project.path)
        try:
            return self._start_locked(request, lock)
        finally:
            os.close(lock)

    def get(self, workspace: Workspace, run_id: str, log: LogFilter | None = None) -> Run:
        """A run as it stands now. Raises RunNotFound, also for a run of a project outside the workspace."""
        record = self._record(workspace, run_id)
        self._reap()
        return read_run(record, self.store.run_folder(run_id), log)

    def refusal(self, run_id: str) -> ConnectorSdkError | None:
        """What kept the run from beginning, where it is a refusal: an environment that cannot be built."""
        end: Any = read_json(self.store.run_folder(run_id) / "end.json")
        known = cast("dict[str, Any]", end) if isinstance(end, dict) else {}
        return EnvironmentBuildFailed(known["errors"][0]) if known.get("refused") else None

    def cancel(self, workspace: Workspace, run_id: str) -> Run:
        """Ends a run, also one of another server, and gives it as it stands when it has ended."""
        record = self._record(workspace, run_id)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if record.supervised():
                os.kill(record.supervisor_pid, signal.SIGTERM)
        deadline = time.monotonic() + _CANCEL_SECONDS
        while record.supervised() and time.monotonic() < deadline:
            self._reap()
            time.sleep(0.02)
        self._wait_for(run_id)
        return self.get(workspace, run_id)

    def ended(self, run_id: str) -> bool:
        """Whether the run and its supervisor are over; cheap, for polling."""
        self._reap()
        if self.store.load(run_id).supervised():
            return False
        self._wait_for(run_id)
        if not (self.store.run_folder(run_id) / "end.json").exists():
            self._end_family(run_id)
        return True

    def recent(self, workspace: Workspace) -> list[RunRecord]:
        """The runs of the workspace's projects, the newest first."""
        return [record for record in self.store.records() if workspace.contains(Path(record.project))]

    def redactor(self, project: Path) -> Redactor:
        """Masks the project's secrets, and those that runs were given as `env`, also runs of another server."""
        return self._given.redactor(project)

    def warehouse_lock(self, project: ConnectorProject) -> Path:
        """The file whose lock a query and a run share."""
        return self.store.lock_file(project.path, "warehouse")

    def reset(self, project: ConnectorProject) -> Reset:
        """Moves warehouse and state into a backup. Raises SyncAlreadyRunning, WarehouseBusy, OutsideWorkspace."""
        lock = self._lock(project.path)
        try:
            with warehouse_lock(self.warehouse_lock(project), shared=False, wait_seconds=_HANDOVER_SECONDS, holder=""):
                return reset_files(project)
        finally:
            os.close(lock)

    def close(self) -> None:
        """Ends the runs that this server started, and waits until their supervisors have cleaned up."""
        for process in self._supervisors.values():
            if process.stdin:
                process.stdin.close()
        deadline = time.monotonic() + _CLOSE_SECONDS
        for run_id, process in self._supervisors.items():
            try:
                process.wait(max(0.0, deadline - time.monotonic()))
            except TimeoutExpired:
                process.kill()
                process.wait()
                self._end_family(run_id)
        self._supervisors.clear()

    def _lock(self, project: Path) -> int:
        """The project's run lock; a run that has just ended is given a moment to let go of it."""
        if (by_hand := run_by_hand(project)) is not None:
            raise SyncAlreadyRunning(
                f"{project} is being synced by process {by_hand}, which was started by hand. Wait for its end, or end "
                "it where it was started."
            )
        deadline = time.monotonic() + _HANDOVER_SECONDS
        while (lock := self.store.take_run_lock(project)) is None:
            holder = self.store.holder(project)
            ended = holder and (self.store.run_folder(holder) / "end.json").exists()
            if not ended or time.monotonic() > deadline:
                raise SyncAlreadyRunning(
                    f"{project} has a run already: {self._named(holder)}. Wait for it with get_sync_run, or end it "
                    "with cancel_sync_run."
                )
            time.sleep(0.02)
        return lock

    def _named(self, holder: str) -> str:
        """The run that holds a lock, with the process that owns it: it may be another server's."""
        with contextlib.suppress(RunNotFound):
            return f"{holder} (process {self.store.load(holder).supervisor_pid})"
        return holder or "one that is just beginning"

    def _start_locked(self, request: RunRequest, lock: int) -> Run:
        self.store.prune()
        before = request.state_before()
        run_id, folder = self.store.new_run()
        self.store.name_holder(lock, run_id)
        project = request.project
        redactor = self._given.of_run(request, before)
        lock_file, slots = self.warehouse_lock(project), Slots(self.store.locks, self.parallel_runs)
        job = request.job(run_id, folder, tuple(redactor.secrets), lock_file, slots)
        process = self._spawn(job, lock)
        record = RunRecord(
            run_id=run_id,
            project=str(project.path),
            started_at=datetime.now(timezone.utc).isoformat(timespec="milliseconds"),
            state_before=redactor.value(before),
            supervisor_pid=process.pid,
            supervisor_started=psutil.Process(process.pid).create_time(),
        )
        self.store.save(record)
        return read_run(record, folder)

    def _spawn(self, job: Job, lock: int) -> Process:
        # The supervisor inherits the mask, and lifts it when it can handle them.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, ENDING_SIGNALS)
        try:
            process = start(
                [sys.executable, "-I", "-m", "connector_sdk_mcp.tools.debug.supervisor"],
                env={"PATH": os.environ.get("PATH", os.defpath)},
                stdin=PIPE,
                stdout=DEVNULL,
                stderr=DEVNULL,
                pass_fds=[lock],
            )
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        self._supervisors[job.run_id] = process
        assert process.stdin is not None
        line = memoryview(job.dump())
        while line:
            line = line[process.stdin.write(line) :]
        return process

    def _record(self, workspace: Workspace, run_id: str) -> RunRecord:
        record = self.store.load(run_id)
        if not workspace.contains(Path(record.project)):
            raise RunNotFound(f"There is no run {run_id} in this workspace. Start one with run_debug_sync.")
        return record

    def _wait_for(self, run_id: str) -> None:
        """A supervisor whose first thread is over may take a moment for its others."""
        if (process := self._supervisors.get(run_id)) is not None:
            with contextlib.suppress(TimeoutExpired):
                process.wait(_EXIT_SECONDS)
            self._reap()

    def _end_family(self, run_id: str) -> None:
        """Ends what a killed supervisor left behind."""
        known = cast("list[list[float]] | None", read_json(family_of(self.store.run_folder(run_id))))
        family.end_marked(run_id, known or ())

    def _reap(self) -> None:
        """Lets go of the supervisors that have ended; calls of several threads come by here at once."""
        with self._reaping:
            for run_id, process in list(self._supervisors.items()):
                if process.poll() is not None:
                    if process.stdin:
                        process.stdin.close()
                    del self._supervisors[run_id]
