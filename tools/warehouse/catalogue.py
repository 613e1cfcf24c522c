"""The names in a warehouse that a query may use."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import duckdb

SDK_SCHEMA = "tester"
_PLAIN = re.compile(r"[a-z_][a-z0-9_]*")


@dataclass(frozen=True)
class Catalogue:
    """Tables and views by schema, all in lower case; `views` holds the SQL of each view.

    An unqualified name is looked up in `search_path`. `functions` are the macros stored in the file.
    """

    database: str = "warehouse"
    tables: frozenset[tuple[str, str]] = frozenset()
    views: Mapping[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])
    functions: frozenset[str] = frozenset()
    search_path: tuple[str, ...] = ("main",)

    @classmethod
    def read(cls, connection: duckdb.DuckDBPyConnection) -> Catalogue:
        """The names of the open warehouse."""
        here = "WHERE database_name = current_database() AND NOT internal"
        tables = _names(connection, f"SELECT schema_name, table_name FROM duckdb_tables() {here}")
        views = _names(connection, f"SELECT schema_name, view_name, sql FROM duckdb_views() {here}")
        functions = _names(connection, "SELECT function_name FROM duckdb_functions() WHERE NOT internal")
        return cls(
            database=_names(connection, "SELECT current_database()")[0][0].lower(),
            tables=frozenset((schema.lower(), name.lower()) for schema, name in tables),
            views={(schema.lower(), name.lower()): sql for schema, name, sql in views},
            functions=frozenset(name.lower() for (name,) in functions),
            search_path=_search_path({row[0].lower() for row in [*tables, *views]}),
        )

    def find(self, database: str, schema: str, name: str) -> tuple[str, str] | None:
        """Schema and name of the table or view that a reference means."""
        if database not in ("", self.database):
            return None
        schemas = [schema] if schema else list(self.search_path)
        if not database and schema == self.database:
            schemas.append("main")
        return next((at for at in ((s, name) for s in schemas) if at in self.tables or at in self.views), None)

    def names(self) -> list[str]:
        """All tables and views as `schema.name`, without the SDK's own table."""
        shown = [f"{schema}.{name}" for schema, name in {*self.tables, *self.views}]
        return sorted(name for name in shown if name != "main._fivetran_metadata")


def _names(connection: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[str, ...]]:
    return [tuple(str(name) for name in row) for row in connection.execute(sql).fetchall()]


def _search_path(schemas: set[str]) -> tuple[str, ...]:
    """The SDK's schema first; names that SET search_path would have to quote are reached by their full name only."""
    plain = sorted(schema for schema in schemas if _PLAIN.fullmatch(schema) and schema not in (SDK_SCHEMA, "main"))
    return (*([SDK_SCHEMA] if SDK_SCHEMA in schemas else []), *plain, "main")
