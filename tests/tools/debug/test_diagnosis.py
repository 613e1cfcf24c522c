"""Each cause of a failure that a real run meets: whose it is, where, which rule, and what to do."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from connector_sdk_mcp.tools.debug.diagnosis.causes import CAUSES
from connector_sdk_mcp.tools.debug.diagnosis.engine import diagnose
from connector_sdk_mcp.tools.debug.diagnosis.facts import Facts
from connector_sdk_mcp.tools.debug.limits import Limits
from connector_sdk_mcp.tools.debug.models import Diagnosis, Outcome
from connector_sdk_mcp.tools.debug.runs import Runs
from connector_sdk_mcp.tools.project import Workspace
from connector_sdk_mcp.tools.validate.discovery import all_rules
from support import HEAD, TAIL, MakeProject, finished

ROW = "op.upsert('items', {'id': 1})\n"
CHECKPOINT = "op.checkpoint({'next': 1})\n"
GET = "import requests\nrequests.get(configuration['url'], timeout=0.5).raise_for_status()"
URLLIB = "import urllib.request\nurllib.request.urlopen(configuration['url'], timeout=5)"
WRAPPED = """
import requests
try:
    requests.get(configuration["url"], timeout=5).raise_for_status()
except requests.HTTPError as error:
    raise RuntimeError("the sync failed") from error
"""
LOCAL = "http://127.0.0.1"


class Statuses(BaseHTTPRequestHandler):
    """Answers with the status that the path names."""

    def do_GET(self) -> None:
        self.send_response(int(self.path.strip("/")))
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


@pytest.fixture(scope="module")
def source() -> Generator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Statuses)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"{LOCAL}:{server.server_port}"
    server.shutdown()
    server.server_close()


def diagnosed(runs: Runs, workspace: Workspace, project: object, outcome: Outcome = Outcome.FAILED) -> Diagnosis | None:
    run = finished(runs, workspace, runs.start(project))  # pyright: ignore[reportArgumentType]
    assert run.outcome is outcome, run.errors
    return run.diagnosis


def told(diagnosis: Diagnosis | None) -> tuple[str, str | None, int | None, str | None]:
    assert diagnosis is not None
    assert diagnosis.hint
    return diagnosis.kind, diagnosis.file, diagnosis.line, diagnosis.rule_id


@pytest.mark.parametrize(
    ("body", "kind", "line", "rule_id", "says"),
    [
        ("op.upsert('items', {'id': None})", "code", 8, None, "key column id"),
        ("op.upsert('items', [1])", "code", 8, "operation-data-not-record", "a list"),
        ("op.upsert('items')", "code", 8, "operation-arguments", "'data'"),
        ("op.update(table='items', data={'id': 1})", "code", 8, "operation-arguments", "op.update"),
        ("op.insert('items', {'id': 1})", "code", 8, "unknown-operation", "insert"),
        ("log.warn('careful')", "code", 8, "unknown-log-method", "warn"),
        ("log.info('%s', 1)", "code", 8, "log-arguments", "log.info"),
        ("op.checkpoint({'at': {1}})", "code", 8, "unserializable-state", "a set"),
        ("since = state['cursor']", "code", 8, "state-key-assumed", "'cursor'"),
        ("key = configuration['api_key']", "configuration", 8, "configuration-key-undefined", "'api_key'"),
        ("row = {}\nrow['name']", "code", 9, None, "'name'"),
        ("import not_there_at_all", "environment", 8, "requirement-missing", "not_there_at_all"),
        ("import hypothesis", "environment", 8, "requirement-missing", "hypothesis"),
        ("absent()", "code", 8, "undefined-name", "absent"),
        ("op.error('enough')", "code", None, None, "op.error: enough"),
        ("raise MemoryError", "resources", 8, "unbounded-memory", "memory"),
        ("os._exit(0)", "code", None, "exit-call", "left with exit code 0"),
        ("sys.exit(1)", "code", None, "exit-call", "ended the process"),
        ("import socket\nsocket.create_connection(('127.0.0.1', 9), timeout=3)", "source", 9, None, "refused"),
        ("import requests\nrequests.get('http://no-such-host.invalid', timeout=5)", "source", 9, None, "DNS"),
        ("raise ValueError('Missing required configuration: api_key')", "configuration", 8, None, "refuses"),
        ("def again():\n    again()\nagain()", "code", 9, None, "recursion"),
    ],
)
def test_a_failure_is_diagnosed(
    body: str,
    kind: str,
    line: int | None,
    rule_id: str | None,
    says: str,
    runs: Runs,
    make_project: MakeProject,
    workspace: Workspace,
) -> None:
    diagnosis = diagnosed(runs, workspace, make_project(body))
    assert told(diagnosis) == (kind, "connector.py" if line else None, line, rule_id)
    assert diagnosis is not None
    assert says in diagnosis.summary


@pytest.mark.parametrize("body", [GET, WRAPPED])
@pytest.mark.parametrize(
    ("status", "kind", "rule_id"),
    [
        (401, "configuration", None),
        (403, "configuration", None),
        (404, "source", None),
        (429, "source", "missing-retry"),
        (503, "source", "missing-retry"),
    ],
)
def test_an_answer_of_the_source_is_diagnosed_also_where_it_is_wrapped(
    status: int,
    kind: str,
    rule_id: str | None,
    body: str,
    source: str,
    runs: Runs,
    make_project: MakeProject,
    workspace: Workspace,
) -> None:
    diagnosis = diagnosed(runs, workspace, make_project(body, {"url": f"{source}/{status}"}))
    assert told(diagnosis) == (kind, "connector.py", 10 if body == WRAPPED else 9, rule_id)
    assert diagnosis is not None
    assert str(status) in diagnosis.summary


@contextmanager
def silent() -> Generator[str]:
    """A source that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"{LOCAL}:{server.getsockname()[1]}"


def test_a_silent_source_and_one_without_tls_are_diagnosed(
    source: str, runs: Runs, make_project: MakeProject, workspace: Workspace
) -> None:
    with silent() as url:
        slow = diagnosed(runs, workspace, make_project(GET, {"url": url}))
    assert told(slow) == ("source", "connector.py", 9, "missing-retry")
    plain = diagnosed(runs, workspace, make_project(GET, {"url": source.replace("http", "https")}))
    assert told(plain) == ("source", "connector.py", 9, None)


CONNECTOR = HEAD + "def update(configuration, state):\n    pass" + TAIL


UNLOADED = {
    "update(:\n": ("code", 1, "syntax-error"),
    "x = 1\n": ("code", None, "missing-connector-object"),
    CONNECTOR.replace("connector =", "conn ="): ("code", None, "missing-connector-object"),
    CONNECTOR.replace("state)", "st)"): ("code", None, "update-signature"),
    CONNECTOR.replace("schema(configuration)", "schema()"): ("code", None, "schema-signature"),
    "import nothing_here\n" + CONNECTOR: ("environment", 1, "requirement-missing"),
    "from fivetran_connector_sdk import Nothing\n": ("code", 1, "missing-sdk-import"),
    HEAD + "raise ValueError('at load')\n": ("code", 7, None),
    CONNECTOR.replace("return [{", "1 / 0\n    return [{"): ("code", 5, "invalid-schema"),
}


@pytest.mark.parametrize("text", UNLOADED)
def test_code_that_cannot_be_loaded_is_diagnosed(
    text: str, runs: Runs, make_project: MakeProject, workspace: Workspace
) -> None:
    project = make_project(ROW)
    (project.path / "connector.py").write_text(text)
    kind, line, rule_id = UNLOADED[text]
    assert told(diagnosed(runs, workspace, project)) == (kind, "connector.py", line, rule_id)


def test_a_state_file_that_was_given_is_the_one_that_is_named(
    runs: Runs, make_project: MakeProject, workspace: Workspace
) -> None:
    project = make_project(ROW)
    (project.path / "at100.json").write_text("[1]")
    run = finished(runs, workspace, runs.start(project, state="at100.json"))
    assert told(run.diagnosis) == ("configuration", "at100.json", None, None)


@pytest.mark.parametrize("library", ["urllib", "httpx"])
def test_a_refused_credential_is_told_in_the_words_of_each_library(
    library: str, source: str, runs: Runs, make_project: MakeProject, workspace: Workspace
) -> None:
    httpx = "import httpx\nhttpx.get(configuration['url'], timeout=5).raise_for_status()"
    project = make_project(URLLIB if library == "urllib" else httpx, {"url": f"{source}/401"})
    (project.path / "requirements.txt").write_text("httpx\n" if library == "httpx" else "")
    assert told(diagnosed(runs, workspace, project)) == ("configuration", "connector.py", 9, None)


def test_a_run_at_its_time_limit_is_diagnosed(runs: Runs, make_project: MakeProject, workspace: Workspace) -> None:
    project = make_project("import signal\nsignal.pause()")
    run = finished(runs, workspace, runs.start(project, limits=Limits(timeout_seconds=4)))
    assert run.outcome is Outcome.TIMED_OUT
    assert told(run.diagnosis) == ("resources", None, None, None)


@pytest.mark.parametrize(
    ("file", "text", "rule_id"),
    [
        ("configuration.json", "{x", "invalid-configuration"),
        ("configuration.json", '{"a": 1}', "configuration-value-not-string"),
        ("files/state.json", "{x", None),
    ],
)
def test_a_configuration_or_state_that_is_refused_is_diagnosed(
    file: str, text: str, rule_id: str | None, runs: Runs, make_project: MakeProject, workspace: Workspace
) -> None:
    project = make_project(ROW)
    project.files.mkdir()
    (project.path / file).write_text(text)
    assert told(diagnosed(runs, workspace, project)) == ("configuration", file, None, rule_id)


@pytest.mark.parametrize(
    ("body", "rule_id"),
    [
        ("pass", "generator-never-run"),
        (ROW, "missing-checkpoint"),
        ("log.error('could not read table a')\n" + ROW + CHECKPOINT, "logged-and-lost"),
        (ROW + CHECKPOINT, None),
    ],
)
def test_a_doubtful_success_is_diagnosed_and_a_good_one_is_not(
    body: str, rule_id: str | None, runs: Runs, make_project: MakeProject, workspace: Workspace
) -> None:
    diagnosis = diagnosed(runs, workspace, make_project(body), Outcome.SUCCEEDED)
    assert (diagnosis.rule_id if diagnosis else None) == rule_id


def test_an_incremental_sync_without_news_is_no_doubt(
    runs: Runs, make_project: MakeProject, workspace: Workspace
) -> None:
    assert diagnosed(runs, workspace, make_project(ROW + CHECKPOINT), Outcome.SUCCEEDED) is None
    assert diagnosed(runs, workspace, make_project(CHECKPOINT), Outcome.SUCCEEDED) is None


HOLD = "import duckdb, sys\nheld = duckdb.connect(sys.argv[1], read_only=True)\nprint(flush=True)\nsys.stdin.read()"


def test_a_warehouse_that_the_user_has_open_is_diagnosed(
    runs: Runs, make_project: MakeProject, workspace: Workspace
) -> None:
    project = make_project(ROW + CHECKPOINT)
    finished(runs, workspace, runs.start(project))
    argv = [sys.executable, "-c", HOLD, str(project.warehouse)]
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdin is not None
        holder.stdout.readline()
        diagnosis = diagnosed(runs, workspace, project)
        holder.stdin.close()
    assert told(diagnosis) == ("environment", None, None, None)
    assert diagnosis is not None
    assert f"process {holder.pid}" in diagnosis.summary


def test_the_requirement_to_add_is_named_in_the_version_that_is_known(
    runs: Runs, make_project: MakeProject, workspace: Workspace
) -> None:
    diagnosis = diagnosed(runs, workspace, make_project("import hypothesis"))
    assert diagnosis is not None
    assert "`hypothesis==" in diagnosis.hint


def test_a_command_that_could_not_begin_is_the_environments_whatever_it_met(tmp_path: Path) -> None:
    said = "debug run failed error: HTTPSConnectionPool(host='files.test', port=443): Name or service not known"
    found = diagnose(Facts(tmp_path, "failed", [said], failure=said))
    assert found is not None
    assert (found.kind, found.rule_id) == ("environment", None)


def test_every_cause_names_a_rule_of_the_catalogue() -> None:
    known = {rule.rule_id() for rule in all_rules()}
    named = {cause.rule_id for cause in CAUSES if cause.rule_id}
    named |= {"state-key-assumed", "configuration-key-undefined", "exit-call", "unbounded-memory", "logged-and-lost"}
    assert named | {"generator-never-run", "missing-checkpoint", "invalid-requirement"} <= known
