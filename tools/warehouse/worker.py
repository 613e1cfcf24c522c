"""The query worker: one process a call, `python -I -m connector_sdk_mcp.tools.warehouse.worker`.

One JSON request line on stdin, one JSON document on stdout: the answer, or {"error": {"code", "message"}}.
"""

from __future__ import annotations

import json
import os
import re

import duckdb

from ..errors import ConnectorSdkError, QueryRefused, QueryTimedOut
from .connection import open_warehouse, unreadable
from .judge import Judge
from .limits import read_request, set_limits
from .protocol import OPENED, OUT_OF_MEMORY, Json, Request
from .quality.engine import check_quality
from .rows import fetch
from .tables import describe_tables

# A query has nothing else to read, so these speak of the file.
_UNREADABLE = (duckdb.IOException, duckdb.SerializationException, duckdb.FatalException)
_EXCERPT = re.compile(r"\n\nLINE \d+: (.*)\n.*", re.DOTALL)


def answer(request: Request) -> dict[str, Json]:
    """The rows or tables that were asked for. Raises ConnectorSdkError."""
    try:
        connection, catalogue = open_warehouse(request.warehouse, request.baseline)
        os.write(2, OPENED)
        if request.action == "describe":
            return describe_tables(connection, request.table, profiled=request.profiled)
        if request.action == "quality":
            return check_quality(connection, request)
        Judge(catalogue).check(request.sql)
        return fetch(connection, request.sql, request.max_rows)
    except (MemoryError, duckdb.OutOfMemoryException) as error:
        raise QueryTimedOut(OUT_OF_MEMORY) from error
    except RecursionError as error:
        raise QueryRefused("The SQL, or a view in it, is nested too deeply. Split it into several queries.") from error
    except _UNREADABLE as error:
        raise unreadable(request.warehouse, error) from error
    except duckdb.Error as error:
        raise QueryRefused(f"DuckDB refused the query. {_message(error, request.sql)}") from error


def _message(error: duckdb.Error, sql: str) -> str:
    """DuckDB's words; its excerpt only where that shows the caller's text and not our rewriting of it."""
    text = str(error).strip()
    excerpt = _EXCERPT.search(text)
    if excerpt and excerpt[1].split("\n")[0].strip(" .") not in sql:
        return text[: excerpt.start()]
    return text


def main() -> None:
    """Answers one request and ends."""
    line = read_request()
    if not line:
        os._exit(1)
    request = Request(**json.loads(line))
    set_limits(request.timeout_seconds)
    try:
        document = answer(request)
    except ConnectorSdkError as error:
        document = {"error": {"code": error.code, "message": str(error)}}
    _write(json.dumps(document, ensure_ascii=False, allow_nan=False).encode())
    # Neither DuckDB nor the thread that waits for the caller needs to be taken down in order.
    os._exit(0)


def _write(data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(1, view) :]


if __name__ == "__main__":
    main()
