"""The engine: what it reads, how it chooses, sorts and survives."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from connector_sdk_mcp.tools.errors import RuleNotFound
from connector_sdk_mcp.tools.validate.engine import all_rules, check_source, validate
from connector_sdk_mcp.tools.validate.models import FindingSummary, Severity
from connector_sdk_mcp.tools.validate.source import ProjectSource
from hypothesis import given, settings
from hypothesis import strategies as st

GOOD = '''\
"""A connector."""
from fivetran_connector_sdk import Connector, Logging as log, Operations as op
import json


def validate_configuration(configuration: dict):
    """Check the configuration."""
    if "key" not in configuration:
        raise ValueError("key is missing")


def schema(configuration: dict):
    """Name the tables."""
    return [{"table": "t", "primary_key": ["id"]}]


def update(configuration: dict, state: dict):
    """Send the rows."""
    validate_configuration(configuration)
    op.upsert("t", {"id": 1})
    op.checkpoint(state)


connector = Connector(update=update, schema=schema)

if __name__ == "__main__":
    with open("configuration.json") as file:
        connector.debug(configuration=json.load(file))
'''
README = """\
# Purpose
## Setup
## Configuration: `key`
## Testing
## Troubleshooting
## Links
## Examples
## Best practices
## Limitations
## AI data processing
"""
# What a rule must not compare each with each.
SAVES = "".join(
    f"    op.upsert('t', {{'a': state.get('k{i}')}})\n    state['k{i}'] = {i}\n    op.checkpoint(state)\n"
    for i in range(400)
)
FILES = ("connector.py", "configuration.json", "requirements.txt", "helpers.py", "README.md", "pyproject.toml")


def write(folder: Path, **files: str) -> Path:
    """A project of these files, with a README.md and a requirements.txt in which there is nothing to find."""
    folder.mkdir(exist_ok=True)
    (folder / "README.md").write_text(README)
    (folder / "requirements.txt").write_text("")
    (folder / "configuration.json").write_text("{}")
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_py", ".py").replace("_json", ".json").replace("_txt", ".txt")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def ids(folder: Path) -> list[str]:
    return [finding.rule_id for finding in validate(folder).findings]


def test_a_good_connector_has_no_finding(tmp_path: Path) -> None:
    report = validate(write(tmp_path, connector_py=GOOD, configuration_json='{"key": "v"}'))
    assert (report.ok, report.findings, report.checked_files) == (True, [], 4)


def test_findings_are_chosen_and_counted_by_rule_and_severity(tmp_path: Path) -> None:
    bad = GOOD.replace("    op.upsert(", "    yield op.upsert(").replace("    validate_configuration(c", "    str(c")
    folder = write(tmp_path, connector_py=bad, configuration_json='{"key": 1}')
    everything = validate(folder)
    assert [f.rule_id for f in everything.findings] == [
        "configuration-value-not-string",
        "yield-operation",
        "missing-validate-configuration",
    ]
    assert everything.summary == FindingSummary(error=2, warning=1)
    assert ids(folder) == [f.rule_id for f in everything.findings]
    assert [f.rule_id for f in validate(folder, select=["yield-operation"]).findings] == ["yield-operation"]
    assert len(validate(folder, ignore=["yield-operation"]).findings) == 2
    assert len(validate(folder, min_severity=Severity.ERROR).findings) == 2


def test_findings_come_heaviest_first_then_by_file_and_place(tmp_path: Path) -> None:
    helper = "from fivetran_connector_sdk import Operations as ops\n"
    helper += "def send():\n    'Sends.'\n    yield ops.upsert('t', {})\n"
    connector = GOOD.replace("import json", "import json\nimport a_helper").replace(
        "    validate_configuration(c", "    str(c"
    )
    connector = connector.replace(
        "    op.checkpoint(state)", "    yield op.upsert('t', {}); yield op.checkpoint(state)"
    )
    found = validate(write(tmp_path, connector_py=connector, configuration_json="[]", a_helper_py=helper)).findings
    assert [(f.severity.value, f.file, f.line, f.column) for f in found] == [
        ("error", "a_helper.py", 4, 5),
        ("error", "configuration.json", 1, 1),
        ("error", "connector.py", 22, 5),
        ("error", "connector.py", 22, 31),
        ("warning", "connector.py", 18, 1),
        ("info", "a_helper.py", 1, 36),
        ("info", "connector.py", 4, 8),
        ("info", "connector.py", 22, 29),
    ]


def test_the_sdk_is_not_imported_for_a_project_without_operations(tmp_path: Path) -> None:
    folder = write(tmp_path, connector_py="connector = None\n", configuration_json="{}", requirements_txt="requests\n")
    code = (
        "import sys, pathlib; from connector_sdk_mcp.tools.validate.engine import validate;"
        "validate(pathlib.Path(sys.argv[1])); print('fivetran_connector_sdk' in sys.modules, 'libcst' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(folder)], capture_output=True, text=True, check=True)
    assert done.stdout == "False False\n"


def test_an_unknown_rule_names_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(RuleNotFound, match="yield-operation"):
        validate(write(tmp_path, connector_py=GOOD), select=["yield-operations"])


def test_helpers_that_the_connector_imports_are_read_and_others_are_not(tmp_path: Path) -> None:
    helper = (
        "from fivetran_connector_sdk import Operations as op\ndef send():\n    'Sends.'\n    yield op.upsert('t', {})\n"
    )
    connector = GOOD.replace("import json", "import json\nfrom parts.sender import send").replace(
        '    op.upsert("t", {"id": 1})', "    for _ in send():\n        pass"
    )
    folder = write(tmp_path, connector_py=connector, parts__sender_py=helper, parts__other_py="def broken(:\n")
    found = validate(folder).findings
    assert {(f.rule_id, f.file, f.line) for f in found if f.severity is Severity.ERROR} == {
        ("yield-operation", "parts/sender.py", 4)
    }


def test_a_broken_connector_is_one_finding_and_no_cascade(tmp_path: Path) -> None:
    assert ids(write(tmp_path, connector_py="def update(:\n", configuration_json="{}")) == ["syntax-error"]


def test_a_link_that_leads_out_of_the_project_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "outside.py").write_text("def broken(:\n")
    folder = write(tmp_path / "project", connector_py=GOOD.replace("import json", "import json\nfrom helpers import *"))
    (folder / "helpers.py").symlink_to(tmp_path / "outside.py")
    assert {finding.file for finding in validate(folder).findings} == {"connector.py"}


@pytest.mark.parametrize(
    "source",
    [
        "x = " + "(" * 3000 + ")" * 3000,
        "\n".join("    " * depth + "if x:" for depth in range(120)),
        "x = " + "-" * 20_000 + "1",
        "x = 1\n" * 50_000,
        GOOD + "\n".join(f"def f{i}(a):\n    return a + {i}" for i in range(5000)),
        "",
        "\ufeff" + GOOD,
        GOOD.replace("\n", "\r\n"),
        "x = '\\d'\n" + GOOD,
        GOOD.replace("    op.upsert(", SAVES + "    op.upsert("),
        GOOD + "".join(f"\n\ndef sync_{i}(state):\n    return sync_{i - 1}(state)\n" for i in range(1, 800)),
    ],
    ids=["parentheses", "blocks", "signs", "long", "functions", "empty", "BOM", "CRLF", "escape", "saves", "passed on"],
)
def test_extreme_sources_give_findings_and_never_a_crash(source: str) -> None:
    findings = check_source(ProjectSource({"connector.py": source.encode()}), all_rules())
    assert all(finding.line >= 1 and finding.column >= 1 for finding in findings)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from(FILES), st.binary(max_size=300), min_size=1))
def test_any_bytes_in_any_file_give_findings(files: dict[str, bytes]) -> None:
    for finding in check_source(ProjectSource(files), all_rules()):
        assert finding.message


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_mutated_connector_gives_findings_inside_its_lines(data: st.DataObject) -> None:
    lines = GOOD.splitlines()
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(lines) - 1))
        kind = data.draw(st.sampled_from(["drop", "double", "indent", "cut", "swap"]))
        line = lines[at]
        if kind == "drop" and len(lines) > 1:
            del lines[at]
        elif kind == "double":
            lines.insert(at, line)
        elif kind == "indent":
            lines[at] = "\t" + line
        elif kind == "cut":
            lines[at] = line[: len(line) // 2]
        else:
            lines[at], lines[0] = lines[0], line
    text = "\n".join(lines)
    for finding in check_source(ProjectSource({"connector.py": text.encode()}), all_rules()):
        assert 1 <= finding.line <= len(lines) + 1


NESTS = [
    "if True:",
    "try:\n    raise ValueError\nexcept ValueError:",
    "for _ in range(1):",
    "while True:",
    "with open('x') as f:",
]


@pytest.mark.parametrize("nest", NESTS)
@pytest.mark.parametrize("spelling", ["op", "ops", "sdk.Operations", "o"])
def test_a_yielded_operation_is_found_under_every_spelling_and_nesting(nest: str, spelling: str) -> None:
    head = {
        "op": "from fivetran_connector_sdk import Operations as op",
        "ops": "from fivetran_connector_sdk import Operations as ops",
        "sdk.Operations": "import fivetran_connector_sdk as sdk",
        "o": "from fivetran_connector_sdk import Operations\no = Operations",
    }[spelling]
    body = "\n".join(f"    {line}" for line in nest.split("\n"))
    source = f"{head}\ndef update(configuration, state):\n{body}\n        yield {spelling}.upsert('t', {{}})\n"
    (rule,) = [rule for rule in all_rules() if rule.rule_id() == "yield-operation"]
    (finding,) = check_source(ProjectSource({"connector.py": source.encode()}), [rule])
    assert source.splitlines()[finding.line - 1][finding.column - 1 :].startswith("yield ")
