"""What is made of the words of an error, as the SDK has told them in real runs; `test_diagnosis.py` runs connectors."""

from __future__ import annotations

from pathlib import Path

import pytest
from connector_sdk_mcp.tools.debug.diagnosis.engine import diagnose
from connector_sdk_mcp.tools.debug.diagnosis.facts import Facts

LIBRARY = '  File "/env/lib/python3.11/site-packages/requests/models.py", line 1026, in raise_for_status'


def failure(project: Path, code: str, raised: str, before: str = "") -> str:
    """The SDK's words on an exception that a line of update raised, behind another one that it was raised from."""
    name, _, message = raised.partition(": ")
    return f"""\
SYNC FAILED — elapsed 00:00:00.111
Operation       | Counts
Upserts         | 0

Error: failed while executing update() error: {message}
{before}Traceback (most recent call last):
  File "/env/lib/python3.11/site-packages/fivetran_connector_sdk_cli/connector.py", line 362, in run_update
    result = self.update_method(configuration=configuration, state=state)
  File "{project}/connector.py", line 8, in update
    {code}
{LIBRARY}
    raise something
{name}: the message is above

See logs above for details."""


def told(project: Path, code: str, raised: str, **more: object) -> tuple[str, str | None, str]:
    found = diagnose(Facts(project, "failed", failure=failure(project, code, raised), **more))  # pyright: ignore[reportArgumentType]
    assert found is not None
    assert (found.file, found.line) == ("connector.py", 8)
    return found.kind, found.rule_id, found.summary


@pytest.mark.parametrize(
    ("code", "raised", "kind", "says"),
    [
        # HTTP, in the words of libraries and of people
        ("r = get()", "requests.exceptions.HTTPError: 403 Client Error: Forbidden for url: x", "configuration", "403"),
        ("r = get()", "httpx.HTTPStatusError: Client error '401 Unauthorized' for url 'x'", "configuration", "401"),
        ("r = get()", "urllib.error.HTTPError: HTTP Error 500: Internal Server Error", "source", "500"),
        ("r = get()", "aiohttp.client_exceptions.ClientResponseError: 429, message='x', url='y'", "source", "429"),
        ("r = get()", "requests.exceptions.RetryError: too many 503 error responses", "source", "503"),
        ("r = get()", "RuntimeError: API returned 401 - {'error': 'no'}", "configuration", "401"),
        ("r = get()", "RuntimeError: API request failed: 500 Internal Server Error", "source", "500"),
        ("r = get()", "Exception: Error 401: Unauthorized", "configuration", "401"),
        ("r = get()", "Exception: HTTP/1.1 503 Service Unavailable", "source", "503"),
        ("r = get()", "Exception: response code 429", "source", "429"),
        ("r = get()", "Exception: statusCode=500", "source", "500"),
        ("rows = get().json()", "requests.exceptions.JSONDecodeError: Expecting value: line 1", "source", "no JSON"),
        ("r = get()", "urllib3.exceptions.IncompleteRead: IncompleteRead(7 bytes read)", "source", "broke"),
        ("r = get()", "requests.exceptions.ReadTimeout: HTTPSConnectionPool: Read timed out.", "source", "in time"),
        # what only looks like one of them
        ("get('u', timeouts=5)", "TypeError: get() got an unexpected keyword argument 'timeouts'", "code", "timeouts"),
        ("check(x)", "ValueError: Invalid value for timeout_seconds", "code", "timeout_seconds"),
        ("check(x)", "ValueError: expected 404 rows, found 3", "code", "expected 404 rows"),
        ("data.items()", "AttributeError: 'NoneType' object has no attribute 'items'", "code", "AttributeError"),
        ("json.dumps(row)", "TypeError: Object of type datetime is not JSON serializable", "code", "TypeError"),
        ("json.loads(text)", "json.decoder.JSONDecodeError: Expecting value: line 1", "code", "JSONDecodeError"),
        ("check(x)", "ValueError: column name 'x' is not defined in the sheet", "code", "column name"),
        # the configuration
        ("check(c)", "ValueError: Missing required configuration value: api_key", "configuration", "api_key"),
        ("check(c)", "ValueError: invalid configuration: api_key is missing", "configuration", "api_key is missing"),
        ("check(c)", "ValueError: api_key is required in configuration", "configuration", "api_key is required"),
        ("k = configuration['api_key']", "KeyError: 'api_key'", "configuration", "no 'api_key'"),
        ("k = cfg['api_key']", "KeyError: 'api_key'", "configuration", "no 'api_key'"),
        ("k = os.environ['API_URL']", "KeyError: 'API_URL'", "configuration", "API_URL is not set"),
        # keys of other dicts
        ("u = configuration['url'] + row['path']", "KeyError: 'path'", "code", "A dict has no key 'path'"),
        ("op.upsert('t', {'k': configuration['u'], 'n': {}['name']})", "KeyError: 'name'", "code", "no key 'name'"),
        ("x = conference['id']", "KeyError: 'id'", "code", "A dict has no key 'id'"),
        ("x = by_state['NY']", "KeyError: 'NY'", "code", "A dict has no key 'NY'"),
        ("for page in state['pages']:", "KeyError: 'pages'", "code", "The state has no 'pages'"),
        (
            "z = ZoneInfo(x)",
            "zoneinfo._common.ZoneInfoNotFoundError: 'No time zone found with key X/Y'",
            "code",
            "zone",
        ),
        ("{}[5]", "KeyError: 5", "code", "KeyError: 5"),
        ("assert False", "AssertionError: ", "code", "AssertionError"),
        # modules
        ("import google.cloud.bigquery", "ModuleNotFoundError: No module named 'google'", "environment", "bigquery"),
        ("from google.cloud import storage", "ModuleNotFoundError: No module named 'google'", "environment", "storage"),
        ("from helpers.gone import x", "ModuleNotFoundError: No module named 'helpers.gone'", "code", "no module gone"),
    ],
)
def test_the_exception_that_was_raised_decides(code: str, raised: str, kind: str, says: str, tmp_path: Path) -> None:
    (tmp_path / "helpers").mkdir()
    found, _, summary = told(tmp_path, code, raised)
    assert (found, says in summary) == (kind, True), summary


def test_what_was_logged_before_is_asked_only_of_one_that_gave_up(tmp_path: Path) -> None:
    logged = ["item 7 skipped: 404 Client Error: Not Found", "optional: No module named 'orjson'"]
    found = told(tmp_path, "parse(row)", "ValueError: bad date", errors=[*logged, "bad date"])
    assert found == ("code", None, "ValueError: bad date")
    warnings = ["attempt 1: 503 Server Error: busy"]
    kind, rule_id, _ = told(tmp_path, "get()", "RuntimeError: Failed after 3 attempts", errors=["x"], warnings=warnings)
    assert (kind, rule_id) == ("source", "missing-retry")


def test_an_answer_that_schema_met_is_the_sources(tmp_path: Path) -> None:
    text = failure(tmp_path, "get()", "requests.exceptions.HTTPError: 401 Client Error: no").replace(
        "update()", "schema()"
    )
    found = diagnose(Facts(tmp_path, "failed", failure=text))
    assert found is not None
    assert found.kind == "configuration"


GROUP = """\
Error: failed while executing update() error: unhandled errors in a TaskGroup (1 sub-exception)
  + Exception Group Traceback (most recent call last):
  |   File "{project}/connector.py", line 20, in update
  |     asyncio.run(main())
  | ExceptionGroup: unhandled errors in a TaskGroup (1 sub-exception)
  +-+---------------- 1 ----------------
    | Traceback (most recent call last):
    |   File "{project}/connector.py", line 9, in fetch
    |     response.raise_for_status()
    | requests.exceptions.HTTPError: 401 Client Error: no
    +------------------------------------
"""


def test_of_a_group_the_first_member_is_told(tmp_path: Path) -> None:
    found = diagnose(Facts(tmp_path, "failed", failure=GROUP.format(project=tmp_path)))
    assert found is not None
    assert (found.kind, found.file, found.line) == ("configuration", "connector.py", 9)


@pytest.mark.parametrize(
    ("said", "kind", "file"),
    [
        ("invalid state error: Expecting value", "configuration", "at100.json"),
        ("invalid configuration error: x", "configuration", "prod.json"),
        ("all values must be strings", "configuration", "prod.json"),
        ("connector.py not found in /x", "code", "connector.py"),
    ],
)
def test_what_the_sdk_refuses_is_told_of_the_file_that_was_given(
    said: str, kind: str, file: str, tmp_path: Path
) -> None:
    facts = Facts(tmp_path, "failed", failure=said, state_file="at100.json", configuration_file="prod.json")
    found = diagnose(facts)
    assert found is not None
    assert (found.kind, found.file) == (kind, file)
