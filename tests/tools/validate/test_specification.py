"""The specification's own template and fragments, in our words, give exactly the findings that were reviewed here.

Each expectation says where the specification's code is not a connector that runs, or not what the installed SDK takes.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from connector_sdk_mcp.tools.validate.engine import validate

TEMPLATE = Path(__file__).parent / "specification" / "template.txt"
README = """\
# Purpose
## Setup
## Configuration: `param1`, `param2`, `param3`, `api_key`, `base_url`, `rate_limit`
## Testing
## Troubleshooting
## Links
## Examples
## Best practices
## Limitations
## AI data processing
"""
HEAD = """\
\"""One fragment, in a connector around it.\"""
from fivetran_connector_sdk import Connector, Logging as log, Operations as op
import json


def validate_configuration(configuration: dict):
    \"""Looks for the settings.\"""
    for key in ["param1", "param2", "param3"]:
        if key not in configuration:
            raise ValueError(f"The configuration has no {key}")


def schema(configuration: dict):
    \"""Names the tables.\"""
    return [{"table": "table_name", "primary_key": ["id"], "columns": {"id": "STRING"}}]


def update(configuration: dict, state: dict):
    \"""Sends what is new.\"""
    validate_configuration(configuration=configuration)
"""
TAIL = """\


connector = Connector(update=update, schema=schema)

if __name__ == "__main__":
    with open("configuration.json", "r") as f:
        configuration = json.load(f)
    connector.debug(configuration=configuration)
"""
BODY = """\
    op.upsert(table="table_name", data={"id": "1"})
    op.checkpoint(state=state)
"""
LINE = HEAD.count("\n") + 1
Found = list[tuple[str, str, str, int, int]]
NO_NAME = "undefined-name"


def fragment(body: str, head: str = HEAD, tail: str = TAIL) -> str:
    return head + "".join(f"    {line}\n" if line else "\n" for line in body.splitlines()) + tail


FRAGMENTS: dict[str, tuple[str, Found]] = {
    "3.2 the configuration at the root of the disk": (
        HEAD + BODY + TAIL.replace('"configuration.json"', '"/configuration.json"'),
        [("absolute-configuration-path", "error", "connector.py", LINE + 7, 15)],
    ),
    "3.3 three levels of log": (
        fragment(
            "current_cursor, remaining_calls, error_details = 1, 2, 3\n"
            "log.info(f'Cursor: {current_cursor}')\n"
            "log.warning(f'Calls left: {remaining_calls}')\n"
            'log.severe(f"Error: {error_details}")\n'
            'op.upsert(table="table_name", data={"id": "1"})\n'
            "op.checkpoint(state=state)\n"
        ),
        [],
    ),
    "3.5 the four operations": (
        fragment(
            'op.upsert(table="table_name", data=record)\n'
            'op.update(table="table_name", data=modified_records)\n'
            'op.delete(table="table_name", keys=deleted_keys)\n'
            "op.checkpoint(state=new_state)\n"
        ),
        [
            (NO_NAME, "error", "connector.py", LINE, 40),
            ("operation-arguments", "error", "connector.py", LINE + 1, 35),
            (NO_NAME, "error", "connector.py", LINE + 1, 40),
            (NO_NAME, "error", "connector.py", LINE + 2, 40),
            (NO_NAME, "error", "connector.py", LINE + 3, 25),
        ],
    ),
    "3.6 a state of several cursors": (
        fragment(
            'op.upsert(table="table_name", data={"id": state.get("cursor")})\n'
            "state = {\n"
            '    "cursor": "2024-03-20T10:00:00Z",\n'
            '    "offset": 100,\n'
            '    "table_cursors": {"table1": "2024-03-20T10:00:00Z", "table2": "2024-03-20T09:00:00Z"},\n'
            "}\n"
            "op.checkpoint(state=state)\n"
        ),
        [],
    ),
    "3.7 the update function": (
        fragment(
            'param1 = configuration.get("param1")\n'
            'last_sync_time = state.get("last_sync_time")\n\n'
            "try:\n"
            "    data = get_data()\n"
            "    for record in data:\n"
            '        op.upsert(table="table_name", data=record)\n'
            '    new_state = {"last_sync_time": new_sync_time}\n'
            "    op.checkpoint(state=new_state)\n\n"
            "except Exception as e:\n"
            '    raise RuntimeError(f"The data could not be synced: {str(e)}")\n'
        ),
        [
            (NO_NAME, "error", "connector.py", LINE + 4, 16),
            (NO_NAME, "error", "connector.py", LINE + 7, 40),
            ("pep8", "info", "connector.py", LINE, 5),
        ],
    ),
    "5.3 batches, new fields, series": (
        HEAD.replace(
            "def validate_configuration",
            'def process_batch(data_batch):\n    """Cleans and enriches."""\n    processed = []\n'
            "    for record in data_batch:\n        cleaned = clean_ai_data(record)\n"
            "        enriched = enrich_features(cleaned)\n        processed.append(enriched)\n"
            "    return processed\n\n\n"
            'def handle_schema_changes(new_data, existing_schema):\n    """Follows new fields."""\n    pass\n\n\n'
            'def optimize_time_series(data):\n    """Sorts by time."""\n    pass\n\n\n'
            "def validate_configuration",
        )
        + BODY
        + TAIL,
        [(NO_NAME, "error", "connector.py", 10, 19), (NO_NAME, "error", "connector.py", 11, 20)],
    ),
    "8.3 the standard pattern of errors": (
        fragment(
            "try:\n"
            '    op.upsert(table="table_name", data={"id": "1"})\n'
            "    op.checkpoint(state=state)\n"
            "except SpecificException as e:\n"
            '    log.severe(f"Just this: {str(e)}")\n'
            '    raise RuntimeError(f"It failed: {str(e)}")\n'
            "except Exception as e:\n"
            '    log.severe(f"Not foreseen: {str(e)}")\n'
            '    raise RuntimeError(f"The data could not be synced: {str(e)}")\n'
        ),
        [(NO_NAME, "error", "connector.py", LINE + 3, 12)],
    ),
}


def found(folder: Path, source: str, keys: tuple[str, ...] = ("param1", "param2", "param3")) -> Found:
    """All findings of a project around this connector.py, in the order of the report."""
    (folder / "connector.py").write_text(source, encoding="utf-8")
    (folder / "configuration.json").write_text(json.dumps(dict.fromkeys(keys, "string")))
    (folder / "README.md").write_text(README)
    (folder / "requirements.txt").write_text("")
    return [(f.rule_id, f.severity.value, f.file, f.line, f.column) for f in validate(folder).findings]


def test_the_whole_template_gives_the_reviewed_findings(tmp_path: Path) -> None:
    assert found(tmp_path, TEMPLATE.read_text(encoding="utf-8")) == [
        # What the specification leaves to the reader.
        (NO_NAME, "error", "connector.py", 73, 16),
        (NO_NAME, "error", "connector.py", 81, 40),
        # param1 and last_sync_time are read and never used.
        ("pep8", "info", "connector.py", 66, 5),
    ]


@pytest.mark.parametrize("name", FRAGMENTS)
def test_a_fragment_gives_the_reviewed_findings(name: str, tmp_path: Path) -> None:
    source, expected = FRAGMENTS[name]
    assert found(tmp_path, source) == expected


def test_the_imports_alone_are_no_connector(tmp_path: Path) -> None:
    source = "from fivetran_connector_sdk import Connector, Logging as log, Operations as op\nimport json\n"
    assert [rule_id for rule_id, *_ in found(tmp_path, source, ())] == [
        "missing-connector-object",
        "missing-main-block",
    ]


def test_the_configuration_of_the_specification_is_read_by_nobody_here(tmp_path: Path) -> None:
    source = fragment(BODY.replace("    ", ""), HEAD.replace('"param1", "param2", "param3"', '"api_key"'))
    keys = ("api_key", "base_url", "rate_limit")
    assert found(tmp_path, source, keys) == [
        ("configuration-key-unused", "info", "configuration.json", 1, 23),
        ("configuration-key-unused", "info", "configuration.json", 1, 45),
    ]
