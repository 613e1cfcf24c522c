"""Schemas of thousands of tables are read in steps that grow with them."""

from __future__ import annotations

import pytest
from connector_sdk_mcp.tools.validate.engine import check_source, rule_by_id
from connector_sdk_mcp.tools.validate.rule import example_files
from connector_sdk_mcp.tools.validate.source import ProjectSource

RULES = [
    rule_by_id(name) for name in ("invalid-schema", "missing-primary-key", "undeclared-table", "over-typed-schema")
]
SHARED = 'KEY = ["id"]\nDECIMAL = {"type": "DECIMAL", "precision": 10, "scale": 2}\n'
ENTRIES = {
    "shared constants": '{{"table": "t{0}", "primary_key": KEY, "columns": {{"a": DECIMAL, "b": DECIMAL}}}}',
    "a helper": 'table("t{0}", KEY)',
    "a spread": '{{"table": "t{0}", **BASE}}',
}


@pytest.mark.parametrize("kind", ENTRIES)
def test_thousands_of_tables_that_share_a_constant_are_read(kind: str) -> None:
    entries = ",\n".join(ENTRIES[kind].format(number) for number in range(2000))
    code = (
        "from fivetran_connector_sdk import Connector, Operations as op\n"
        f'{SHARED}BASE = {{"primary_key": KEY}}\n'
        'def table(name, key):\n    return {"table": name, "primary_key": key}\n'
        f"def schema(configuration):\n    return [{entries}]\n"
        'def update(configuration, state):\n    op.upsert("t1", {})\n    op.upsert("other", {})\n'
        "connector = Connector(update=update, schema=schema)\n"
    )
    found = check_source(ProjectSource(example_files({"connector.py": code})), RULES)
    assert [finding.rule_id for finding in found] == ["undeclared-table"]
