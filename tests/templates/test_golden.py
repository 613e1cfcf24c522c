"""One scaffold in full: its diff shows what a change of the templates does to a connector.

To renew it: CONNECTOR_SDK_MCP_RENEW_GOLDEN=1 pytest tests/templates/test_golden.py
"""

from __future__ import annotations

import os
from pathlib import Path

from connector_sdk_mcp.tools.project import Workspace
from connector_sdk_mcp.tools.scaffold.engine import scaffold
from connector_sdk_mcp.tools.scaffold.models import TableSpec

# Each name ends in .golden: these are texts to compare, not code to check or a .gitignore that git obeys.
GOLDEN = Path(__file__).parent / "golden" / "rest_api"
TABLES = [
    TableSpec(name="orders", primary_key=["id"], cursor_field="updated_at"),
    TableSpec(name="customers", path="/v2/customers", primary_key=["id"], records_path="data.items"),
]


def test_the_golden_scaffold_is_the_one_that_is_written(workspace: Workspace) -> None:
    result = scaffold(
        workspace,
        "orders",
        pattern="rest_api",
        tables=TABLES,
        name="Orders of Acme",
        auth="bearer",
        base_url="https://api.acme.example/v1",
    )
    written = {file.path: (Path(result.project) / file.path).read_text("utf-8") for file in result.files}
    if os.environ.get("CONNECTOR_SDK_MCP_RENEW_GOLDEN"):
        for name, text in written.items():
            (GOLDEN / f"{name}.golden").write_text(text, "utf-8")
    assert written == {path.name.removesuffix(".golden"): path.read_text("utf-8") for path in GOLDEN.iterdir()}
