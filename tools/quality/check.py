"""`check_data_quality`: the checks of the warehouse's file, of the last run's counts, of schema() and of the state."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, cast

from ..debug.job import read_json
from ..debug.runs import Runs
from ..naming import column_name, table_name
from ..project import ConnectorProject
from ..validate.declared_tables import declared_tables
from ..warehouse.ask import ask, warehouse_of
from ..warehouse.models import QualityCheck, QualityReport
from ..warehouse.protocol import Request
from ..warehouse.query import reading
from .declared import check_declared
from .interval import declared_interval
from .reconcile import LastRun, check_sent
from .state import check_state

_SECONDS = 300.0
_ORDER = {"fail": 0, "warn": 1, "pass": 2}


def check_data_quality(
    project: ConnectorProject, runs: Runs, *, tables: Sequence[str] = (), baseline: str = ""
) -> QualityReport:
    """The data of the last syncs. `tables` are names with or without schema; `baseline` is a snapshot to compare with.

    Raises WarehouseMissing, WarehouseBusy, QueryTimedOut, InvalidArguments (no such table or snapshot).
    """
    declared = declared_tables(project.path)
    configuration = read_json(project.path / "configuration.json")
    request = Request(
        "quality",
        str(warehouse_of(project)),
        _SECONDS,
        tables=tuple(tables),
        baseline=str(warehouse_of(project, baseline)) if baseline else "",
        keys={table_name(name): [*map(column_name, table.key)] for name, table in (declared or {}).items()},
        interval_seconds=declared_interval(configuration),
        secrets=tuple(runs.redactor(project.path).secrets),
    )
    with reading(runs.warehouse_lock(project)):
        answer = ask(request)
    described = cast("list[dict[str, Any]]", answer["tables"])
    last = LastRun.of(runs, project)
    found = [QualityCheck.model_validate(check) for check in cast("list[object]", answer["checks"])]
    found += check_sent(last, described)
    if declared is not None and not tables:
        found += check_declared(declared, described)
    if not tables:
        found += check_state(project.state, runs.redactor(project.path))
    return _report(found, last)


def _report(found: Iterable[QualityCheck], last: LastRun | None) -> QualityReport:
    checks = sorted(found, key=lambda each: (_ORDER[each.status], each.check, each.table, each.column or ""))
    counts = Counter(each.status for each in checks)
    summary = {status: counts[status] for status in ("fail", "warn", "pass")}
    return QualityReport(checks=checks, summary=summary, run_id=last.run_id if last else None)
