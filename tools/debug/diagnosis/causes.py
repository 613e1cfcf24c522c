"""The causes that are known, the most telling ones first; to add one, add a row."""

from __future__ import annotations

import re
from typing import NamedTuple


class Cause(NamedTuple):
    """What is found by `pattern` in the words of the errors; `{name}` in the texts are its groups.

    Beside them there are `{status}` of HTTP, `{requirement}` for a `{module}`, and `{holder}` of the warehouse.
    `code` has to be found in the line of the project, where there is one; `by_sdk` is what the SDK refuses itself.
    """

    pattern: re.Pattern[str]
    kind: str
    summary: str
    hint: str
    rule_id: str | None = None
    file: str | None = None
    code: re.Pattern[str] | None = None
    by_sdk: bool = False


# Stand for the files that the run was given.
CONFIGURATION_FILE = "<configuration>"
STATE_FILE = "<state>"
_OPERATION = re.compile(r"\bop\w*\.|upsert|update\(|delete\(|checkpoint|truncate")
_CREDENTIAL = "Check the credential in configuration.json and what it is allowed to do, by the same request outside."
_NETWORK = "Check the address in configuration.json, and that this machine can reach it; then run again."


def _cause(
    pattern: str,
    kind: str,
    summary: str,
    hint: str,
    rule_id: str | None = None,
    file: str | None = None,
    code: re.Pattern[str] | None = None,
    *,
    by_sdk: bool = False,
) -> Cause:
    return Cause(re.compile(pattern, re.MULTILINE), kind, summary, hint, rule_id, file, code, by_sdk)


def _http(status: str) -> str:
    """How requests, httpx, urllib and aiohttp tell a status."""
    return (
        rf"(?:^|[^\d])(?P<status>{status}) (?:Client|Server) Error|(?:Client|Server) error '(?P<s2>{status})"
        rf"|HTTP Error (?P<s3>{status})|\b(?:status|status_code|status code|HTTP)[ =:]+(?P<s4>{status})\b"
        rf"|ClientResponseError: (?P<s5>{status}),|too many (?P<s6>{status}) error responses"
        rf"|(?i:return(?:ed|s)?|errors?|failed|code|status\w*|answered|HTTP/\d(?:\.\d)?)[\W_]{{1,3}}(?P<s7>{status})\b(?![.\d])"
    )


CAUSES = (
    _cause(
        r"^(?:\w*ImportError|ModuleNotFoundError): No module named '(?P<module>[\w.]+)'",
        "environment",
        "The connector imports {module}, which its environment does not have.",
        "Add {requirement} to requirements.txt and run again; where {module} is a file of the project, "
        "correct its name or place.",
        "requirement-missing",
    ),
    _cause(
        r"all values must be strings",
        "configuration",
        "A value of configuration.json is not a string.",
        'Write every value as a string, 100 as "100": `fix_connector` does it.',
        "configuration-value-not-string",
        CONFIGURATION_FILE,
        by_sdk=True,
    ),
    _cause(
        r"invalid configuration|configuration is required|configuration.* not found",
        "configuration",
        "The SDK refuses the configuration file.",
        "It has to be one JSON object of strings, in UTF-8 without a byte order mark, with at most 100 keys.",
        "invalid-configuration",
        CONFIGURATION_FILE,
        by_sdk=True,
    ),
    _cause(
        r"invalid state error",
        "configuration",
        "The state file cannot be used: it is not a JSON object.",
        "Correct the state file, or begin anew with `state`: `fresh`.",
        None,
        STATE_FILE,
        by_sdk=True,
    ),
    _cause(
        r"connector object not found|must be named 'connector'",
        "code",
        "connector.py has no object that is named `connector`.",
        "End connector.py with `connector = Connector(update=update, schema=schema)`.",
        "missing-connector-object",
        "connector.py",
    ),
    _cause(
        r"connector\.py not found",
        "code",
        "connector.py raised a FileNotFoundError while it was loaded: a file that it opens is not there.",
        "Open files of the project by Path(__file__).parent, and in update; requirements.txt, pyproject.toml and "
        "virtual environments are not copied for a run.",
        None,
        "connector.py",
        by_sdk=True,
    ),
    _cause(
        r"^(?:SyntaxError|IndentationError|TabError): (?P<what>.+)",
        "code",
        "The code is no Python that compiles: {what}",
        "Correct the line.",
        "syntax-error",
    ),
    _cause(
        r"cannot import name '(?P<name>\w+)' from 'fivetran_connector_sdk",
        "code",
        "The SDK has no {name}.",
        "It has Connector, Operations and Logging: read csdk://sdk/operations.",
        "missing-sdk-import",
    ),
    _cause(
        r"(?<![.\w])update\(\) (?:got an unexpected keyword|takes \d|missing \d|takes no)",
        "code",
        "The SDK cannot call update: its parameters have other names.",
        "Define it as `def update(configuration: dict, state: dict)`; both names count.",
        "update-signature",
        "connector.py",
    ),
    _cause(
        r"(?<![.\w])schema\(\) (?:got an unexpected keyword|takes \d|missing \d|takes no)",
        "code",
        "The SDK cannot call schema.",
        "Define it as `def schema(configuration: dict)`.",
        "schema-signature",
        "connector.py",
    ),
    _cause(
        r"Operations\.(?P<name>\w+)\(\) (?P<what>(?:missing|got|takes) .*)",
        "code",
        "op.{name} is called with arguments that it does not take: {what}.",
        "Read csdk://sdk/operations for its parameters.",
        "operation-arguments",
    ),
    _cause(
        r"'Operations' has no attribute '(?P<name>\w+)'",
        "code",
        "The SDK has no operation {name}.",
        "Read csdk://sdk/operations for those that it has.",
        "unknown-operation",
    ),
    _cause(
        r"'Logging' has no attribute '(?P<name>\w+)'",
        "code",
        "The SDK's log has no method {name}.",
        "Read csdk://sdk/logging for those that it has.",
        "unknown-log-method",
    ),
    _cause(
        r"Logging\.(?P<name>\w+)\(\) (?P<what>(?:missing|got|takes) .*)",
        "code",
        "log.{name} is called with arguments that it does not take: {what}.",
        'Put everything into one text: log.info(f"...").',
        "log-arguments",
    ),
    _cause(
        r"Null primary key found while syncing table (?P<table>[\w.]+)\. Primary Key (?P<column>\w+) is null",
        "code",
        "A row of table {table} has no value in its key column {column}.",
        "Choose a key that every row has, or leave such rows out and log a warning with their number.",
    ),
    _cause(
        r"'(?P<what>list|str|tuple|int|NoneType|generator|set)' object has no attribute 'items'",
        "code",
        "An operation was given a {what} where it takes one row as a dict.",
        "Send each row by its own call: for row in rows: op.upsert(table, row).",
        "operation-data-not-record",
        code=_OPERATION,
    ),
    _cause(
        r"Object of type (?P<what>\w+) is not JSON serializable",
        "code",
        "The state or a row holds a {what}, which JSON cannot hold.",
        "Convert it first: datetimes by .isoformat(), Decimals and sets to text or lists.",
        "unserializable-state",
        code=_OPERATION,
    ),
    _cause(
        r"connection with 'warehouse\.db' is already open|Could not set lock on file|Conflicting lock is held",
        "environment",
        "Another process has files/warehouse.db open: {holder}.",
        "Close it (a `duckdb` shell or a notebook, for example) and run again.",
    ),
    _cause(
        r"debug run failed error: (?P<what>.*)",
        "environment",
        "`fivetran debug` could not begin: {what}",
        "Look at the log. An SDK before 3.0 first downloads a tester, and needs a network and Java for that.",
    ),
    _cause(_http("401"), "configuration", "The source refused the credential (HTTP 401).", _CREDENTIAL),
    _cause(
        _http("403"),
        "configuration",
        "The source knows the credential, and does not allow this (HTTP 403).",
        _CREDENTIAL,
    ),
    _cause(
        _http("404"),
        "source",
        "The source has nothing at this address (HTTP 404).",
        "Compare base URL, path and ids in the request with the source's documentation.",
    ),
    _cause(
        _http("429"),
        "source",
        "The source asked for fewer requests (HTTP 429), and the connector gave up.",
        "Wait as long as its Retry-After header says, and try again a bounded number of times.",
        "missing-retry",
    ),
    _cause(
        _http(r"5\d\d"),
        "source",
        "The source failed (HTTP {status}).",
        "Try again a bounded number of times with growing pauses; if it stays, ask the source's owner.",
        "missing-retry",
    ),
    _cause(
        _http(r"4\d\d"),
        "source",
        "The source refused the request (HTTP {status}).",
        "Compare the request's parameters with the source's documentation.",
    ),
    _cause(
        r"NameResolutionError|Name or service not known|Temporary failure in name resolution|getaddrinfo failed"
        r"|nodename nor servname|No address associated with hostname",
        "source",
        "The name of the host cannot be resolved (DNS).",
        _NETWORK,
    ),
    _cause(
        r"SSLError|SSL: |CERTIFICATE_VERIFY_FAILED|SSLCertVerificationError",
        "source",
        "No secure connection to the source (TLS).",
        "Check https against http in the address, and the certificate; do not switch verification off.",
    ),
    _cause(
        r"timed out\b|^(?:[\w.]+\.)?\w*Timeout\w*(?::|$)",
        "source",
        "The source did not answer in time.",
        "Ask for smaller pages, raise the request's timeout, and try again a bounded number of times.",
        "missing-retry",
    ),
    _cause(
        r"Connection refused|ConnectionRefusedError|\[Errno 111\]|\[Errno 61\]",
        "source",
        "Nothing listens at the address of the source (connection refused).",
        _NETWORK,
    ),
    _cause(
        r"Connection reset|RemoteDisconnected|ConnectionResetError|Connection aborted|Network is unreachable"
        r"|IncompleteRead|ChunkedEncodingError|ProtocolError|RemoteProtocolError",
        "source",
        "The connection to the source broke.",
        _NETWORK,
        "missing-retry",
    ),
    _cause(
        r"failed while executing schema\(\) error: (?P<what>.*)",
        "code",
        "schema failed: {what}",
        'It returns a list of tables: [{{"table": ..., "primary_key": [...], "columns": {{...}}}}].',
        "invalid-schema",
    ),
    _cause(
        r"^MemoryError|\bMemoryError\b|Cannot allocate memory",
        "resources",
        "The memory was not enough.",
        "Send rows page by page instead of collecting them.",
        "unbounded-memory",
    ),
    _cause(
        r"No space left on device",
        "resources",
        "The disk is full.",
        "Make room where the project and the temporary files lie, and run again.",
    ),
    _cause(
        r"^NameError: name '(?P<name>\w+)' is not defined",
        "code",
        "The name {name} has no value where it is used.",
        "Import or assign it first.",
        "undefined-name",
    ),
    _cause(
        r"^(?:requests\.exceptions\.|json\.decoder\.|simplejson\.\w+\.)?JSONDecodeError: (?P<what>.*)",
        "source",
        "The answer of the source is no JSON: {what}",
        "Check the status before .json(), and log the beginning of the text: it may be a page of HTML.",
        code=re.compile(r"\.json\(|\.text|\.content|response|resp\b|body"),
    ),
    _cause(
        r"^(?:\w+\.)*\w*(?:Error|Exception)\w*: (?P<what>.*(?:(?i:missing|required|invalid|not found|must|empty).*"
        r"(?i:config|setting|credential)|(?i:config|setting).*(?i:missing|required|invalid|not found|must|empty)).*)",
        "configuration",
        "The connector refuses its configuration: {what}",
        "Correct the value in the configuration file.",
    ),
    _cause(
        r"Connector Sdk Task\. Message: (?P<what>.*)",
        "code",
        "The connector ended the sync by op.error: {what}",
        "Look at why it does so; op.warning lets the sync go on.",
    ),
)
