"""What `fivetran debug` prints is read as events; only the SDK's own word counts as its verdict."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from connector_sdk_mcp.tools.debug.log import LogEvent, Verdict, error_text, events, verdict_of
from connector_sdk_mcp.tools.debug.recorder import MAX_LINE_CHARS, Ending, Recorder
from connector_sdk_mcp.tools.redact import Redactor
from hypothesis import given
from hypothesis import strategies as st

PAD = " " * 35
SUCCESS = f"""\
20:03:41.399 INFO     ⚡ connector hello
plain print
20:03:41.414 INFO     ⚡ sdk       table created: tester.t
20:03:41.452 INFO     ⚡ sdk       SYNC SUCCEEDED — total elapsed 00:00:00.070
{PAD}Operation       | Counts
{PAD}----------------+------------
{PAD}Upserts         | 44
{PAD}Updates         | 0
{PAD}Deletes         | 1
{PAD}Truncates       | 0
{PAD}Schema changes  | 1
{PAD}Checkpoints     | 2
{PAD}File uploads    | 0
{PAD}
20:03:41.453 INFO     ⚡ sdk       debug results in duckdb view
"""
COUNTS = {
    "upserts": 44,
    "updates": 0,
    "deletes": 1,
    "truncates": 0,
    "schema_changes": 1,
    "checkpoints": 2,
    "file_uploads": 0,
}
FAILURE = f"""\
23:28:45.070 SEVERE   ⚡ sdk       SYNC FAILED — elapsed 00:00:00.111
{PAD}Operation       | Counts
{PAD}Upserts         | 5
{PAD}
{PAD}Error: failed while executing update() error: bad
{PAD}Traceback (most recent call last):
{PAD}  File "connector.py", line 11, in update
{PAD}ValueError: the message is above
{PAD}See logs above for details.
"""
OLD = f"""\
2025-01-02 20:03:41.452 INFO     debugger  SYNC SUCCEEDED — total elapsed
{PAD}Operation     | Calls
{PAD}Upserts       | 44
{PAD}SchemaChanges | 1
{PAD}Checkpoints   | 1
"""


def test_lines_become_events_with_their_continuation() -> None:
    found = list(events(SUCCESS.splitlines()))
    assert [(e.level, e.origin, e.message.split(" —")[0]) for e in found] == [
        ("INFO", "connector", "hello"),
        ("INFO", "output", "plain print"),
        ("INFO", "sdk", "table created: tester.t"),
        ("INFO", "sdk", "SYNC SUCCEEDED"),
        ("INFO", "sdk", "debug results in duckdb view"),
    ]


@pytest.mark.parametrize(
    ("log", "verdict"),
    [
        (SUCCESS, Verdict(True, COUNTS)),
        (FAILURE, Verdict(False, {"upserts": 5})),
        (OLD, Verdict(True, {"upserts": 44, "schema_changes": 1, "checkpoints": 1})),
    ],
)
def test_the_verdict_comes_with_its_counts(log: str, verdict: Verdict) -> None:
    assert [v for e in events(log.splitlines()) if (v := verdict_of(e))] == [verdict]


@pytest.mark.parametrize("origin", ["connector", "output"])
def test_a_verdict_that_the_connector_prints_is_none(origin: str) -> None:
    event = LogEvent("20:03:41.452", "INFO", origin, "SYNC SUCCEEDED — total", ["Upserts | 5"])
    assert verdict_of(event) is None


def test_an_error_is_told_without_table_and_traceback() -> None:
    (event,) = events(FAILURE.splitlines())
    assert error_text(event) == "failed while executing update() error: bad"


def test_a_reader_sees_of_a_traceback_the_frames_of_the_project_only() -> None:
    (event,) = events(
        f"""\
23:28:45.070 SEVERE   ⚡ sdk       SYNC FAILED — elapsed 00:00:00.111
{PAD}Error: failed while executing update() error: bad
{PAD}Traceback (most recent call last):
{PAD}  File "/env/lib/python3.11/site-packages/sdk/connector.py", line 362, in run_update
{PAD}    result = self.update_method(configuration=configuration, state=state)
{PAD}             ^^^^^^^^^^^^^^^^^^
{PAD}  File "/projects/p/connector.py", line 11, in update
{PAD}    raise ValueError("bad")
{PAD}    ^^^^^^^^^^^^^^^^^^^^^^^
{PAD}ValueError: the message is above
{PAD}
{PAD}See logs above for details.
""".splitlines()
    )
    assert event.lines()[1:] == [
        "    Error: failed while executing update() error: bad",
        '      File "/projects/p/connector.py", line 11, in update',
        '        raise ValueError("bad")',
        "    ValueError: the message is above",
    ]


WORD = b"f00d"


def record(output: bytes, tmp_path: Path) -> tuple[Recorder, str]:
    log = tmp_path / "log.txt"
    recorder = Recorder(io.BytesIO(output), log, Redactor(["k-12345"]), ("/shadow/p", "/projects/p"), WORD)
    recorder.read()
    return recorder, log.read_text(encoding="utf-8")


def test_what_is_stored_is_masked_and_speaks_of_the_project(tmp_path: Path) -> None:
    _, log = record(b"key k-12345 in /shadow/p/connector.py\r\nbytes \xff\x00\nno newline", tmp_path)
    assert log == "key *** in /projects/p/connector.py\nbytes \ufffd\ufffd\nno newline\n"


def test_a_very_long_line_is_cut_and_says_so(tmp_path: Path) -> None:
    _, log = record(b"x" * 3_000_000 + b"\n", tmp_path)
    assert all(len(line) < MAX_LINE_CHARS + 60 for line in log.splitlines())
    assert "characters more)" in log


def test_warnings_and_errors_are_kept_once_each(tmp_path: Path) -> None:
    warning = "20:03:41.452 WARNING  ⚡ connector careful\n"
    recorder, log = record((warning * 3 + FAILURE).encode() + b"f00d sdk 1\n", tmp_path)
    assert "f00d" not in log
    assert recorder.warnings == ["careful"]
    assert recorder.errors == ["failed while executing update() error: bad"]
    assert (recorder.verdict, recorder.ending) == (Verdict(False, {"upserts": 5}), Ending("sdk", 1))


def test_only_the_last_verdict_before_the_end_counts(tmp_path: Path) -> None:
    success = SUCCESS.replace("44", "1")
    for output, verdict in (
        (success, None),
        (success + FAILURE + "f00d sdk 1\n", False),
        (FAILURE + success + "f00d sdk 0\n", True),
        (FAILURE + "no newlinef00d sdk 1\n" + success, False),
        (success + "f00d nobody 0\n", None),
    ):
        recorder, _ = record(output.encode(), tmp_path)
        assert (recorder.verdict and recorder.verdict.succeeded) is verdict


@given(st.lists(st.text(alphabet=st.characters(exclude_characters="\n\r"))))
def test_every_line_of_any_log_is_in_exactly_one_event(lines: list[str]) -> None:
    assert sum(1 + len(event.more) for event in events(lines)) == len(lines)
