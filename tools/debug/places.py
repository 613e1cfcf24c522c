"""Where one run keeps its things: its folder in the store, and the project's `files`.

Standard library only: the supervisor of a run imports it.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from ..errors import ConnectorSdkError
from ..files import regular_bytes
from ..redact import Redactor
from ..warehouse.counts import rows_since
from .job import Job

WAREHOUSE, STATE, CRASH_REPORT = "warehouse.db", "state.json", "crash-report.txt"
_STAGING = ".fresh-"
_REPORTS = "crash-reports"
_MAX_REPORT_BYTES, _MAX_REPORTS = 1_000_000, 3


def scratch_of(folder: Path) -> Path:
    """What a run needs only while it lasts."""
    return folder / "scratch"


def shadow_of(folder: Path, project: Path) -> Path:
    """The shadow of a run. It bears the project's name, because a connector may print it."""
    return scratch_of(folder) / "project" / project.name


def state_copy(folder: Path) -> Path:
    """The copy of a given state file."""
    return scratch_of(folder) / "state" / STATE


def family_of(folder: Path) -> Path:
    """The record of the processes of a run that goes on."""
    return scratch_of(folder) / "family.json"


def commands_of(folder: Path) -> Path:
    """The folder that stands first on the connector's PATH."""
    return scratch_of(folder) / "bin"


@dataclass
class RunPlaces:
    """`files` is where the SDK writes: the project's own folder, or a staging folder inside it for a fresh run."""

    folder: Path
    project: Path
    shadow: Path
    log: Path
    files: Path
    given_state: Path | None = None
    staging: Path | None = None

    @classmethod
    def of(cls, job: Job) -> RunPlaces:
        """The places of a job."""
        folder, project = Path(job.folder), Path(job.project)
        given = Path(job.state) if job.state else None
        return cls(folder, project, shadow_of(folder, project), folder / "log.txt", project / "files", given)

    @property
    def tally(self) -> Path:
        """Where the launcher writes what was sent to each table."""
        return scratch_of(self.folder) / "tally.json"

    @property
    def family(self) -> Path:
        """The processes of the run, for whoever has to end them."""
        return family_of(self.folder)

    @property
    def state(self) -> Path:
        """Where the SDK saves the state: it writes into the file that it was given, so that is a copy."""
        return state_copy(self.folder) if self.given_state else self.files / STATE

    def prepare(self, *, fresh: bool) -> None:
        """Makes the folders. A fresh run beside an older warehouse gets a staging folder."""
        self.files.mkdir(exist_ok=True)
        for leftover in self.files.glob(f"{_STAGING}run-*"):
            # Of a fresh run whose supervisor was killed; no other run goes on in this project.
            shutil.rmtree(leftover, ignore_errors=True)
        commands = commands_of(self.folder)
        for folder in (self.shadow.parent, state_copy(self.folder).parent, commands):
            folder.mkdir(mode=0o700, parents=True)
        # debug compares the requirements with what pipreqs finds, which asks the package index and, offline, waits for
        # it thrice. Here requirements are judged by rules, so that pipreqs finds nothing, at once.
        (commands / "pipreqs").symlink_to(shutil.which("true") or "/bin/true")
        if fresh and any((self.files / name).exists() for name in (WAREHOUSE, STATE)):
            self.staging = self.files / f"{_STAGING}{self.folder.name}"
            self.staging.mkdir()
            self.files = self.staging
        if self.given_state:
            shutil.copyfile(self.given_state, self.state)

    def rows_since(self, moment: str) -> int:
        """How many rows were checkpointed since a moment: counted in a copy, because the run holds the warehouse."""
        copy = scratch_of(self.folder) / "count"
        shutil.rmtree(copy, ignore_errors=True)
        copy.mkdir(mode=0o700)
        try:
            for name in (f"{WAREHOUSE}.wal", WAREHOUSE):
                if (self.files / name).exists():
                    shutil.copyfile(self.files / name, copy / name)
            return rows_since(copy / WAREHOUSE, moment)
        except (ConnectorSdkError, OSError):
            # Copied in the middle of a write: the next checkpoint is counted again.
            return 0

    def keep_crash_report(self, redactor: Redactor) -> None:
        """Keeps the SDK's crash report with the run, masked: it lies in the shadow."""
        home = self.shadow / _REPORTS
        reports = [] if home.is_symlink() else sorted(home.glob("*"))
        # What a connector puts there, as a link to another file, is not told.
        found = [regular_bytes(path, follow=False, most_bytes=_MAX_REPORT_BYTES) for path in reports[:_MAX_REPORTS]]
        if texts := [data.decode("utf-8", "replace") for data in found if data is not None]:
            text = redactor.text("\n".join(texts).replace(str(self.shadow), str(self.project)))
            descriptor = os.open(self.folder / CRASH_REPORT, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(text)

    def keep_state(self) -> None:
        """Puts the state of a run that began from a given file where the next run looks for it."""
        saved = regular_bytes(self.state) if self.given_state else None
        if self.given_state and saved is not None and saved != self.given_state.read_bytes():
            beside = self.files / f".{STATE}.{self.folder.name}"
            beside.write_bytes(saved)
            beside.replace(self.files / STATE)

    def keep(self) -> None:
        """Puts what a successful fresh run wrote in the place of what was there."""
        if self.staging is None:
            return
        final = self.staging.parent
        for name in (WAREHOUSE, f"{WAREHOUSE}.wal", STATE):
            if (self.staging / name).exists():
                (self.staging / name).replace(final / name)
            else:
                (final / name).unlink(missing_ok=True)
        self.files = final

    def discard(self) -> None:
        """Removes what only the run needed."""
        shutil.rmtree(scratch_of(self.folder), ignore_errors=True)
        if self.staging is not None:
            shutil.rmtree(self.staging, ignore_errors=True)
