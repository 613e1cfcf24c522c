"""The whole job on a fresh connector, step by step, against a source of our own; every figure is checked."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from ..debug.models import Outcome, Run
from ..debug.runs import Runs
from ..debug.store import RunStore
from ..errors import ConnectorSdkError
from ..project import ConnectorProject, Workspace
from ..scaffold.engine import scaffold
from ..scaffold.models import TableSpec
from ..validate.engine import validate
from ..warehouse.query import query
from .orders_api import Hold, OrdersApi, sample_tables

ORDERS, CUSTOMERS = 25, 7
_TOKEN = "demo-token-4711"
_POLL_SECONDS = 0.05
_MAX_SECONDS = 300
Say = Callable[[str], None]


class UnexpectedFigure(Exception):
    """A figure of the demo is not the expected one."""


def walk(folder: Path | None, say: Say) -> int:
    """Says each step with its figures: 0 when all are as expected, else 1. Without `folder` nothing is left behind."""
    with tempfile.TemporaryDirectory(prefix="connector-sdk-mcp-") as temporary:
        place = folder or Path(temporary) / "connectors"
        place.mkdir(parents=True, exist_ok=True)
        runs = Runs(RunStore(Path(temporary) / "state"))
        try:
            with OrdersApi(sample_tables(ORDERS, CUSTOMERS), bearer=_TOKEN, short_pages=True) as api:
                _Walk(Workspace((place.resolve(),)), runs, api, say).run()
        except (UnexpectedFigure, ConnectorSdkError) as error:
            say(f"FAILED: {error}")
            return 1
        finally:
            runs.close()
    say("Everything is as expected, and no process is left.")
    return 0


class _Walk:
    """The steps, in the order in which an assistant would take them."""

    def __init__(self, workspace: Workspace, runs: Runs, api: OrdersApi, say: Say) -> None:
        self._workspace, self._runs, self._api, self._say = workspace, runs, api, say
        self._steps = 0

    def run(self) -> None:
        project = self._scaffold()
        self._validate(project)
        self._first_sync(project)
        self._second_sync(project)
        self._cancelled_sync(project)

    def _step(self, text: str) -> None:
        self._steps += 1
        self._say(f"\n{self._steps}. {text}")

    def _check(self, what: str, seen: object, expected: object) -> None:
        self._say(f"   {what}: {seen}")
        if seen != expected:
            raise UnexpectedFigure(f"{what} is {seen}, expected {expected}")

    def _scaffold(self) -> ConnectorProject:
        self._step("Scaffold a connector for two tables, with a bearer token and pages")
        result = scaffold(
            self._workspace,
            "orders",
            pattern="rest_api",
            auth="bearer",
            pagination="page",
            base_url=self._api.base_url,
            tables=[
                TableSpec(name="orders", path="/orders", primary_key=["id"], cursor_field="updated_at"),
                TableSpec(name="customers", path="/customers", primary_key=["id"], cursor_field="updated_at"),
            ],
        )
        self._say(f"   {result.project}: {', '.join(f'{file.path} ({file.lines} lines)' for file in result.files)}")
        project = ConnectorProject.open(self._workspace, "orders")
        configuration = project.file("configuration.json")
        values = json.loads(configuration.read_text(encoding="utf-8")) | {"api_token": _TOKEN}
        configuration.write_text(json.dumps(values, indent=4) + "\n", encoding="utf-8")
        return project

    def _validate(self, project: ConnectorProject) -> None:
        self._step("Validate it")
        report = validate(project.path)
        self._check("errors, warnings, infos", tuple(report.summary.model_dump().values()), (0, 0, 0))

    def _first_sync(self, project: ConnectorProject) -> None:
        self._step("First sync: everything, from a source with short pages")
        run = self._finished(self._runs.start(project))
        self._check_sync(run, upserts=ORDERS + CUSTOMERS, rows={"customers": CUSTOMERS, "orders": ORDERS})
        self._check_rows(project)

    def _second_sync(self, project: ConnectorProject) -> None:
        self._step("Change two orders, add ten, then sync again: only what changed")
        changed = [
            {**row, "total": "999.99", "updated_at": "2024-06-01T00:00:00Z"} for row in self._api.rows("orders")[:2]
        ]
        added = [{**changed[0], "id": 1000 + number} for number in range(10)]
        self._api.put("orders", *changed, *added)
        run = self._finished(self._runs.start(project))
        self._check_sync(run, upserts=12, rows={"customers": CUSTOMERS, "orders": ORDERS + 10})
        self._check_rows(project)

    def _cancelled_sync(self, project: ConnectorProject) -> None:
        self._step("Start a sync that waits for its source, and cancel it")
        hold = Hold()
        self._api.script(hold)
        run = self._runs.start(project)
        if not hold.reached.wait(_MAX_SECONDS):
            raise UnexpectedFigure("the slow source was never asked")
        run = self._runs.cancel(self._workspace, run.run_id)
        hold.released.set()
        self._check("outcome", run.outcome.value, Outcome.CANCELLED.value)
        self._check("rows kept", {table.name: table.rows for table in run.tables}["orders"], ORDERS + 10)

    def _finished(self, run: Run) -> Run:
        deadline = time.monotonic() + _MAX_SECONDS
        while not self._runs.ended(run.run_id) and time.monotonic() < deadline:
            time.sleep(_POLL_SECONDS)
        return self._runs.get(self._workspace, run.run_id)

    def _check_sync(self, run: Run, *, upserts: int, rows: dict[str, int]) -> None:
        self._say(f"   {run.run_id}: {run.duration_s} s, peak memory {run.peak_memory_mb} MB")
        self._check("outcome", run.outcome.value, Outcome.SUCCEEDED.value)
        operations = run.operations
        self._check("upserts", operations.upserts if operations else None, upserts)
        self._say(f"   checkpoints: {operations.checkpoints if operations else None}")
        self._check("rows", {table.name: table.rows for table in run.tables}, rows)

    def _check_rows(self, project: ConnectorProject) -> None:
        sql = "SELECT id, status FROM tester.orders ORDER BY id"
        result = query(project, sql, lock_file=self._runs.warehouse_lock(project))
        self._say(f"   {sql}: {result.row_count} rows, the last {result.rows[-1]}")
        if result.rows != [[row["id"], row["status"]] for row in self._api.rows("orders")]:
            raise UnexpectedFigure("the rows of the warehouse are not those of the source")
        self._say("   the warehouse holds exactly the rows of the source")
