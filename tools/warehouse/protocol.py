"""What the server and the query worker say to each other: one request line in, one JSON document out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from ..errors import QueryRefused

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"

MAX_SQL_BYTES = 64 * 1024
# The worker says on stderr when the warehouse is open: a death before that is the file's, after it the query's.
OPENED = b"warehouse opened\n"

ALLOWED = (
    "Allowed is one reading statement: SELECT (also WITH, FROM, VALUES, UNPIVOT, PIVOT ... ON column IN (...)), "
    "DESCRIBE, SHOW TABLES, SUMMARIZE or EXPLAIN, over the warehouse's tables, information_schema, duckdb_tables and "
    "duckdb_columns."
)


@dataclass(frozen=True)
class Request:
    """One call of the worker; `sql` and `max_rows` serve a query, `table` and `profiled` a description, the
    rest the checks of the data."""

    action: Literal["query", "describe", "quality"]
    warehouse: str
    timeout_seconds: float
    sql: str = ""
    max_rows: int = 0
    table: str = ""
    profiled: bool = False
    tables: tuple[str, ...] = ()
    baseline: str = ""
    keys: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    interval_seconds: float = 0.0
    secrets: tuple[str, ...] = ()


def check_text(sql: str) -> None:
    """Raises QueryRefused for a text that DuckDB's parser must not see: too long, NUL, not Unicode."""
    if "\0" in sql:
        raise QueryRefused("The SQL holds a NUL character, at which DuckDB would stop to read. Take it out.")
    try:
        size = len(sql.encode())
    except UnicodeEncodeError as error:
        raise QueryRefused(f"The SQL is not valid Unicode at character {error.start + 1}. Write it again.") from error
    if size > MAX_SQL_BYTES:
        raise QueryRefused(f"The SQL is {size:,} bytes long; at most {MAX_SQL_BYTES:,} are read. Shorten it.")


OUT_OF_MEMORY = (
    "The query ran out of memory (1 GB, nothing is spilled to disk). Select fewer columns or rows, filter or aggregate "
    "earlier, and check joins and repeat()."
)
