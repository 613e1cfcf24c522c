"""Rows at a declared interval: which are there twice, and which are missing."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

from ..protocol import Json
from ..quoting import identifier
from .tables import TableFacts, family, told

_TOLERANCE = 0.1


def check_series(
    connection: duckdb.DuckDBPyConnection, table: TableFacts, interval_seconds: float
) -> Iterator[dict[str, Json]]:
    """Of a table with one time among its key columns, or with one time and no key of its own."""
    keyless = table.key in ([], ["_fivetran_id"])
    asked = table.own_columns if keyless else table.key
    times = [name for name in asked if family(table.columns[name]) == "time"]
    if len(times) != 1 or (not keyless and len(asked) == 1 and not table.rows):
        return
    time = f"{identifier(times[0])}::TIMESTAMP"
    names = [name for name in asked if name != times[0] and (not keyless or family(table.columns[name]) == "text")]
    series = ", ".join(map(identifier, names))
    by, grouped = (f"PARTITION BY {series} ", f"{series}, moment") if series else ("", "moment")
    # Moments that stand for none have checks of their own.
    real = f"{time} > TIMESTAMP '1970-01-02' AND {time} < TIMESTAMP '2900-01-01'"
    source = f"(SELECT *, {time} AS moment FROM {table.place} WHERE {real})"
    doubles = f"SELECT {grouped}, count(*) AS rows FROM {source} GROUP BY ALL HAVING count(*) > 1"
    moments = f"(SELECT DISTINCT {grouped} FROM {source})"
    step = f"epoch(lead(moment) OVER ({by}ORDER BY moment)) - epoch(moment)"
    steps = f"SELECT {grouped}, {step} AS seconds FROM {moments}"
    gaps = f"SELECT * FROM ({steps}) WHERE seconds > {interval_seconds * 1.5}"
    [(usual,)] = connection.execute(f"SELECT median(seconds) FROM ({steps})").fetchall()
    if usual is None or abs(usual - interval_seconds) > interval_seconds * _TOLERANCE:
        # Not the table of which the configuration speaks.
        return
    for check, sql, word, expected in (
        ("interval-duplicates", doubles, "moments are there twice", "each series has one row a moment"),
        ("interval-gaps", gaps, "gaps", f"a row every {interval_seconds:g} seconds, as the configuration says"),
    ):
        [(count,)] = connection.execute(f"SELECT count(*) FROM ({sql})").fetchall()
        status = "warn" if count else "pass"
        yield told(check, table.name, times[0], status, f"{count} {word}", expected, f"{sql} LIMIT 20")
