"""Output that no terminal would like: huge, broken, endless. It is read to its end, stored, and held by nobody."""

from __future__ import annotations

import contextlib
import re
import tracemalloc

import psutil
import pytest
from connector_sdk_mcp.tools.debug.models import Outcome, Run
from connector_sdk_mcp.tools.debug.reading import LogFilter, read_log
from connector_sdk_mcp.tools.debug.recorder import MAX_LOG_BYTES
from connector_sdk_mcp.tools.debug.runs import Runs
from connector_sdk_mcp.tools.project import Workspace
from support import MakeProject, finished, until

ROW = "op.upsert('items', {'id': 1})\nop.checkpoint({'next': 1})\n"
ALL = 100_000_000


def stored(runs: Runs, run: Run) -> str:
    return read_log(runs.store.run_folder(run.run_id), 0, ALL)


def test_a_log_of_200_000_lines_is_stored_whole_and_read_in_little_memory(
    runs: Runs, make_project: MakeProject, workspace: Workspace
) -> None:
    body = "for i in range(100_000):\n    print(f'printed {i}')\n    log.info(f'logged {i}')\n" + ROW
    started = runs.start(make_project(body))
    supervisor, held = psutil.Process(runs.store.load(started.run_id).supervisor_pid), [0]

    def ended() -> bool:
        with contextlib.suppress(psutil.Error):
            held.append(supervisor.memory_info().rss)
        return runs.ended(started.run_id)

    until(ended, "the run ended")
    run = runs.get(workspace, started.run_id)
    assert (run.outcome, run.errors) == (Outcome.SUCCEEDED, [])
    assert max(held) < 100_000_000
    log = stored(runs, run)
    for word in ("printed", "logged"):
        assert [int(number) for number in re.findall(rf"{word} (\d+)$", log, re.MULTILINE)] == [*range(100_000)]
    tracemalloc.start()
    page = runs.get(workspace, run.run_id, LogFilter(pattern="printed", offset=99_990, limit=5))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert page.log_lines == [f"printed {number}" for number in range(99_990, 99_995)]
    assert page.more == "5 more events match: ask with offset 99995."
    assert peak < len(log) / 10


def test_a_log_beyond_the_stated_size_says_so_and_the_verdict_still_counts(
    runs: Runs, make_project: MakeProject, workspace: Workspace
) -> None:
    body = "for i in range(3_000):\n    print(f'{i} ' + 'x' * 10_000)\n" + ROW
    run = finished(runs, workspace, runs.start(make_project(body)))
    assert run.outcome is Outcome.SUCCEEDED
    assert run.operations is not None
    assert run.operations.upserts == 1
    log = stored(runs, run)
    stored_whole, _, last = log.partition(
        f"… the log is longer than {MAX_LOG_BYTES} characters; of the rest its last lines"
    )
    assert MAX_LOG_BYTES - 20_000 < len(stored_whole) < MAX_LOG_BYTES + 200
    assert (last.count("\n"), last.count("SYNC SUCCEEDED")) == (201, 1)
    assert "memory usage" in run.log_tail[-1]


LINES = """
token = configuration["api_token"].encode()
long = b"x" * 999_970 + token
long += b"y" * (5_000_000 - len(long))
os.write(1, long + b"\\n" + token * 60_000 + b"\\n")
os.write(1, b"nul \\0 bad \\xff\\xc3 end\\r\\n")
os.write(1, b"split " + token[:9])
os.write(1, token[9:] + b" over two writes\\n")
"""


@pytest.mark.parametrize("last", ["no newline at the end", "z" * 5_000_000])
def test_lines_of_any_length_and_bytes_are_read(
    last: str, runs: Runs, make_project: MakeProject, workspace: Workspace
) -> None:
    token = "tok-Zq91xW72-" + "0a1b2c3d" * 4
    end = f"import atexit\natexit.register(lambda: os.write(1, {last[:30]!r}.encode() * {len(last) // len(last[:30])}))"
    project = make_project(ROW + LINES + end, {"api_token": token})
    run = finished(runs, workspace, runs.start(project))
    assert (run.outcome, run.errors) == (Outcome.SUCCEEDED, [])
    log = stored(runs, run)
    for piece in (token, token[:12], token[-12:]):
        assert piece not in log
    assert "nul \ufffd bad \ufffd\ufffd end\n" in log
    assert "split *** over two writes\n" in log
    assert f"{'x' * 1_000}… (4980000 characters more)\n" in log
    assert max(map(len, log.splitlines())) < 21_000
    assert last[:20] in log.splitlines()[-1]


REQUESTS = """
import http.client, logging, threading
import requests
from http.server import BaseHTTPRequestHandler, HTTPServer
class Source(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(int(self.path[1:]))
        self.send_header("Content-Length", "0")
        self.end_headers()
    def log_message(self, *arguments):
        pass
server = HTTPServer(("127.0.0.1", 0), Source)
threading.Thread(target=server.serve_forever, daemon=True).start()
"""
GET = """
for status in (200, 200, 404, 200, 503):
    requests.get(f"http://127.0.0.1:{server.server_port}/{status}", timeout=9)
server.shutdown()
"""


@pytest.mark.parametrize(
    ("telling", "requests"),
    [
        ("logging.basicConfig(level=logging.DEBUG)\n", {"200": 3, "404": 1, "503": 1}),
        ("http.client.HTTPConnection.debuglevel = 1\n", {"200": 3, "404": 1, "503": 1}),
        (
            "logging.basicConfig(level=logging.DEBUG)\nhttp.client.HTTPConnection.debuglevel = 1\n",
            {"200": 3, "404": 1, "503": 1},
        ),
        ("print('HTTP Request: GET http://source.test/x \"HTTP/2 429 Too Many Requests\"')\n", {"429": 1}),
        ("", None),
    ],
)
def test_requests_are_counted_by_status_where_the_log_tells_them(
    telling: str, requests: dict[str, int] | None, runs: Runs, make_project: MakeProject, workspace: Workspace
) -> None:
    run = finished(runs, workspace, runs.start(make_project(REQUESTS + telling + GET + ROW)))
    assert run.outcome is Outcome.SUCCEEDED
    assert run.requests == requests
    assert run.rows_per_second is not None
    assert 0 < run.rows_per_second < 10
