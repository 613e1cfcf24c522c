"""The tables of a warehouse as Markdown, for a README's section on tables."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import JsonValue

from .models import TableColumn, TableDescription, WarehouseDescription

_SYSTEM = {
    "_fivetran_id": "made by the SDK from the whole row, because no key is declared",
    "_fivetran_deleted": "whether the row was deleted in the source",
    "_fivetran_synced": "when the row was last sent",
}
_HEAD = "| column | in the source | type | empty | example |\n|---|---|---|---|---|"


def data_dictionary(found: WarehouseDescription) -> str:
    """A section for each table: its key, its rows and its columns, as a profile tells them."""
    return "\n\n".join("\n".join(_section(table)) for table in found.tables) + "\n"


def _section(table: TableDescription) -> Iterator[str]:
    source = f", `{table.source_name}` in the source" if table.source_name else ""
    yield f"### `{table.name}`{source}\n"
    key = ", ".join(f"`{column}`" for column in table.primary_key) or "none"
    deleted = f", {table.soft_deleted_rows} of them deleted in the source" if table.soft_deleted_rows else ""
    yield f"Primary key: {key}. {table.rows} rows{deleted}.\n"
    yield _HEAD
    yield from map(_row, table.columns)


def _row(column: TableColumn) -> str:
    example = _SYSTEM.get(column.name) or _cell(next(iter(column.samples or []), None))
    empty = f"{column.null_fraction:.0%}" if column.null_fraction else "never"
    cells = (f"`{_cell(column.name)}`", _cell(column.source_name), _cell(column.type), empty, example)
    return f"| {' | '.join(cells)} |"


def _cell(value: JsonValue) -> str:
    """A value in a cell of a table."""
    text = "" if value is None else str(value)
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("\n", " ").replace("<", "&lt;")
