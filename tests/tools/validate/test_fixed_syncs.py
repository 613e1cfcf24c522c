"""Connectors with a planted fault, synced by the real `fivetran debug` before and after the fix."""

from __future__ import annotations

import threading
from collections.abc import Generator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import duckdb
import pytest
from connector_sdk_mcp.tools.debug.models import Outcome
from connector_sdk_mcp.tools.debug.runs import Runs
from connector_sdk_mcp.tools.project import ConnectorProject, Workspace
from connector_sdk_mcp.tools.validate.engine import validate
from connector_sdk_mcp.tools.validate.fixing.engine import fix
from support import finished

from .fixing import written

Rows = list[tuple[object, ...]]
HEAD = "import json\nfrom fivetran_connector_sdk import Connector, Operations as op\n"
SCHEMA = 'def schema(configuration):\n    return [{"table": "items", "primary_key": ["id"]}]\n'
MADE = "connector = Connector(update=update, schema=schema)\n"
MAIN = "if __name__ == '__main__':\n    connector.debug(configuration=json.load(open('configuration.json')))\n"
ALL: Rows = [(1, "a"), (2, "b"), (3, "c")]
LOOP = '    for number, name in enumerate("abc", 1):\n        '
ROW = '"items", {"id": number, "name": name}'


@dataclass(frozen=True)
class Planted:
    """The rule that is fixed; what the table holds `before`, None where the sync fails, and `after`."""

    rule_id: str
    source: str
    before: Rows | None
    after: Rows = field(default_factory=lambda: ALL)
    configuration: str = '{"names": "abc"}\n'
    files: dict[str, str] = field(default_factory=dict[str, str])


def connector(update: str, head: str = HEAD, tail: str = SCHEMA + MADE + MAIN) -> str:
    return f"{head}def update(configuration, state):\n{update}{tail}"


def sent(call: str) -> str:
    return connector(f"{LOOP}{call}\n    op.checkpoint(state)\n")


SEND = f"def send(number, name):\n    yield op.upsert({ROW})\n"
PLANTED = {
    "update yields": Planted("yield-operation", sent(f"yield op.upsert({ROW})"), ALL),
    "a helper that nobody iterates": Planted("yield-operation", sent("send(number, name)") + SEND, []),
    "a helper that a loop drains": Planted(
        "yield-operation", sent("for _ in send(number, name):\n            pass") + SEND, ALL
    ),
    "a helper that is passed on": Planted("yield-operation", sent("yield from send(number, name)") + SEND, ALL),
    "a helper in another module": Planted(
        "yield-operation",
        sent("list(send(number, name))").replace(HEAD, f"{HEAD}from helpers import send\n"),
        ALL,
        files={"helpers.py": f"from fivetran_connector_sdk import Operations as op\n{SEND}"},
    ),
    "yield from a function that sends": Planted(
        "yield-operation", sent("yield from send(number, name)") + SEND.replace("yield ", ""), None
    ),
    "a wrong argument": Planted(
        "operation-arguments", sent('op.upsert(table="items", record={"id": number, "name": name})'), None
    ),
    "update with data": Planted(
        "operation-arguments",
        sent(f'op.upsert({ROW})\n        op.update(table="items", data={{"id": number, "name": name.upper()}})'),
        None,
        [(1, "A"), (2, "B"), (3, "C")],
    ),
    "delete with key": Planted(
        "operation-arguments",
        sent(f"op.upsert({ROW})").replace(
            "    op.checkpoint(state)\n", '    op.delete(table="items", key={"id": 9})\n    op.checkpoint(state)\n'
        ),
        None,
    ),
    "a key of the state that is not there": Planted(
        "state-key-assumed",
        connector(
            f'    if state["done"]:\n        return\n{LOOP}op.upsert({ROW})\n    op.checkpoint({{"done": False}})\n'
        ),
        None,
    ),
    "no import of the operations": Planted(
        "missing-sdk-import", sent(f"op.upsert({ROW})").replace(", Operations as op", ""), None
    ),
    "a connector in the main block": Planted(
        "missing-connector-object",
        connector(f"{LOOP}op.upsert({ROW})\n    op.checkpoint(state)\n", tail=SCHEMA)
        + "if __name__ == '__main__':\n    connector = Connector(update=update, schema=schema)\n"
        + "    connector.debug({})\n",
        None,
    ),
    "a connector of another name": Planted(
        "missing-connector-object",
        connector(
            f"{LOOP}op.upsert({ROW})\n    op.checkpoint(state)\n", tail=SCHEMA + MADE.replace("connector =", "mine =")
        ),
        None,
    ),
    "an absolute path": Planted(
        "absolute-configuration-path",
        sent(f"op.upsert({ROW})").replace(LOOP, f'    json.load(open("/configuration.json"))\n{LOOP}'),
        None,
    ),
    "a key of one text": Planted("invalid-schema", sent(f"op.upsert({ROW})").replace('["id"]', '"id"'), None),
    "a number in the configuration": Planted(
        "configuration-value-not-string", sent(f"op.upsert({ROW})"), None, configuration='{\n  "size": 3\n}\n'
    ),
    "no timeout": Planted(
        "request-without-timeout",
        connector(
            '    for row in requests.get(configuration["url"]).json():\n        op.upsert("items", row)\n'
            "    op.checkpoint(state)\n",
            head=f"import requests\n{HEAD}",
        ),
        ALL,
        configuration='{"url": "URL"}\n',
    ),
    "no validation": Planted(
        "missing-validate-configuration",
        connector(
            '    for number, name in enumerate(configuration["names"], 1):\n'
            f"        op.upsert({ROW})\n    op.checkpoint(state)\n"
        ),
        ALL,
    ),
    "a late validation": Planted(
        "validate-configuration-late",
        connector(
            '    names = configuration["names"]\n    validate_configuration(configuration)\n'
            f"    for number, name in enumerate(names, 1):\n        op.upsert({ROW})\n    op.checkpoint(state)\n"
        )
        + 'def validate_configuration(configuration):\n    if "names" not in configuration:\n'
        + '        raise ValueError("x")\n',
        ALL,
    ),
    "an import too many": Planted("unused-import", sent(f"op.upsert({ROW})").replace(HEAD, f"import csv\n{HEAD}"), ALL),
}


@pytest.fixture
def source() -> Generator[str]:
    """The address of a source that has three rows."""

    class Items(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            _ = self.wfile.write(b'[{"id": 1, "name": "a"}, {"id": 2, "name": "b"}, {"id": 3, "name": "c"}]')

        def log_message(self, format: str, *args: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Items)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/items"
    server.shutdown()
    thread.join()
    server.server_close()


def synced(runs: Runs, workspace: Workspace, project: ConnectorProject) -> Rows | None:
    """The rows of a first sync; None where it fails."""
    run = finished(runs, workspace, runs.start(project, state="fresh"))
    if run.outcome is not Outcome.SUCCEEDED:
        return None
    with duckdb.connect(str(project.path / "files" / "warehouse.db"), read_only=True) as warehouse:
        tables = warehouse.execute("SELECT table_schema, table_name FROM information_schema.tables").fetchall()
        named = [f'"{schema}"."{table}"' for schema, table in tables if table == "items"]
        return warehouse.execute(f"SELECT id, name FROM {named[0]} ORDER BY id").fetchall() if named else []


@pytest.mark.parametrize("case", PLANTED)
def test_a_fix_changes_what_the_fault_lost_and_nothing_else(
    case: str, source: str, runs: Runs, workspace: Workspace
) -> None:
    planted = PLANTED[case]
    folder: Path = written(
        workspace.roots[0] / "project",
        {
            "connector.py": planted.source,
            "configuration.json": planted.configuration.replace("URL", source),
            **planted.files,
        },
    )
    project = ConnectorProject.open(workspace, "project")
    assert synced(runs, workspace, project) == planted.before
    result = fix(folder, select=[planted.rule_id], apply=True)
    assert [each.reason for each in result.not_applied] == []
    assert result.applied
    assert validate(folder, select=[planted.rule_id]).findings == []
    assert synced(runs, workspace, project) == planted.after
