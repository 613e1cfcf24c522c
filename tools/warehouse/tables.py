"""Tables of an open warehouse: columns, primary key, rows, soft-deleted rows."""

from __future__ import annotations

from collections import defaultdict

import duckdb

from ..errors import InvalidArguments
from .profile import profile
from .protocol import Json
from .quoting import identifier

_TABLES = """
    SELECT schema_name, table_name FROM duckdb_tables()
    WHERE database_name = current_database() AND NOT internal AND (schema_name <> 'main' OR table_name <> ?)
    ORDER BY ALL
"""
_COLUMNS = """
    SELECT schema_name, table_name, column_name, data_type FROM duckdb_columns()
    WHERE database_name = current_database() AND NOT internal ORDER BY schema_name, table_name, column_index
"""
_KEYS = """
    SELECT schema_name, table_name, constraint_column_names FROM duckdb_constraints()
    WHERE database_name = current_database() AND constraint_type = 'PRIMARY KEY'
"""
_SDK_TABLE = "_fivetran_metadata"
_DELETED: dict[str, Json] = {"name": "_fivetran_deleted", "type": "BOOLEAN"}


def describe_tables(connection: duckdb.DuckDBPyConnection, table: str, *, profiled: bool = False) -> dict[str, Json]:
    """All synced tables, or those that `table` names with or without their schema. Raises InvalidArguments."""
    found = [(str(schema), str(name)) for schema, name in connection.execute(_TABLES, [_SDK_TABLE]).fetchall()]
    columns: dict[tuple[str, str], list[dict[str, Json]]] = defaultdict(list)
    for schema, name, column, kind in connection.execute(_COLUMNS).fetchall():
        columns[schema, name].append({"name": column, "type": kind})
    keys = {(schema, name): key for schema, name, key in connection.execute(_KEYS).fetchall()}
    # Names are given in full: a schema may bear the name of the database.
    database = str(connection.execute("SELECT current_database()").fetchall()[0][0])
    tables: list[Json] = []
    for schema, name in _wanted(found, table):
        place = ".".join(map(identifier, (database, schema, name)))
        rows, deleted = _counts(connection, place, columns[schema, name])
        described: dict[str, Json] = {
            "schema": schema,
            "name": name,
            "rows": rows,
            "soft_deleted_rows": deleted,
            "primary_key": keys.get((schema, name), []),
        }
        if profiled:
            described["profiled_rows"] = profile(connection, place, columns[schema, name], rows)
        tables.append({**described, "columns": [*columns[schema, name]]})
    return {"tables": tables}


def _wanted(found: list[tuple[str, str]], table: str) -> list[tuple[str, str]]:
    asked = table.lower()
    wanted = [at for at in found if asked in ("", at[1].lower(), ".".join(at).lower())]
    if asked and not wanted:
        names = ", ".join(".".join(at) for at in found[:40]) or "none; run a sync that sends rows first"
        raise InvalidArguments(f"There is no table {table!r} in the warehouse. Its tables: {names}.")
    return wanted


def _counts(connection: duckdb.DuckDBPyConnection, table: str, columns: list[dict[str, Json]]) -> tuple[int, int]:
    deleted = "count(*) FILTER (WHERE _fivetran_deleted)" if _DELETED in columns else "0"
    [(rows, soft_deleted)] = connection.execute(f"SELECT count(*), {deleted} FROM {table}").fetchall()
    return int(rows), int(soft_deleted)
