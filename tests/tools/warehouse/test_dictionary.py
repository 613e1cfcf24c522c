"""The tables of a warehouse as Markdown."""

from __future__ import annotations

from connector_sdk_mcp.tools.project import ConnectorProject
from connector_sdk_mcp.tools.warehouse.describe import describe
from connector_sdk_mcp.tools.warehouse.dictionary import data_dictionary

USERS = """\
### `users`

Primary key: `id`. 3 rows, 1 of them deleted in the source.

| column | in the source | type | empty | example |
|---|---|---|---|---|
| `id` |  | BIGINT | never | 1 |
| `name` |  | VARCHAR | never | Ada |
| `score` |  | DECIMAL(10,2) | 33% | 1.50 |
| `_fivetran_deleted` |  | BOOLEAN | never | whether the row was deleted in the source |
| `_fivetran_synced` |  | TIMESTAMP WITH TIME ZONE | never | when the row was last sent |
"""


def test_a_table_is_a_section_with_its_columns(project: ConnectorProject) -> None:
    assert data_dictionary(describe(project, table="users", profile=True)) == USERS


def test_nothing_of_the_data_breaks_the_table(project: ConnectorProject) -> None:
    found = describe(project, table="users", profile=True)
    (table,) = found.tables
    odd = table.columns[1].model_copy(update={"samples": ["a | b\n<script>"]})
    text = data_dictionary(found.model_copy(update={"tables": [table.model_copy(update={"columns": [odd]})]}))
    assert text.splitlines()[-1] == "| `name` |  | VARCHAR | never | a \\| b &lt;script> |"
