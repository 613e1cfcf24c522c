"""How fixes are put together and written: many at once, those that meet, files that may not be changed."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from connector_sdk_mcp.tools.errors import FileChanged, RuleNotFound
from connector_sdk_mcp.tools.validate.engine import validate
from connector_sdk_mcp.tools.validate.fixing.engine import fix, prepare, write_fixes

from .fixing import comments, contents, patched, written

HEAD = "from fivetran_connector_sdk import Connector, Operations as op\n"
YIELDING = HEAD + 'def update(configuration, state):\n    yield op.upsert("t", {"id": 1})  # one\n'
MADE = "connector = Connector(update=update)\n"
MANY = '''\
"""Reads things."""

import os
import requests
from fivetran_connector_sdk import Connector


def schema(configuration):
    """The table."""
    return [{"table": "things", "primary_key": "id"}]  # one table


def send(row):
    """One row."""
    yield op.upsert(table="things", record=row)  # sends


def update(configuration, state):
    """Sends everything."""
    key = configuration["key"]
    rows = requests.get(
        "https://api.test/things",
        headers={"key": key},  # not in the address
    ).json()
    if state["since"]:
        log.info("again")
    for row in rows:
        yield from send(row)
    for row in rows:
        for _ in send(row):  # once more
            pass
    op.update(table="things", data={"id": 1})
    op.checkpoint(state)


if __name__ == "__main__":
    connector = Connector(update=update, schema=schema)
    connector.debug(configuration=json.load(open("/configuration.json")))
'''
MANY_FIXED = '''\
"""Reads things."""

import requests
from fivetran_connector_sdk import Connector
from fivetran_connector_sdk import Operations as op
from fivetran_connector_sdk import Logging as log
import json


def schema(configuration):
    """The table."""
    return [{"table": "things", "primary_key": ["id"]}]  # one table


def send(row):
    """One row."""
    op.upsert(table="things", data=row)  # sends


def validate_configuration(configuration: dict) -> None:
    """Raises ValueError when a value that the connector needs is missing."""
    for key in ("key",):
        if key not in configuration:
            raise ValueError(f"The configuration lacks a value for {key}.")


def update(configuration, state):
    """Sends everything."""
    validate_configuration(configuration)
    key = configuration["key"]
    rows = requests.get(
        "https://api.test/things",
        headers={"key": key},  # not in the address
        timeout=30,
    ).json()
    if state.get("since"):
        log.info("again")
    for row in rows:
        send(row)
    for row in rows:
        send(row)  # once more
    op.update(table="things", modified={"id": 1})
    op.checkpoint(state)


connector = Connector(update=update, schema=schema)


if __name__ == "__main__":
    connector.debug(configuration=json.load(open("configuration.json")))
'''


def run_until_nothing_changes(project: Path) -> int:
    """Fixes again and again; the number of runs that changed something."""
    for number in range(10):
        if not fix(project, apply=True).written:
            return number
    raise AssertionError("The fixes never come to an end.")


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("white", ["    ", "\t"])
def test_ten_rules_and_more_are_fixed_in_one_file(newline: str, white: str, tmp_path: Path) -> None:
    def form(text: str) -> bytes:
        return text.replace("    ", white).replace("\n", newline).encode()

    project = written(tmp_path, {"connector.py": form(MANY), "configuration.json": '{"key": "a"}\n'})
    first = fix(project, apply=True)
    assert len({each.rule_id for each in first.applied}) >= 8
    assert run_until_nothing_changes(project) <= 4
    assert contents(project)["connector.py"] == form(MANY_FIXED)
    assert comments(form(MANY)) == comments(contents(project)["connector.py"])


def test_of_two_fixes_that_meet_the_second_comes_in_the_next_run(tmp_path: Path) -> None:
    text = f"import os, json\n{HEAD}def update(configuration, state):\n    json.dumps({{}})\n{MADE}"
    project = written(tmp_path, {"connector.py": text})
    first = fix(project, select=["unused-import", "pep8"], apply=True)
    assert [each.rule_id for each in first.applied] == ["pep8"] or [each.rule_id for each in first.not_applied]
    assert any("run the fix once more" in each.reason for each in first.not_applied)
    second = fix(project, select=["unused-import", "pep8"], apply=True)
    assert len(second.applied) == 1
    assert validate(project, select=["unused-import"]).findings == []


@pytest.mark.parametrize(
    "before",
    [
        f"# -*- coding: latin-1 -*-\n# \u00fc\n{YIELDING}{MADE}".encode(),
        f"\ufeff# BOM\n{YIELDING}{MADE}".encode(),
        f"{YIELDING}{MADE}".encode().rstrip(),
        f"#!/usr/bin/env python\n{YIELDING}{MADE}".replace("\n", "\r\n").encode(),
        f"{YIELDING}{MADE}".replace("    ", "\t").encode(),
        f"{YIELDING}\x0c\n{MADE}# \u2028 \x85\n".encode(),
        f"# coding: utf-8\n{YIELDING}{MADE}".encode(),
    ],
    ids=["cookie", "mark", "no end", "carriage returns", "tabs", "form feed", "utf-8 cookie"],
)
def test_a_file_keeps_every_other_byte(before: bytes, tmp_path: Path) -> None:
    project = written(tmp_path / "project", {"connector.py": before})
    result = fix(project, select=["yield-operation"], apply=True)
    assert contents(project)["connector.py"] == before.replace(b"yield ", b"")
    for command in (("git", "apply", "-"), ("patch", "-p1", "--binary", "-s")):
        assert patched({"connector.py": before}, result.diff, tmp_path / "copy", *command) == contents(project)


def test_the_mode_stays_and_the_backup_holds_the_old_files(tmp_path: Path) -> None:
    files = {"connector.py": YIELDING + MADE, "configuration.json": '{"a": 1}\n'}
    project = written(tmp_path, files)
    (project / "connector.py").chmod(0o751)
    result = fix(project, apply=True, select=["yield-operation", "configuration-value-not-string"])
    assert stat.S_IMODE((project / "connector.py").stat().st_mode) == 0o751
    assert result.backup is not None
    backup = project / result.backup
    assert {path.name: path.read_text() for path in backup.iterdir()} == files
    assert (backup.parent / ".gitignore").read_text() == "*\n"
    assert {stat.S_IMODE(path.stat().st_mode) for path in backup.iterdir()} == {0o600}


def test_a_read_only_file_is_left_with_the_reason(tmp_path: Path) -> None:
    project = written(tmp_path, {"connector.py": YIELDING + MADE, "requirements.txt": "requests\n"})
    (project / "connector.py").chmod(0o444)
    result = fix(project, apply=True, select=["yield-operation", "requirement-preinstalled"])
    assert [each.rule_id for each in result.applied] == ["requirement-preinstalled"]
    assert [(each.rule_id, "read-only" in each.reason) for each in result.not_applied] == [("yield-operation", True)]
    assert (project / "connector.py").read_text() == YIELDING + MADE


def test_a_file_that_changed_since_it_was_read_is_not_written(tmp_path: Path) -> None:
    project = written(tmp_path, {"connector.py": YIELDING + MADE, "requirements.txt": "requests\n"})
    fixes = prepare(project)
    (project / "requirements.txt").write_text("requests\npandas==2.2.3\n")
    before = contents(project)
    with pytest.raises(FileChanged, match=r"requirements\.txt changed"):
        _ = write_fixes(fixes)
    assert contents(project) == before
    assert not (project / ".connector-sdk-mcp").exists()


def test_a_link_is_written_where_it_leads_inside_the_project_only(tmp_path: Path) -> None:
    outside = written(tmp_path / "outside", {"helpers.py": "import os\n"})
    text = (
        HEAD
        + "import inner\nimport helpers\ninner.go()\nhelpers.os\ndef update(configuration, state):\n    pass\n"
        + MADE
    )
    project = written(tmp_path / "project", {"connector.py": text, "real.py": "import csv\ndef go():\n    pass\n"})
    (project / "inner.py").symlink_to("real.py")
    (project / "helpers.py").symlink_to(outside / "helpers.py")
    result = fix(project, select=["unused-import"], apply=True)
    assert [each.file for each in result.applied] == ["inner.py"]
    assert (project / "inner.py").is_symlink()
    assert (project / "real.py").read_text() == "def go():\n    pass\n"
    assert contents(outside) == {"helpers.py": b"import os\n"}


def test_a_hard_link_outside_keeps_its_content(tmp_path: Path) -> None:
    project = written(tmp_path / "project", {"connector.py": YIELDING + MADE})
    os.link(project / "connector.py", tmp_path / "outside.py")
    _ = fix(project, select=["yield-operation"], apply=True)
    assert (tmp_path / "outside.py").read_text() == YIELDING + MADE


def test_a_preview_writes_nothing_at_all(tmp_path: Path) -> None:
    project = written(tmp_path, {"connector.py": YIELDING + MADE})
    result = fix(project, select=["yield-operation"])
    assert (result.written, result.backup, bool(result.diff)) == (False, None, True)
    assert [path.name for path in project.iterdir()] == ["connector.py"]


def test_what_the_project_switches_off_is_not_fixed(tmp_path: Path) -> None:
    ignored = YIELDING.replace("# one", "# csdk: ignore[yield-operation] old SDK")
    project = written(tmp_path, {"connector.py": ignored + MADE})
    assert fix(project, select=["yield-operation"]).applied == []
    with pytest.raises(RuleNotFound, match="yield-operation"):
        _ = fix(project, select=["yield-operations"])


HELD = {
    "rows as well": "    yield op.upsert('t', row)\n    yield row\ndef update(c, s):\n    for _ in send({}):\n"
    "        pass\n",
    "counted": "    yield op.upsert('t', row)\ndef update(c, s):\n    for n in send({}):\n        total += 1\n",
    "next": "    yield op.upsert('t', row)\ndef update(c, s):\n    next(send({}))\n",
    "handed on": "    yield op.upsert('t', row)\ndef update(c, s):\n    run(send)\n",
    "kept": "    yield op.upsert('t', row)\ndef update(c, s):\n    work = send({})\n    for _ in work:\n        pass\n",
    "read": "    done = yield op.upsert('t', row)\n    print(done)\n",
}


@pytest.mark.parametrize("case", HELD)
def test_a_generator_that_does_more_is_left_with_its_callers(case: str, tmp_path: Path) -> None:
    project = written(tmp_path, {"connector.py": f"{HEAD}def send(row):\n{HELD[case]}"})
    before = contents(project)
    result = fix(project, select=["yield-operation"], apply=True)
    assert (result.applied, bool(result.not_applied), contents(project)) == ([], True, before)


UNITS = {
    "for": ("for _ in send({}):\n        pass", "send({})"),
    "one line": ("for _ in send({}): pass", "send({})"),
    "comments": (
        "for _ in send({}):  # one\n        # two\n        pass  # three\n    # four",
        "send({})  # one\n        # two\n        # three\n    # four",
    ),
    "list": ("list(send({}))", "send({})"),
    "yield from": ("yield from send({})", "send({})"),
    "yield each": ("for each in send({}):\n        yield each", "send({})"),
    "never run": ("send({})", "send({})"),
}


@pytest.mark.parametrize("case", UNITS)
def test_a_generator_and_its_callers_change_together(case: str, tmp_path: Path) -> None:
    before, after = UNITS[case]
    helper = "from fivetran_connector_sdk import Operations as op\ndef send(row):\n    {}op.upsert('t', row)\n"
    caller = HEAD + "from helpers import send\ndef update(configuration, state):\n    {}\n" + MADE
    project = written(tmp_path, {"helpers.py": helper.format("yield "), "connector.py": caller.format(before)})
    result = fix(project, select=["yield-operation"], apply=True)
    assert result.not_applied == []
    assert contents(project) == {
        "helpers.py": helper.format("").encode(),
        "connector.py": caller.format(after).encode(),
    }


SEND = "def send(row):\n    yield op.upsert('t', row)\n"
UPDATE = "def update(configuration, state):\n"
CHECK = (
    "def validate_configuration(configuration, note=''):\n    if 'a' not in configuration:\n        raise ValueError\n"
)
# What somebody who attacked the fixes found: code whose meaning would change.
LEFT: dict[str, tuple[str, str, dict[str, str]]] = {
    "a statement behind a generator expression": (
        "yield-operation",
        f"{HEAD}{UPDATE}    yield from (op.upsert('t', row) for row in []); state['c'] = 1\n",
        {},
    ),
    "a variable of a generator expression that has other uses": (
        "yield-operation",
        f"{HEAD}{UPDATE}    yield from (op.upsert('t', state) for state in [2])\n    yield op.checkpoint(state)\n",
        {},
    ),
    "a method that Python calls": (
        "yield-operation",
        f"{HEAD}class It:\n    def __iter__(self):\n        yield op.upsert('t', {{}})\n{UPDATE}    list(It())\n",
        {},
    ),
    "an alias that is handed on": (
        "yield-operation",
        f"{HEAD}from helpers import send as put\nWORK = [put]\n{UPDATE}    for each in WORK:\n        list(each(1))\n",
        {"helpers.py": HEAD + SEND},
    ),
    "a method that is called list": ("yield-operation", f"{HEAD}{SEND}{UPDATE}    api.list(send(1))\n", {}),
    "a name as text": (
        "yield-operation",
        f"{HEAD}class Sync:\n    def users(self):\n        yield op.upsert('t', {{}})\n"
        f"{UPDATE}    for each in getattr(Sync(), 'users')():\n        print(each)\n",
        {},
    ),
    "a configuration that is prepared": (
        "validate-configuration-late",
        f"{HEAD}{CHECK}{UPDATE}    configuration['a'] = configuration.pop('b')\n    print(configuration['a'])\n"
        f"    validate_configuration(configuration)\n{MADE}",
        {},
    ),
    "a run that a function starts": (
        "missing-main-block",
        f"import json\n{HEAD}{UPDATE}    pass\n{MADE}def main():\n    connector.debug()\n"
        "if __name__ == '__main__':\n    main()\n",
        {},
    ),
    "another json": ("missing-main-block", f"from compat import json\n{HEAD}{UPDATE}    pass\n{MADE}", {}),
    "a path with other uses": (
        "absolute-configuration-path",
        "PATH = '/configuration.json'\nopen(PATH)\nopen('x' + PATH)\n",
        {},
    ),
    "a module of the project": (
        "unused-import",
        f"{HEAD}import handlers\n{UPDATE}    pass\n{MADE}",
        {"handlers.py": "print(1)\n"},
    ),
    "a state that is counted up": (
        "state-key-assumed",
        f"{HEAD}{UPDATE}    x = state['a']\n    x += 1\n    if x:\n        pass\n{MADE}",
        {},
    ),
    "a state that is spread": (
        "state-key-assumed",
        f"import requests\n{HEAD}{UPDATE}    requests.get('u', params={{'k': 1, **state['m']}}, timeout=1)\n{MADE}",
        {},
    ),
}


@pytest.mark.parametrize("case", LEFT)
def test_a_fix_that_would_change_what_the_code_means_is_held_back(case: str, tmp_path: Path) -> None:
    rule_id, source, others = LEFT[case]
    project = written(tmp_path, {"connector.py": source, **others})
    before = contents(project)
    result = fix(project, select=[rule_id], apply=True)
    assert (result.applied, contents(project)) == ([], before)
    assert result.not_applied


def test_a_moved_statement_keeps_its_lines_as_they_are(tmp_path: Path) -> None:
    call = '    validate_configuration(configuration, """one\n      two""")\n'
    read = '    x = configuration["a"]\n'
    project = written(tmp_path, {"connector.py": f"{HEAD}{CHECK}{UPDATE}{read}{call}{MADE}"})
    assert fix(project, select=["validate-configuration-late"], apply=True).written
    assert contents(project)["connector.py"].decode() == f"{HEAD}{CHECK}{UPDATE}{call}{read}{MADE}"


def test_lines_that_are_kept_do_not_get_a_second_carriage_return(tmp_path: Path) -> None:
    text = (
        f"{HEAD}{SEND}{UPDATE}    list(send(\n        1,\n    ))\n    yield from (op.upsert(\n  't', r) for r in [])\n"
    )
    project = written(tmp_path, {"connector.py": text.replace("\n", "\r\n").encode()})
    assert len(fix(project, select=["yield-operation"], apply=True).applied) == 2
    data = contents(project)["connector.py"]
    assert (data.count(b"\r"), data.count(b"\r\n")) == (data.count(b"\n"), data.count(b"\n"))


def test_requests_that_wait_are_fixed_where_they_are_made(tmp_path: Path) -> None:
    text = f"import requests\n{HEAD}{UPDATE}    requests.Session().get('u')\n    requests.get('u')\n{MADE}"
    project = written(tmp_path, {"connector.py": text})
    assert len(fix(project, select=["request-without-timeout"], apply=True).applied) == 2
    assert contents(project)["connector.py"].decode() == text.replace("get('u')", "get('u', timeout=30)")


def test_keys_that_the_code_can_do_without_are_not_required(tmp_path: Path) -> None:
    body = (
        "    with suppress(KeyError):\n        print(configuration['a'])\n    z = lambda: configuration['b']\n"
        "    for _ in []:\n        print(configuration['c'])\n    print(configuration['d'])\n"
    )
    project = written(tmp_path, {"connector.py": f"{HEAD}from contextlib import suppress\n{UPDATE}{body}{MADE}"})
    assert fix(project, select=["missing-validate-configuration"], apply=True).written
    assert 'for key in ("d",):' in contents(project)["connector.py"].decode()
