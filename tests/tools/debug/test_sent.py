"""What a run sent to each table is counted beside the SDK's totals, and an update that met no row is seen."""

from __future__ import annotations

import json

import pytest
from connector_sdk_mcp.tools.debug.models import Outcome
from connector_sdk_mcp.tools.debug.runs import Runs
from connector_sdk_mcp.tools.project import Workspace
from support import MakeProject, finished

BODY = """
for number in range(5):
    op.upsert("items", {"id": number, "userId": number})
op.upsert("Other Table", data={"id": 1})
op.delete("items", {"id": 4})
op.update("items", {"id": 1, "userId": 9})
op.update("items", modified={"id": 77, "userId": 9})
op.checkpoint({"next": 1})
"""
ITEMS = {
    "table": "items",
    "name": "items",
    "columns": ["id", "userId"],
    "upserts": 5,
    "updates": 2,
    "deletes": 1,
    "truncates": 0,
    "updates_checked": 2,
    "updates_without_row": 1,
    "example": '{"id": "77"}',
}
OTHER = {
    "table": "Other Table",
    "name": "other_table",
    "columns": ["id"],
    "upserts": 1,
    "updates": 0,
    "deletes": 0,
    "truncates": 0,
}


@pytest.mark.parametrize(("end", "outcome"), [("", Outcome.SUCCEEDED), ("raise ValueError('no')", Outcome.FAILED)])
def test_each_table_is_counted_by_itself(
    end: str, outcome: Outcome, runs: Runs, make_project: MakeProject, workspace: Workspace
) -> None:
    run = finished(runs, workspace, runs.start(make_project(BODY + end)))
    assert run.outcome is outcome
    assert json.loads((runs.store.run_folder(run.run_id) / "end.json").read_text())["sent"] == [ITEMS, OTHER]


@pytest.mark.parametrize(
    "body",
    [
        "op.upsert('items', [1])",
        "op.upsert(['items'], {'id': 1})",
        "op.upsert('items')",
        "op.update('items', {'id': 10 ** 5000})",
        "op.update('items', {'id': 1, (1, 2): 3})",
        "op.upsert('items', {'id': 1, 5: 'x'})",
        "op.upsert(table=7, data=3)",
    ],
)
def test_what_the_sdk_refuses_it_refuses_as_before(
    body: str, runs: Runs, make_project: MakeProject, workspace: Workspace
) -> None:
    run = finished(runs, workspace, runs.start(make_project(body)))
    assert "launcher" not in " ".join(run.errors)
    assert "tally" not in " ".join(run.errors)
    if run.outcome is Outcome.FAILED:
        assert run.diagnosis is not None
        assert (run.diagnosis.file, run.diagnosis.line) == ("connector.py", 8)
