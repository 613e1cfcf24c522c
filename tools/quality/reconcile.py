"""What the last run sent, against what its tables hold."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from ..debug.job import read_json
from ..debug.runs import Runs
from ..naming import column_name
from ..project import ConnectorProject
from ..warehouse.models import QualityCheck

_FEW, _FACTOR = 10, 1.5


@dataclass(frozen=True)
class LastRun:
    """The last run of a project that ended by itself; `first` says that it began with nothing."""

    run_id: str
    first: bool
    sent: list[dict[str, Any]]

    @classmethod
    def of(cls, runs: Runs, project: ConnectorProject) -> LastRun | None:
        """None where no run of this project is on record, or it could not tell."""
        for record in runs.recent(project.workspace):
            end = read_json(runs.store.run_folder(record.run_id) / "end.json")
            if record.project == str(project.path) and isinstance(end, dict):
                known = cast("dict[str, Any]", end)
                if known.get("outcome") == "succeeded":
                    return cls(record.run_id, record.state_before in ({}, None), known.get("sent") or [])
        return None


def check_sent(last: LastRun | None, tables: Iterable[Mapping[str, Any]]) -> Iterator[QualityCheck]:
    """The counts of the last run, table by table; nothing where they are not known."""
    rows = {str(table["name"]): int(table["rows"]) for table in tables}
    by_name: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for sent in last.sent if last else []:
        by_name[str(sent["name"])].append(sent)
    for name, sources in by_name.items():
        if name in rows:
            yield _collision(name, [str(sent["table"]) for sent in sources])
            yield from (_columns(name, sent) for sent in sources)
            yield from (_updates(name, sent) for sent in sources if sent.get("updates"))
            if last and last.first:
                yield _upserts(name, sum(int(sent["upserts"]) for sent in sources), rows[name])


def _collision(name: str, sources: list[str]) -> QualityCheck:
    several = len(sources) > 1
    return QualityCheck(
        check="names-collide",
        table=name,
        status="fail" if several else "pass",
        observed=f"the tables {', '.join(sources)} of the source are one" if several else sources[0],
        expected="each table of the source has a table of its own",
        sql=f'SELECT * FROM tester."{name}" LIMIT 20',
    )


def _columns(name: str, sent: Mapping[str, Any]) -> QualityCheck:
    by_name: dict[str, list[str]] = defaultdict(list)
    for column in sent.get("columns", []):
        by_name[column_name(str(column))].append(str(column))
    several = {column: sources for column, sources in by_name.items() if len(sources) > 1}
    column = next(iter(several), None)
    return QualityCheck(
        check="columns-collide",
        table=name,
        column=column,
        status="fail" if several else "pass",
        observed=f"{', '.join(several[column])} are one column" if column else f"{len(by_name)} columns",
        expected="each field of the source has a column of its own",
        sql=f'SELECT "{column}" FROM tester."{name}" LIMIT 20' if column else f'DESCRIBE tester."{name}"',
    )


def _updates(name: str, sent: Mapping[str, Any]) -> QualityCheck:
    lost, checked = int(sent.get("updates_without_row", 0)), int(sent.get("updates_checked", 0))
    return QualityCheck(
        check="update-without-row",
        table=name,
        status="fail" if lost else "pass",
        observed=f"{lost} of {checked} updates met no row" + (f", as that of {sent['example']}" if lost else ""),
        expected="the row of an update is there: the SDK drops others silently; upsert makes it",
        sql=f'SELECT * FROM tester."{name}" LIMIT 20',
    )


def _upserts(name: str, upserts: int, rows: int) -> QualityCheck:
    """Of a run that began with nothing: no upsert, no row."""
    lost, merged = rows == 0 < upserts, upserts - rows >= _FEW and upserts > rows * _FACTOR
    return QualityCheck(
        check="keys-merged",
        table=name,
        status="fail" if lost else "warn" if merged else "pass",
        observed=f"{upserts} upserts have become {rows} rows",
        expected="on a first sync about as many rows as upserts: rows of the same key take each other's place",
        sql=f'SELECT count(*) FROM tester."{name}"',
    )
