"""The runs on disk: one folder each, private to the user, kept up to a number; and the locks of the projects."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import re
import secrets
import shutil
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psutil

from ..errors import RunNotFound
from . import shadow
from .job import read_json, write_json
from .places import scratch_of

_RUN_ID = re.compile(r"run-\d{8}-\d{6}-[0-9a-f]{6}")
_KEPT_RUNS = 100


@dataclass(frozen=True)
class RunRecord:
    """What is known of a run from its start."""

    run_id: str
    project: str
    started_at: str
    state_before: object
    supervisor_pid: int
    supervisor_started: float

    def supervised(self) -> bool:
        """Whether the supervisor still lives (the pid may have been given to another process since)."""
        try:
            process = psutil.Process(self.supervisor_pid)
            same = abs(process.create_time() - self.supervisor_started) < 1
            return same and process.status() != psutil.STATUS_ZOMBIE
        except psutil.Error:
            return False


class RunStore:
    """The folder in which runs, their logs and the locks of projects are kept."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def new_run(self) -> tuple[str, Path]:
        """An id and its empty folder."""
        run_id = f"run-{time.strftime('%Y%m%d-%H%M%S', time.gmtime())}-{secrets.token_hex(3)}"
        folder = self.run_folder(run_id)
        self._private(folder.parent)
        folder.mkdir(mode=0o700)
        return run_id, folder

    def run_folder(self, run_id: str) -> Path:
        """The folder of a run. Raises RunNotFound for what is no id of ours."""
        if not _RUN_ID.fullmatch(run_id):
            raise RunNotFound(
                f"{run_id[:60]!r} is no run id. Ids are given by run_debug_sync, like run-20260101-120000-ab12cd."
            )
        return self.folder / "runs" / run_id

    def save(self, record: RunRecord) -> None:
        """Puts the start of a run on record."""
        write_json(self.run_folder(record.run_id) / "run.json", asdict(record))

    def load(self, run_id: str) -> RunRecord:
        """The record of a run. Raises RunNotFound."""
        values: Any = read_json(self.run_folder(run_id) / "run.json")
        if values is None:
            raise RunNotFound(
                f"There is no run {run_id}; the last {_KEPT_RUNS} runs are kept. Start one with run_debug_sync."
            )
        return RunRecord(**values)

    def records(self) -> list[RunRecord]:
        """All runs, the newest first."""
        folder = self.folder / "runs"
        names = [path.name for path in folder.iterdir()] if folder.is_dir() else []
        ids = sorted(filter(_RUN_ID.fullmatch, names), reverse=True)
        found: list[RunRecord] = []
        for run_id in ids:
            with contextlib.suppress(RunNotFound):
                found.append(self.load(run_id))
        return found

    def prune(self) -> None:
        """Removes the oldest ended runs beyond the number that is kept, and what a killed supervisor left behind."""
        for number, record in enumerate(self.records()):
            folder = self.run_folder(record.run_id)
            leftover = scratch_of(folder)
            if (number >= _KEPT_RUNS or leftover.exists()) and not record.supervised():
                shadow.remove(leftover)
            if number >= _KEPT_RUNS and not record.supervised():
                shutil.rmtree(folder, ignore_errors=True)

    @property
    def locks(self) -> Path:
        """The folder of the locks."""
        return self._private(self.folder / "locks")

    def lock_file(self, project: Path, kind: str) -> Path:
        """The file whose lock stands for the project: `run` while one goes on, `warehouse` while it is open."""
        digest = hashlib.sha256(str(project).encode()).hexdigest()[:24]
        return self.locks / f"{digest}.{kind}"

    def fingerprints(self, project: Path) -> Path:
        """The file by which secrets that a run was given are known again."""
        return self.lock_file(project, "fingerprints")

    def take_run_lock(self, project: Path) -> int | None:
        """A descriptor that holds the project's run lock, None when another run holds it."""
        descriptor = os.open(self.lock_file(project, "run"), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return None
        return descriptor

    def name_holder(self, descriptor: int, run_id: str) -> None:
        """Writes into the lock which run holds it."""
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, run_id.encode(), 0)

    def holder(self, project: Path) -> str:
        """The run that took the project's lock last, empty when none did."""
        try:
            return self.lock_file(project, "run").read_text(encoding="utf-8")
        except OSError:
            return ""

    def _private(self, folder: Path) -> Path:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return folder
