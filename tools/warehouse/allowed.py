"""What a query may name besides the warehouse's own tables."""

from __future__ import annotations

TABLE_FUNCTIONS = frozenset(
    {
        "range",
        "generate_series",
        "unnest",
        "json_each",
        "json_tree",
        "duckdb_tables",
        "duckdb_columns",
        "pragma_table_info",
    }
)

SYSTEM_VIEWS = frozenset({"duckdb_tables", "duckdb_columns", "sqlite_master"})
SYSTEM_SCHEMA = "information_schema"
SHOWN_LISTS = frozenset({"tables", "schemas", "__show_tables_expanded"})

# DuckDB's catalogue, read name by name: these reach settings, variables, sequences, the log, the planner or the clock
# of the worker; everything else computes with its arguments. getenv exists in the duckdb shell only.
REFUSED_FUNCTIONS = frozenset(
    {
        "current_setting",
        "currval",
        "getenv",
        "getvariable",
        "json_deserialize_sql",
        "json_execute_serialized_sql",
        "json_serialize_plan",
        "json_serialize_sql",
        "nextval",
        "pg_sleep",
        "setval",
        "sleep_ms",
        "variant_bytes_to_variant",
        "write_log",
    }
)
# __internal_*: no checks of their arguments. The rest are table functions, should one ever serve as a scalar.
REFUSED_PREFIXES = ("__internal_", "read_", "write_", "duckdb_", "pragma_", "parquet_", "enable_", "disable_", "glob")

# The tree's own vocabulary: what is not listed is refused, so that a later DuckDB cannot bring an unjudged kind.
QUERY_NODES = frozenset({"SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE"})
TABLE_REFERENCES = frozenset(
    {"EMPTY", "BASE_TABLE", "SUBQUERY", "JOIN", "TABLE_FUNCTION", "EXPRESSION_LIST", "PIVOT", "SHOW_REF"}
)


def is_refused_function(name: str) -> bool:
    """Whether a scalar, aggregate or window function reaches beyond its arguments."""
    return name in REFUSED_FUNCTIONS or (name.startswith(REFUSED_PREFIXES) and name not in TABLE_FUNCTIONS)
