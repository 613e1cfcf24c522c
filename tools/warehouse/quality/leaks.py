"""Credentials among the data: those of the configuration, and what has the form of one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import duckdb

from ...secrets import known_formats
from ..protocol import Json
from ..quoting import identifier, text
from .tables import TableFacts, family, told

_SHORTEST = 6
_EXPECTED = "no credential is sent to the warehouse"


def check_leaks(
    connection: duckdb.DuckDBPyConnection, table: TableFacts, secrets: Sequence[str]
) -> Iterator[dict[str, Json]]:
    """The texts of a table that hold one; the secret itself is not told."""
    texts = [name for name, kind in table.own_columns.items() if family(kind) == "text" or kind == "JSON"]
    wrong = False
    for name in texts:
        column = identifier(name)
        form = f"regexp_matches({column}::VARCHAR, {text(known_formats().pattern)})"
        known = [f"contains({column}::VARCHAR, {text(secret)})" for secret in secrets if len(secret) >= _SHORTEST]
        sql = f"SELECT count(*) FILTER (WHERE {' OR '.join([form, *known])}) FROM {table.place}"
        [(count,)] = connection.execute(sql).fetchall()
        if count:
            wrong = True
            shown = f"SELECT * FROM {table.place} WHERE {form} LIMIT 20"
            observed = f"{count} of {table.rows} values hold a credential"
            yield told("secret-in-data", table.name, name, "fail", observed, _EXPECTED, shown)
    if texts and not wrong:
        shown = f"SELECT {', '.join(map(identifier, texts))} FROM {table.place} LIMIT 20"
        yield told("secret-in-data", table.name, None, "pass", f"{len(texts)} columns", _EXPECTED, shown)
