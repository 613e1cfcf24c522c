"""One pass over a table: the figures of all of its columns, and what the checks say of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import duckdb

from ..protocol import Json
from ..quoting import identifier
from .columns import COLUMN_CHECKS, ColumnCheck, ColumnFacts

_SYSTEM = ("_fivetran_id", "_fivetran_deleted", "_fivetran_synced")
_IDENTITY = re.compile(r"(?:^|_)(?:id|key|uuid|guid|code|number|sku|email)$")
_FEW_ROWS = 10
# Each figure has patterns and counters of its own: hundreds of them need more address space than a worker has.
_COLUMNS_AT_ONCE = 10
_FAMILIES = {
    "text": ("VARCHAR",),
    "float": ("FLOAT", "DOUBLE"),
    "number": ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "DECIMAL"),
    "time": ("DATE", "TIMESTAMP"),
}


@dataclass(frozen=True)
class TableFacts:
    """A table of the warehouse; `place` is its quoted name, `shown` the one for readers."""

    schema: str
    name: str
    rows: int
    soft_deleted_rows: int
    key: list[str]
    columns: dict[str, str] = field(default_factory=dict[str, str])

    def keyed(self, declared: Mapping[str, list[str]]) -> TableFacts:
        """The same table, with the declared key where the file knows none."""
        key = declared.get(self.name, [])
        known = key and all(column in self.columns for column in key)
        return replace(self, key=key) if known and not self.key else self

    @property
    def place(self) -> str:
        """Quoted, with the schema."""
        return f"{identifier(self.schema)}.{identifier(self.name)}"

    @property
    def own_columns(self) -> dict[str, str]:
        """Those that the source sent."""
        return {name: kind for name, kind in self.columns.items() if name not in _SYSTEM}


def told(
    check: str, table: str, column: str | None, status: str, observed: str, expected: str, sql: str
) -> dict[str, Json]:
    """One check as it travels."""
    return {
        "check": check,
        "table": table,
        "column": column,
        "status": status,
        "observed": observed,
        "expected": expected,
        "sql": sql,
    }


def check_table(connection: duckdb.DuckDBPyConnection, table: TableFacts) -> Iterator[dict[str, Json]]:
    """Everything that a table says of itself."""
    columns = [ColumnFacts(name, family(kind), name in table.key) for name, kind in table.own_columns.items()]
    figures = _figures(connection, table, columns)
    for check in COLUMN_CHECKS:
        asked = [column for column in columns if column.kind in check.kinds]
        yield from _judged(check, table, asked, figures)
    yield from _deleted(table)
    yield from _surrogate(table, columns, figures)


def family(kind: str) -> str:
    """The family of a type: text, float, number, time or other."""
    return next((name for name, kinds in _FAMILIES.items() if kind.startswith(kinds) and "[" not in kind), "other")


def _figures(
    connection: duckdb.DuckDBPyConnection, table: TableFacts, columns: Sequence[ColumnFacts]
) -> dict[str, dict[str, Any]]:
    """The figures of each column, from one pass over them; a wide table is read in parts."""
    found: dict[str, dict[str, Any]] = {}
    for begin in range(0, len(columns), _COLUMNS_AT_ONCE):
        found |= _pass(connection, table, columns[begin : begin + _COLUMNS_AT_ONCE])
    return found


def _pass(
    connection: duckdb.DuckDBPyConnection, table: TableFacts, columns: Sequence[ColumnFacts]
) -> dict[str, dict[str, Any]]:
    asked: dict[tuple[str, str], str] = {}
    for column in columns:
        quoted = identifier(column.name)
        asked[column.name, "filled"] = f"count({quoted})"
        asked[column.name, "distinct"] = f"approx_count_distinct({quoted})"
        if table.key == ["_fivetran_id"] and _IDENTITY.search(column.name):
            asked[column.name, "unique"] = f"count(DISTINCT {quoted})"
        for check in COLUMN_CHECKS:
            if column.kind in check.kinds:
                asked |= {(column.name, name): sql for name, sql in _measures(check, quoted)}
    [values] = connection.execute(f"SELECT {', '.join(asked.values())} FROM {table.place}").fetchall()
    found: dict[str, dict[str, Any]] = {}
    for (column, figure), value in zip(asked, values, strict=True):
        found.setdefault(column, {"rows": table.rows})[figure] = value
    return found


def _measures(check: ColumnCheck, quoted: str) -> Iterator[tuple[str, str]]:
    """Name and SQL of each: a condition is counted, `#` counts distinct values, `:` is an aggregate by itself."""
    for name, template in check.measures.items():
        sql = template.format(c=quoted)
        if name.startswith("#"):
            yield name[1:], f"count(DISTINCT {sql})"
        elif name.startswith(":"):
            yield name[1:], sql
        else:
            yield name, f"count(*) FILTER (WHERE {sql})"


def _judged(
    check: ColumnCheck, table: TableFacts, columns: list[ColumnFacts], figures: Mapping[str, Mapping[str, Any]]
) -> Iterator[dict[str, Json]]:
    """What is wrong with each column, or that nothing is."""
    wrong = False
    for column in columns:
        if observed := check.judge(figures[column.name], column):
            wrong = True
            quoted = identifier(column.name)
            sql = f"SELECT * FROM {table.place} WHERE {check.where.format(c=quoted)} LIMIT 20"
            yield told(check.check, table.name, column.name, check.status, observed, check.expected, sql)
    if columns and not wrong:
        sql = f"SELECT {', '.join(identifier(column.name) for column in columns)} FROM {table.place} LIMIT 20"
        yield told(check.check, table.name, None, "pass", f"{len(columns)} columns", check.expected, sql)


def _deleted(table: TableFacts) -> Iterator[dict[str, Json]]:
    every = table.rows > 0 and table.soft_deleted_rows == table.rows
    yield told(
        "all-rows-deleted",
        table.name,
        None,
        "warn" if every else "pass",
        f"{table.soft_deleted_rows} of {table.rows} rows are soft-deleted",
        "a table that was synced has rows that are not deleted",
        f"SELECT count(*) FROM {table.place} WHERE _fivetran_deleted",
    )


def _surrogate(
    table: TableFacts, columns: Iterable[ColumnFacts], figures: Mapping[str, Mapping[str, Any]]
) -> Iterator[dict[str, Json]]:
    """A table without a key of its own, though one column could be it."""
    if table.key != ["_fivetran_id"]:
        return
    able = [
        column.name
        for column in columns
        if column.kind in ("text", "number") and _IDENTITY.search(column.name) and table.rows >= _FEW_ROWS
        if figures[column.name]["filled"] == table.rows and figures[column.name]["unique"] == table.rows
    ]
    yield told(
        "surrogate-key",
        table.name,
        able[0] if able else None,
        "warn" if able else "pass",
        f"no key is declared, and {able[0]} has another value in each row" if able else "no column could be the key",
        "schema() declares the column that tells rows apart as primary_key: without one equal rows merge",
        f"SELECT count(*), count(DISTINCT {identifier(able[0] if able else '_fivetran_id')}) FROM {table.place}",
    )
