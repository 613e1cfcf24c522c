"""What a question to the warehouse answers."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue


class Column(BaseModel):
    """A column with DuckDB's name of its type."""

    model_config = ConfigDict(frozen=True)

    name: str
    type: str


class TableColumn(Column):
    """A column of a table; all but the source's name for it, where that is another, is told of a profile."""

    source_name: str | None = None
    null_fraction: float | None = None
    distinct: int | None = None
    min: JsonValue = None
    max: JsonValue = None
    samples: list[JsonValue] | None = None


class QueryResult(BaseModel):
    """Rows of one query in its own order; `truncated` when it had more, and `more` says how to get them.

    What JSON numbers cannot hold travels as text: integers over 2^53, HUGEINT, DECIMAL, NaN, Infinity.
    """

    model_config = ConfigDict(frozen=True)

    columns: list[Column]
    rows: list[list[JsonValue]]
    row_count: int
    truncated: bool
    elapsed_ms: int
    more: str | None = None
    masked_cells: int | None = None


class TableDescription(BaseModel):
    """A synced table; `rows` counts all of its rows, the soft-deleted ones among them.

    `profiled_rows` are those that a profile looked at; where more than 100,000, `distinct` is an estimate.
    """

    model_config = ConfigDict(frozen=True, validate_by_name=True, serialize_by_alias=True)

    schema_name: str = Field(alias="schema")
    name: str
    source_name: str | None = None
    rows: int
    soft_deleted_rows: int
    primary_key: list[str]
    profiled_rows: int | None = None
    columns: list[TableColumn]


class WarehouseDescription(BaseModel):
    """The tables of a warehouse by schema and name; `more` says what was left out of a long answer."""

    model_config = ConfigDict(frozen=True, serialize_by_alias=True)

    tables: list[TableDescription]
    more: str | None = None


class QualityCheck(BaseModel):
    """One check of one table or column. `sql` shows what it has seen; `fail` and `warn` are what needs a look."""

    model_config = ConfigDict(frozen=True)

    check: str
    table: str
    column: str | None = None
    status: Literal["pass", "warn", "fail"]
    observed: str
    expected: str
    sql: str


class QualityReport(BaseModel):
    """The checks, those that fail first; `run_id` is the run whose counts were compared."""

    model_config = ConfigDict(frozen=True)

    checks: list[QualityCheck]
    summary: dict[str, int]
    run_id: str | None = None
    more: str | None = None
