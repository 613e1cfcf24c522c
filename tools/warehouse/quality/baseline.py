"""A table against itself in an older warehouse, which is attached as `baseline`."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

from ..protocol import Json
from ..quoting import identifier, text
from ..rows import cut_cell
from .tables import TableFacts, family, told

_FEW_ROWS, _CATEGORIES, _RISE = 20, 20, 0.2


def compare(connection: duckdb.DuckDBPyConnection, table: TableFacts, before: TableFacts) -> Iterator[dict[str, Json]]:
    """What came, went and changed since the baseline."""
    yield _columns(table, before)
    yield from _types(table, before)
    if table.key and table.key == before.key:
        yield _rows(connection, table, before)
    yield from _nulls(connection, table, before)
    yield from _categories(connection, table, before)


def _old(table: TableFacts) -> str:
    return f"baseline.{table.place}"


def _columns(table: TableFacts, before: TableFacts) -> dict[str, Json]:
    gone, come = sorted(before.own_columns.keys() - table.columns), sorted(table.own_columns.keys() - before.columns)
    status = "fail" if gone else "warn" if come else "pass"
    seen = "; ".join(f"{word}: {', '.join(names)}" for word, names in (("gone", gone), ("new", come)) if names)
    expected = "the columns of the baseline"
    sql = f"SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = {text(table.name)}"
    return told("baseline-columns", table.name, (gone or come or [None])[0], status, seen or "the same", expected, sql)


def _types(table: TableFacts, before: TableFacts) -> Iterator[dict[str, Json]]:
    other = {
        name: (before.columns[name], kind)
        for name, kind in table.own_columns.items()
        if before.columns.get(name, kind) != kind
    }
    for name, (old, new) in other.items():
        sql = f"SELECT {identifier(name)} FROM {table.place} LIMIT 20"
        yield told("baseline-types", table.name, name, "warn", f"{old} has become {new}", f"the type {old}", sql)
    if not other:
        sql = f"DESCRIBE {table.place}"
        yield told("baseline-types", table.name, None, "pass", "the same", "the types of the baseline", sql)


def _rows(connection: duckdb.DuckDBPyConnection, table: TableFacts, before: TableFacts) -> dict[str, Json]:
    """Keys that came, went, or stand for another row."""
    keys = [identifier(name) for name in table.key]
    shared = [identifier(name) for name in table.own_columns if name in before.columns and name not in table.key]
    using = ", ".join(keys)
    differs = " OR ".join(f"n.{name}::VARCHAR IS DISTINCT FROM o.{name}::VARCHAR" for name in shared) or "false"
    parts = {
        "added": f"SELECT {_of('n', keys)} FROM {table.place} n ANTI JOIN {_old(table)} o USING ({using})",
        "removed": f"SELECT {_of('o', keys)} FROM {_old(table)} o ANTI JOIN {table.place} n USING ({using})",
        "changed": f"SELECT {_of('n', keys)} FROM {table.place} n JOIN {_old(table)} o USING ({using}) WHERE {differs}",
    }
    seen = {word: _few(connection, sql, keys) for word, sql in parts.items()}
    removed = seen["removed"][0]
    observed = "; ".join(f"{count} {word}{example}" for word, (count, example) in seen.items())
    expected = "rows of the baseline are still there, if only soft-deleted"
    sql = f"SELECT {using} FROM {table.place} ORDER BY ALL LIMIT 100"
    return told("baseline-rows", table.name, None, "fail" if removed else "pass", observed, expected, sql)


def _of(side: str, keys: list[str]) -> str:
    return ", ".join(f"{side}.{key}" for key in keys)


def _few(connection: duckdb.DuckDBPyConnection, sql: str, keys: list[str]) -> tuple[int, str]:
    """How many, and the first keys of them."""
    names = ", ".join(f"{key}::VARCHAR" for key in keys)
    [(count,)] = connection.execute(f"SELECT count(*) FROM ({sql})").fetchall()
    rows = connection.execute(f"SELECT {names} FROM ({sql}) ORDER BY ALL LIMIT 3").fetchall() if count else []
    shown = ", ".join("/".join(str(cut_cell(value, 60)) for value in row) for row in rows)
    return int(count), f" ({shown}{', …' if count > len(rows) else ''})" if shown else ""


def _nulls(connection: duckdb.DuckDBPyConnection, table: TableFacts, before: TableFacts) -> Iterator[dict[str, Json]]:
    shared = [name for name in table.own_columns if name in before.columns]
    wrong = False
    if shared and min(table.rows, before.rows) >= _FEW_ROWS:
        counts = ", ".join(f"count({identifier(name)})" for name in shared)
        [new] = connection.execute(f"SELECT {counts} FROM {table.place}").fetchall()
        [old] = connection.execute(f"SELECT {counts} FROM {_old(table)}").fetchall()
        for name, filled, filled_before in zip(shared, new, old, strict=True):
            now, then = 1 - filled / table.rows, 1 - filled_before / before.rows
            if now - then > _RISE and filled:
                wrong = True
                observed, expected = f"{now:.0%} NULL, {then:.0%} before", "about as many NULLs as in the baseline"
                sql = f"SELECT * FROM {table.place} WHERE {identifier(name)} IS NULL LIMIT 20"
                yield told("baseline-nulls", table.name, name, "warn", observed, expected, sql)
    if not wrong:
        expected, sql = "about as many NULLs as in the baseline", f"SUMMARIZE {table.place}"
        yield told("baseline-nulls", table.name, None, "pass", f"{len(shared)} columns", expected, sql)


def _categories(
    connection: duckdb.DuckDBPyConnection, table: TableFacts, before: TableFacts
) -> Iterator[dict[str, Json]]:
    """Columns of few texts, each of which is there often."""
    texts = [
        name
        for name, kind in table.own_columns.items()
        if family(kind) == "text" and name not in table.key and before.columns.get(name) == kind
    ]
    wrong = False
    for name in texts if min(table.rows, before.rows) >= _FEW_ROWS else []:
        old, new = _values(connection, _old(table), name), _values(connection, table.place, name)
        if old is None or new is None or old == new:
            continue
        wrong = True
        observed = "; ".join(
            f"{word}: {', '.join(sorted(str(cut_cell(value, 40)) for value in values))}"
            for word, values in (("gone", old - new), ("new", new - old))
            if values
        )
        sql = f"SELECT {identifier(name)}, count(*) FROM {table.place} GROUP BY ALL ORDER BY ALL"
        yield told("baseline-categories", table.name, name, "warn", observed, "the categories of the baseline", sql)
    if not wrong:
        sql = f"SUMMARIZE {table.place}"
        told_of = f"{len(texts)} columns"
        yield told("baseline-categories", table.name, None, "pass", told_of, "the categories of the baseline", sql)


def _values(connection: duckdb.DuckDBPyConnection, place: str, column: str) -> set[str] | None:
    """The values of a column of categories; None for one that has many, or where they are mostly different."""
    quoted = identifier(column)
    sql = f"SELECT DISTINCT {quoted} FROM {place} WHERE {quoted} IS NOT NULL LIMIT {_CATEGORIES + 1}"
    values = {str(value) for (value,) in connection.execute(sql).fetchall()}
    [(filled,)] = connection.execute(f"SELECT count({quoted}) FROM {place}").fetchall()
    return values if 0 < len(values) <= min(_CATEGORIES, filled // 4) else None
