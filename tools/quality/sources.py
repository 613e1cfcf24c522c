"""The names that the source has for the tables and columns of a warehouse, as the last run sent them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..naming import column_name
from ..warehouse.models import TableDescription, WarehouseDescription
from .reconcile import LastRun


def with_source_names(found: WarehouseDescription, last: LastRun | None) -> WarehouseDescription:
    """The description, with `source_name` where the SDK has renamed something."""
    sent = {str(table["name"]): table for table in (last.sent if last else [])}
    tables = [_named(table, sent[table.name]) if table.name in sent else table for table in found.tables]
    return found.model_copy(update={"tables": tables})


def _named(table: TableDescription, sent: Mapping[str, Any]) -> TableDescription:
    names = {column_name(str(name)): str(name) for name in sent.get("columns", [])}
    columns = [
        column.model_copy(update={"source_name": names[column.name]})
        if names.get(column.name, column.name) != column.name
        else column
        for column in table.columns
    ]
    other = str(sent["table"])
    return table.model_copy(update={"columns": columns, "source_name": other if other != table.name else None})
