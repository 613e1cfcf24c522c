"""What the values of a table's columns are like: one aggregating pass, and a look at the first rows."""

from __future__ import annotations

from typing import TypeAlias

import duckdb
from duckdb.sqltypes import DuckDBPyType

from .protocol import Json
from .quoting import identifier
from .rows import cut_cell
from .values import exact, to_json

# Tables with more rows are profiled by that many, taken block by block.
MOST_ROWS = 1_000_000
# Up to here distinct values are counted, above they are estimated (HyperLogLog, at times a fifth off).
COUNTED_ROWS = 100_000
# Each column has sketches of its own: a table of hundreds needs more memory than a worker has.
COLUMNS_AT_ONCE = 40
_SAMPLES, _SAMPLED_ROWS, _VALUE_CHARACTERS = 3, 200, 80
_UNORDERED = frozenset({"list", "array", "struct", "map", "union", "blob", "bit", "variant"})
_Column: TypeAlias = dict[str, Json]


def profile(connection: duckdb.DuckDBPyConnection, table: str, columns: list[_Column], rows: int) -> int:
    """Adds null_fraction, distinct, min, max and samples to each of `columns`; returns how many rows were looked at.

    `table` is the quoted full name. A column of only NULLs has no min, max and samples.
    """
    relation = connection.sql(f"FROM {table}")
    kinds = dict(zip(relation.columns, relation.types, strict=True))
    source = f"{table} TABLESAMPLE system({100 * MOST_ROWS / rows:.6f}%) REPEATABLE (1)" if rows > MOST_ROWS else table
    seen = 0
    for begin in range(0, len(columns), COLUMNS_AT_ONCE):
        part = columns[begin : begin + COLUMNS_AT_ONCE]
        seen = _profile(connection, source, part, kinds, counted=rows <= COUNTED_ROWS)
        for column, samples in zip(part, _samples(connection, table, part, kinds), strict=True):
            column |= {"samples": [*samples]} if samples else {}
    return seen


def _profile(
    connection: duckdb.DuckDBPyConnection,
    source: str,
    columns: list[_Column],
    kinds: dict[str, DuckDBPyType],
    *,
    counted: bool,
) -> int:
    """One pass for so many columns as the memory of a worker allows."""
    names = [str(column["name"]) for column in columns]
    parts = [part for name in names for part in _aggregates(name, kinds[name], counted=counted)]
    [(seen, *found)] = connection.execute(f"SELECT count(*), {', '.join(parts)} FROM {source}").fetchall()
    for place, column in enumerate(columns):
        filled, distinct, least, most = found[place * 4 : place * 4 + 4]
        column["null_fraction"] = round(1 - filled / seen, 4) if seen else 0.0
        column["distinct"] = min(int(distinct), int(filled))
        if filled and not _is_unordered(kinds[names[place]]):
            column["min"], column["max"] = _short(least), _short(most)
    return int(seen)


def _aggregates(name: str, kind: DuckDBPyType, *, counted: bool) -> list[str]:
    """Filled values, distinct ones, the least and the greatest."""
    column = identifier(name)
    distinct = f"count(DISTINCT {column})" if counted else f"approx_count_distinct({column})"
    if _is_unordered(kind):
        return [f"count({column})", distinct, "NULL", "NULL"]
    return [f"count({column})", distinct, exact(f"min({column})", kind), exact(f"max({column})", kind)]


def _is_unordered(kind: DuckDBPyType) -> bool:
    return kind.id in _UNORDERED or str(kind) == "JSON"


def _samples(
    connection: duckdb.DuckDBPyConnection, table: str, columns: list[_Column], kinds: dict[str, DuckDBPyType]
) -> list[list[Json]]:
    """The first distinct values of each column among the first rows."""
    names = [str(column["name"]) for column in columns]
    shown = ", ".join(exact(identifier(name), kinds[name]) for name in names)
    rows = connection.execute(f"SELECT {shown} FROM {table} LIMIT {_SAMPLED_ROWS}").fetchall()
    return [_few([row[place] for row in rows]) for place in range(len(names))]


def _few(values: list[object]) -> list[Json]:
    """The first distinct ones that are there."""
    short = [_short(value) for value in values if value is not None]
    return [value for place, value in enumerate(short) if value not in short[:place]][:_SAMPLES]


def _short(value: object) -> Json:
    return cut_cell(to_json(value), _VALUE_CHARACTERS)
