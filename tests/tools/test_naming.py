"""The SDK's names for those of a source, as a real sync makes them."""

from __future__ import annotations

import duckdb
from connector_sdk_mcp.tools.debug.models import Outcome
from connector_sdk_mcp.tools.debug.runs import Runs
from connector_sdk_mcp.tools.naming import column_name, table_name
from connector_sdk_mcp.tools.project import Workspace
from support import MakeProject, finished

NAMES = [
    "Users", "userId", "UserID", "HTTPServer", "größe", "naïve Name", "a.b", "a-b c", "x__y", "_lead", "trail_", "9abc",
    "a1b2", "A1", "ABCdef", "abcDEF", "abc_DEF", "öÖ", "emoji😀x", "a$b", "select", "MixedCASEName2Go", "X", "1", "__x",
    "x_1y", "ID2", "iPhone", "éclair", "straße", "日本", "a/b\\c", "Ünïcode9Name", "snake_case", "ﬁle", "x²", "№5",
]  # fmt: skip


def test_tables_and_columns_are_named_as_the_sdk_names_them(
    runs: Runs, make_project: MakeProject, workspace: Workspace
) -> None:
    body = f"""
for place, name in enumerate({NAMES!r}):
    op.upsert(f't{{chr(97 + place // 26)}}{{chr(97 + place % 26)}}', {{'id': 1, name: 1}})
    op.upsert(name, {{'place': place}})
"""
    project = make_project(body)
    assert finished(runs, workspace, runs.start(project)).outcome is Outcome.SUCCEEDED
    with duckdb.connect(str(project.warehouse), read_only=True) as connection:
        columns = connection.execute("SELECT table_name, column_name FROM duckdb_columns()").fetchall()
    tables = {table for table, _ in columns}
    own = {"id", "_fivetran_id", "_fivetran_deleted", "_fivetran_synced"}
    for place, name in enumerate(NAMES):
        table = f"t{chr(97 + place // 26)}{chr(97 + place % 26)}"
        assert {column for of, column in columns if of == table} - own == {column_name(name)}, name
        assert table_name(name) in tables, name
