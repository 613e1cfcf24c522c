"""Rows of one reading statement over a project's warehouse."""

from __future__ import annotations

import contextlib
from pathlib import Path

from ..errors import InvalidArguments
from ..project import ConnectorProject
from .ask import ask, warehouse_of
from .locks import warehouse_lock
from .models import QueryResult
from .protocol import Request, check_text

MOST_ROWS = 10_000
LONGEST_SECONDS = 300.0
LOCK_WAIT_SECONDS = 1.0


def query(
    project: ConnectorProject,
    sql: str,
    *,
    max_rows: int = 100,
    timeout_seconds: float = 30.0,
    snapshot: str = "",
    lock_file: Path | None = None,
) -> QueryResult:
    """Rows of one query, at most `max_rows`, in the query's own order; unqualified tables are found in any schema.

    `snapshot` names a warehouse that a run kept (`keep_as`), in the place of the project's own.

    Raises QueryRefused, QueryTimedOut, WarehouseMissing, WarehouseBusy, InvalidArguments (limits, no such
    snapshot).
    """
    if not 1 <= max_rows <= MOST_ROWS:
        raise InvalidArguments(f"max_rows is {max_rows}; give 1 to {MOST_ROWS:,}.")
    if not 1 <= timeout_seconds <= LONGEST_SECONDS:
        raise InvalidArguments(f"timeout_seconds is {timeout_seconds:g}; give 1 to {LONGEST_SECONDS:g}.")
    check_text(sql)
    request = Request("query", str(warehouse_of(project, snapshot)), timeout_seconds, sql=sql, max_rows=max_rows)
    with reading(lock_file):
        return QueryResult.model_validate(ask(request))


def reading(lock_file: Path | None) -> contextlib.AbstractContextManager[None]:
    """The project's lock in its shared form, or nothing where the caller has none."""
    if lock_file is None:
        return contextlib.nullcontext()
    return warehouse_lock(lock_file, shared=True, wait_seconds=LOCK_WAIT_SECONDS)
