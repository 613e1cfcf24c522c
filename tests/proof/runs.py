"""Connectors that end in every way, and what a server and its runs hold of the machine."""

from __future__ import annotations

import contextlib
import json
import time
from dataclasses import astuple, dataclass, fields
from pathlib import Path

import psutil
from support import HEAD, TAIL

ROWS = """
for number in range({rows}):
    op.upsert("items", {{"id": number, "name": f"name {{number}}"}})
    if number % 1_000 == 999:
        op.checkpoint({{"next": number}})
op.checkpoint({{"next": {rows}}})
"""
DETACHED = "if os.fork() == 0:\n    os.setsid()\n    os.execvp('tail', ['tail', '-f', '/dev/null'])\n" + ROWS.format(
    rows=3
)
# The outcome that each has to have; one that is cancelled waits for an event that nobody sets.
ENDINGS = {
    "succeeds": (ROWS.format(rows=3), "succeeded"),
    "fails": (ROWS.format(rows=3) + "raise ValueError('the source is gone')", "failed"),
    "detaches": (DETACHED + ROWS.format(rows=3), "succeeded"),
    "leaves": ("os._exit(0)", "failed"),
    "waits": (ROWS.format(rows=3) + "import threading\nthreading.Event().wait()", "cancelled"),
}


def write(folder: Path, body: str) -> None:
    """A project whose update() does this."""
    folder.mkdir(parents=True)
    lines = "\n".join(f"    {line}" for line in body.strip().splitlines())
    (folder / "connector.py").write_text(f"{HEAD}def update(configuration, state):\n{lines}{TAIL}", encoding="utf-8")
    (folder / "configuration.json").write_text(json.dumps({}), encoding="utf-8")


_SETTLE_SECONDS = 10.0
_POOL_THREADS = 40
_RECORD = ("run.json", "log.txt", "end.json", "crash-report.txt")


def _living(server: psutil.Process, state: Path) -> set[psutil.Process]:
    """The children of the server, and what the runs of its store have started, wherever that is now."""
    found, runs = set(server.children(recursive=True)), {path.name for path in state.glob("runs/*")}
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if process.environ().get("CONNECTOR_SDK_MCP_RUN") in runs and process.status() != psutil.STATUS_ZOMBIE:
                found.add(process)
    return found


def _settled(server: psutil.Process, state: Path) -> set[psutil.Process]:
    """What lives a moment after a run has been told to be over; its supervisor may still be on its way out."""
    deadline = time.monotonic() + _SETTLE_SECONDS
    while (living := _living(server, state)) and time.monotonic() < deadline:
        psutil.cpu_percent(0.05)
    return living


@dataclass(frozen=True)
class Held:
    """What is held at a moment between runs."""

    memory_mb: float
    descriptors: int
    threads: int
    processes: int
    temporary_files: int
    project_files: int

    @classmethod
    def by(cls, server: psutil.Process, temporary: Path, projects: Path, state: Path) -> Held:
        """What the server holds itself, its descendants and whatever carries the mark of a run, and what lies about.

        Temporary are the files in TMPDIR, and in the folder of each run what is not its record.
        """
        living = _settled(server, state)
        scratch = [path for path in state.glob("runs/*/*") if path.name not in _RECORD]
        return cls(
            memory_mb=round(server.memory_info().rss / 1e6, 1),
            descriptors=server.num_fds(),
            threads=server.num_threads(),
            processes=len(living),
            temporary_files=len([*temporary.rglob("*"), *scratch]),
            project_files=len([*projects.rglob("*")]),
        )

    def grew(self, since: Held) -> list[str]:
        """What is more than it was; memory may breathe by a tenth, and the server's pool holds a number of threads."""
        before = {**vars(since), "memory_mb": since.memory_mb * 1.1, "threads": max(since.threads, _POOL_THREADS)}
        return [name for name, value in vars(self).items() if value > before[name]]

    def row(self) -> str:
        """The cells of a table."""
        return " | ".join(map(str, astuple(self)))


COLUMNS = [field.name.replace("_", " ") for field in fields(Held)]
