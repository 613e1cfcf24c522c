"""`validate --fix` on the command line, and the tool over a client."""

from __future__ import annotations

import json
import re
import signal
from pathlib import Path
from typing import Any, cast

import anyio
import pytest
from connector_sdk_mcp.server import cli
from connector_sdk_mcp.server.app import build_server
from connector_sdk_mcp.server.settings import Settings
from connector_sdk_mcp.tools.validate.fixing.engine import fix
from mcp import Client

GOOD = """\
from fivetran_connector_sdk import Connector, Operations as op


def update(configuration, state):
    op.upsert("t", {"id": 1})
    op.checkpoint(state)


connector = Connector(update=update)
"""
YIELDING = GOOD.replace('op.upsert("t"', 'yield op.upsert("t"')
BROKEN = YIELDING.replace("op.checkpoint", "op.checkpiont")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, which holds the connectors `a` (fixable) and `b` (with an error that stays)."""
    for name, text in (("a", YIELDING), ("b", BROKEN)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "connector.py").write_text(text, encoding="utf-8")
        (tmp_path / name / "configuration.json").write_text('{"api_key": "T0p-5ecret-Va1ue", "size": 5}\n')
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        cli.main(["validate", *arguments])
    told = capsys.readouterr()
    return cast("int", ended.value.code), told.out, told.err


def test_it_says_for_each_project_what_it_did_and_exits_by_what_remains(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = run(capsys, "a", "--fix")
    assert code == 0
    assert "a: " in out.splitlines()[0]
    assert "a/.connector-sdk-mcp/backup-" in out.splitlines()[0]
    assert "  connector.py:5 yield-operation: fixed" in out.splitlines()
    assert out.splitlines()[-1].startswith("  left: 0 errors, ")
    code, out, _ = run(capsys, ".", "--fix")
    assert code == 1
    assert [line.split(":")[0] for line in out.splitlines() if not line.startswith("  ")] == ["a", "b"]
    assert out.splitlines()[0] == "a: 0 findings fixed"
    assert re.fullmatch(r"  left: [1-9] errors?, \d warnings?, \d info", out.splitlines()[-1])


def test_as_json_it_is_what_the_tool_answers_without_secrets(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    expected = fix(folder / "a", select=["yield-operation"])
    code, out, _ = run(capsys, "a", "--fix", "--format", "json", "--select", "yield-operation")
    (project,) = json.loads(out)["projects"]
    assert code == 1 - int(expected.remaining.error == 0)
    assert project["diff"] == expected.diff
    assert project["applied"] == [each.model_dump(mode="json") for each in expected.applied]
    _, out, _ = run(capsys, "a", "--fix", "--format", "json")
    assert "T0p-5ecret-Va1ue" not in out
    assert "configuration.json" in out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("nothing", "--fix"), "ProjectNotFound"),
        (("a", "--fix", "--select", "yield-operatoin"), "yield-operation"),
        (("a", "--fix", "--write-baseline"), "--write-baseline"),
        (("a", "--fix", "--format", "sarif"), "text or json"),
    ],
)
def test_wrong_usage_is_said_and_changes_nothing(
    arguments: tuple[str, ...], told: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, err = run(capsys, *arguments)
    assert code == 2
    assert told in err
    assert (folder / "a" / "connector.py").read_text() == YIELDING


def test_a_project_that_is_refused_does_not_stop_the_others(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "a" / ".connector-sdk-mcp").write_text("in the way")
    code, out, _ = run(capsys, "a", "b", "--fix")
    assert code == 1
    assert out.startswith("a: ")
    assert "yield-operation: fixed" in out
    assert (folder / "a" / "connector.py").read_text() == YIELDING


def test_the_tool_masks_secrets_in_its_diff_and_says_so(folder: Path, tmp_path: Path) -> None:
    async def ask(**arguments: Any) -> dict[str, Any]:
        settings = Settings(workspace=(folder,), state_dir=tmp_path / "state")
        async with Client(build_server(settings).server) as client:
            answer = await client.call_tool("fix_connector", {"project": "a", **arguments})
            return cast("dict[str, Any]", answer.structured_content)

    told = anyio.run(lambda: ask(select=["configuration-value-not-string"]))
    assert "T0p-5ecret-Va1ue" not in json.dumps(told)
    assert (told["written"], "masked" in told["more"]) == (False, True)
    other = anyio.run(lambda: ask(select=["yield-operation"], apply=True))
    assert (other["written"], other.get("more")) == (True, None)
    assert (folder / "a" / "connector.py").read_text() == GOOD


@pytest.mark.parametrize("arguments", [("--select", ""), ("--ignore", " , "), ("--select", "pep8", "--ignore", "")])
def test_an_empty_choice_of_rules_is_no_choice_of_all(
    arguments: tuple[str, ...], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, error = run(capsys, "a", "--fix", *arguments)
    assert (code, out, "need rule ids" in error) == (2, "", True)
    assert (folder / "a" / "connector.py").read_text() == YIELDING


def test_a_connector_that_is_not_read_is_an_error(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = folder / "a" / "connector.py"
    path.unlink()
    path.symlink_to(folder / "b" / "connector.py")
    code, out, _ = run(capsys, "a", "--fix")
    assert (code, "left: 1 error" in out) == (1, True)
    path.unlink()
    path.write_text(YIELDING + "#" * 5_000_001)
    code, out, _ = run(capsys, "a")
    assert (code, "larger than 5 MB" in out) == (1, True)


def test_a_signal_in_the_middle_puts_the_files_back(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = (folder / "a" / "configuration.json").read_text()
    real, calls = Path.replace, [0]

    def replace(self: Path, target: Path) -> Path:
        calls[0] += 1
        if calls[0] == 2:
            signal.raise_signal(signal.SIGTERM)
        return real(self, target)

    monkeypatch.setattr(Path, "replace", replace)
    with pytest.raises(SystemExit, match="143"):
        cli.main(["validate", "a", "--fix"])
    assert (folder / "a" / "configuration.json").read_text() == before
    assert (folder / "a" / "connector.py").read_text() == YIELDING
    assert not (folder / "a" / ".connector-sdk-mcp").exists()
