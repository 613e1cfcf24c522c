"""200 runs in a row, 8 at once, and what a run costs beside the bare command: `python -m proof.run_runs`.

Writes runs.md; exit 1 where something grows or a run ends otherwise than it has to.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path
from statistics import median

import anyio
from connector_sdk_mcp.tools.debug.environments.interpreter import interpreter_of
from connector_sdk_mcp.tools.debug.runs import Runs
from connector_sdk_mcp.tools.debug.store import RunStore
from connector_sdk_mcp.tools.project import ConnectorProject, Workspace
from cpu import spent_by
from mcp import Client
from mcp_client import ServerProcess, call, servers
from support import finished

from .runs import COLUMNS, ENDINGS, ROWS, Held, write

COUNT, WARM, AT_ONCE, ROUNDS = 200, 20, 8, 5
SIZES = {"3 rows": 3, "50,000 rows": 50_000}
PAIRS = 3
# Those that run at once: of each kind some.
SIDES = [*islice(cycle(ENDINGS), AT_ONCE)]
TABLE = Path(__file__).with_name("runs.md")
_HEAD = f"""# Runs, one after the other and side by side

`make proof` lets one server do {COUNT} runs in a row over a real pipe, of connectors that succeed, fail, leave a
detached process behind, leave by `os._exit`, and are cancelled; then {ROUNDS} times {AT_ONCE} projects at once. What is
held is looked at between runs; growth since run {WARM} is a failure. Every run has to end as its connector has to.

| after | {" | ".join(COLUMNS)} |
|---|{"---|" * len(COLUMNS)}
"""
_COST = """
CPU of a run, with its supervisor and the reading of its warehouse, as a ratio to the bare command on the same
connector in the same environment, alternating in one run (aim: 1.10; of three rows it is mostly what starts):

| connector | median ratio |
|---|---|
"""


class Proof:
    """One pass over everything."""

    def __init__(self, folder: Path) -> None:
        self.projects, self.temporary, self.state = folder / "projects", folder / "tmp", folder / "state"
        self.temporary.mkdir()
        self.environment = {"TMPDIR": str(self.temporary), "CONNECTOR_SDK_MCP_PARALLEL_RUNS": str(AT_ONCE)}
        self.held: dict[str, Held] = {}
        self.wrong: list[str] = []
        for name, (body, _) in ENDINGS.items():
            write(self.projects / name, body)
        for number in range(AT_ONCE):
            write(self.projects / f"side{number}", ENDINGS[SIDES[number]][0])

    async def work(self, client: Client) -> None:
        """All runs over one connection."""
        (server,) = servers()
        names = [*islice(cycle(ENDINGS), COUNT)]
        for number, name in enumerate(names, 1):
            await self.run(client, name, ENDINGS[name][1])
            if number in (WARM, COUNT // 2, COUNT):
                self.held[f"{number} runs in a row"] = Held.by(server, self.temporary, self.projects, self.state)
        for number in range(1, ROUNDS + 1):
            async with anyio.create_task_group() as group:
                for side in range(AT_ONCE):
                    group.start_soon(self.run, client, f"side{side}", ENDINGS[SIDES[side]][1])
            if number in (1, ROUNDS):
                self.held[f"{number} times {AT_ONCE} at once"] = Held.by(
                    server, self.temporary, self.projects, self.state
                )

    async def run(self, client: Client, project: str, outcome: str) -> None:
        """One run, which has to end so; a run that waits is cancelled."""
        waits = outcome == "cancelled"
        run = (await call(client, "run_debug_sync", project=project, wait_seconds=0 if waits else 50)).content
        while waits and "checkpoint recorded" not in " ".join(run["log_tail"]):
            run = (await call(client, "get_sync_run", run_id=run["run_id"], wait_seconds=0.1)).content
        while not waits and run["outcome"] in ("queued", "running"):
            run = (await call(client, "get_sync_run", run_id=run["run_id"], wait_seconds=50)).content
        if waits:
            run = (await call(client, "cancel_sync_run", run_id=run["run_id"])).content
        if run["outcome"] != outcome:
            self.wrong.append(f"{project}: {run['outcome']} instead of {outcome}: {run['errors']}")

    def grown(self) -> Iterator[str]:
        """What there is more of than at the first look of its part."""
        looks = list(self.held.items())
        for (first, before), (name, after) in ((looks[0], looks[1]), (looks[0], looks[2]), (looks[3], looks[4])):
            if grew := after.grew(before):
                yield f"from {first} to {name} there is more: {', '.join(grew)}"


def ratios(folder: Path, rows: int) -> Iterator[float]:
    """CPU of our run against the bare command's, pair by pair."""
    workspace, name = Workspace((folder,)), f"rows{rows}"
    write(folder / name, ROWS.format(rows=rows))
    shutil.copytree(folder / name, folder / "bare", dirs_exist_ok=True)
    runs = Runs(RunStore(folder / "state"))
    project = ConnectorProject.open(workspace, name)
    # Builds the environment, which both use.
    finished(runs, workspace, runs.start(project, state="fresh"))
    commands = interpreter_of(project, "", runs.cache).python.parent
    for _ in range(PAIRS):
        bare = spent_by(lambda: _bare(folder / "bare", commands))
        ours = spent_by(lambda: finished(runs, workspace, runs.start(project, state="fresh")))
        yield ours / bare
    runs.close()


def _bare(project: Path, commands: Path) -> None:
    """The bare command, without its search for imports, which asks the package index."""
    shutil.rmtree(project / "files", ignore_errors=True)
    (project / "bin").mkdir(exist_ok=True)
    shutil.copy(shutil.which("true") or "/bin/true", project / "bin" / "pipreqs")
    path = os.pathsep.join([str(project / "bin"), str(commands), os.environ["PATH"]])
    argv = [str(commands / "fivetran"), "debug", str(project), "--configuration", "configuration.json"]
    environment = {**os.environ, "PATH": path, "DO_NOT_TRACK": "1", "PYTHONUNBUFFERED": "1"}
    subprocess.run(argv, env=environment, stdout=subprocess.DEVNULL, check=True)


def main() -> int:
    """Prints what is wrong, and writes the table."""
    with tempfile.TemporaryDirectory() as name:
        proof = Proof(Path(name))
        ServerProcess(proof.projects, proof.state, env=proof.environment).session(proof.work)
        costs = {size: median(ratios(Path(name), rows)) for size, rows in SIZES.items()}
    wrong = [*proof.wrong, *proof.grown()]
    held = "".join(f"| {name} | {held.row()} |\n" for name, held in proof.held.items())
    cost = "".join(f"| {name} | {ratio:.2f} |\n" for name, ratio in costs.items())
    TABLE.write_text(_HEAD + held + _COST + cost, encoding="utf-8")
    sys.stdout.write(held + cost + "".join(f"WRONG {line}\n" for line in wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
