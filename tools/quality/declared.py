"""What schema() declares, as far as it stands in the code, against the tables that are there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ..naming import column_name, table_name
from ..validate.declared_tables import Declared
from ..warehouse.models import QualityCheck

_TABLES = "SELECT table_name FROM duckdb_tables()"


def check_declared(declared: Mapping[str, Declared], tables: Iterable[Mapping[str, Any]]) -> Iterator[QualityCheck]:
    """Each declared table is there, with its columns, and each that is there is declared."""
    there = {str(table["name"]): table for table in tables}
    known = {table_name(name): table.columns for name, table in declared.items()}
    for name, columns in known.items():
        yield _told("declared-table-missing", name, None, name not in there, "the declared table is there")
        if name in there:
            present = set(there[name]["columns"])
            missing = next((column for column in map(column_name, columns) if column not in present), None)
            yield _told("declared-column-missing", name, missing, missing is not None, "the declared columns are there")
    for name in there:
        yield _told("undeclared-table", name, None, name not in known, "schema() declares the table, with its key")


def _told(check: str, table: str, column: str | None, wrong: bool, expected: str) -> QualityCheck:
    what = f"column {column}" if column else "table"
    seen = "it is not declared" if check == "undeclared-table" else f"the {what} is missing"
    return QualityCheck(
        check=check,
        table=table,
        column=column,
        status="warn" if wrong else "pass",
        observed=seen if wrong else "as declared",
        expected=expected,
        sql=_TABLES if check != "declared-column-missing" else f'DESCRIBE tester."{table}"',
    )
