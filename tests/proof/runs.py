"""Connectors that end in every way, and what a server and its runs hold of the machine."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
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


_RECORD = ("run.json", "log.txt", "end.json", "crash-report.txt")


def _marked() -> Iterator[psutil.Process]:
    """The living processes that a run has started, wherever they are now."""
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if "CONNECTOR_SDK_MCP_RUN" in process.environ() and process.status() != psutil.STATUS_ZOMBIE:
                yield process


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
        scratch = [path for path in state.glob("runs/*/*") if path.name not in _RECORD]
        return cls(
            memory_mb=round(server.memory_info().rss / 1e6, 1),
            descriptors=server.num_fds(),
            threads=server.num_threads(),
            processes=len({*server.children(recursive=True), *_marked()}),
            temporary_files=len([*temporary.rglob("*"), *scratch]),
            project_files=len([*projects.rglob("*")]),
        )

    def grew(self, since: Held) -> list[str]:
        """What is more than it was; memory may breathe by a tenth."""
        before = {**vars(since), "memory_mb": since.memory_mb * 1.1}
        return [name for name, value in vars(self).items() if value > before[name]]

    def row(self) -> str:
        """The cells of a table."""
        return " | ".join(map(str, astuple(self)))


COLUMNS = [field.name.replace("_", " ") for field in fields(Held)]
