"""What somebody who attacked the writing of fixes found: nothing outside, nothing lost, nothing left, no secret."""

from __future__ import annotations

import json
import os
import stat
import subprocess
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from connector_sdk_mcp.tools.errors import FileChanged, InvalidArguments
from connector_sdk_mcp.tools.redact import Redactor
from connector_sdk_mcp.tools.validate.fixing.engine import fix, prepare, write_fixes

from .fixing import contents, patched, written

HEAD = "from fivetran_connector_sdk import Connector, Operations as op\n"
UPDATE = 'def update(configuration, state):\n    yield op.upsert("t", {"id": 1})\n'
MADE = "connector = Connector(update=update)\n"
CODE = HEAD + UPDATE + MADE
FILES: dict[str, str | bytes] = {
    "connector.py": CODE,
    "configuration.json": '{"a": 1}\n',
    "requirements.txt": "requests\n",
}
HOME = ".connector-sdk-mcp"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return written(tmp_path / "project", FILES)


def left_over(project: Path) -> list[str]:
    """What a fix has left beside backups and their .gitignore."""
    names = (path.relative_to(project).as_posix() for path in project.rglob("*"))
    return [name for name in names if ".tmp" in name or "staged" in name]


def failing(number: int, error: Exception, also: Callable[[], object] = lambda: None) -> Callable[..., Any]:
    """A `Path.replace` that fails at its `number`th call, after something else has happened."""
    real, calls = Path.replace, [0]

    def replace(self: Path, target: Path) -> Path:
        calls[0] += 1
        if calls[0] == number:
            also()
            raise error
        return real(self, target)

    return replace


@pytest.mark.parametrize("number", [1, 2, 3])
@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_write_that_fails_leaves_the_files_as_they_were_and_nothing_else(
    number: int, error: Exception, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = contents(project)
    monkeypatch.setattr(Path, "replace", failing(number, error))
    with pytest.raises((InvalidArguments, KeyboardInterrupt)) as failed:
        _ = fix(project, apply=True)
    assert isinstance(error, KeyboardInterrupt) or "No space left on device" in str(failed.value)
    assert isinstance(error, KeyboardInterrupt) or "nothing was written" in str(failed.value)
    assert (contents(project), sorted(path.name for path in project.iterdir())) == (before, sorted(before))


def test_what_the_user_saves_while_a_fix_is_taken_back_is_kept(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fixes = prepare(project)
    saved = project / next(iter(fixes.new))
    error = OSError(5, "Input/output error")
    monkeypatch.setattr(Path, "replace", failing(3, error, lambda: saved.write_text('{"mine": "1"}')))
    with pytest.raises(InvalidArguments, match="nothing was written"):
        _ = write_fixes(fixes)
    assert saved.read_text() == '{"mine": "1"}'


def test_what_cannot_be_put_back_is_named_with_its_backup(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real, calls = Path.replace, [0]

    def replace(self: Path, target: Path) -> Path:
        calls[0] += 1
        if calls[0] > 1:
            raise OSError(5, "Input/output error")
        return real(self, target)

    monkeypatch.setattr(Path, "replace", replace)
    with pytest.raises(InvalidArguments, match=r"stays\. As it was it is in .*backup-") as failed:
        _ = fix(project, apply=True)
    backup = Path(str(failed.value).rpartition(" is in ")[2].rstrip("."))
    assert {path.name: path.read_text() for path in backup.iterdir()} == FILES
    assert left_over(project) == []


def test_a_home_that_is_no_folder_is_refused_and_nothing_is_written(project: Path, tmp_path: Path) -> None:
    before = contents(project)
    home = project / HOME
    for make in (home.touch, partial(home.symlink_to, tmp_path), partial(os.mkfifo, home)):
        make()
        with pytest.raises(FileChanged, match="nothing was written"):
            _ = fix(project, apply=True)
        home.unlink()
    assert contents(project) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["project"]


@pytest.mark.parametrize("kind", ["link", "empty", "other", "folder"])
def test_git_leaves_the_backup_out_and_no_link_is_followed(kind: str, project: Path, tmp_path: Path) -> None:
    ignore = project / HOME / ".gitignore"
    ignore.parent.mkdir()
    if kind == "link":
        ignore.symlink_to(tmp_path / "outside.txt")
    elif kind == "folder":
        ignore.mkdir()
    else:
        ignore.write_text("" if kind == "empty" else "*.log\n")
    _ = fix(project, apply=True)
    assert not (tmp_path / "outside.txt").exists()
    _ = subprocess.run(["git", "init", "-q", str(project)], check=True)
    listed = subprocess.run(["git", "-C", str(project), "add", "-A", "-n", "."], check=True, capture_output=True)
    assert b"backup-" not in listed.stdout


def test_what_a_killed_fix_left_is_swept(project: Path) -> None:
    (project / HOME / "staged-abc").mkdir(parents=True)
    (project / HOME / "staged-abc" / "new0").write_text("secret")
    _ = fix(project, apply=True)
    assert left_over(project) == []


def test_two_names_of_one_file_are_written_once(tmp_path: Path) -> None:
    text = f"{HEAD}import a\nimport b\na.go()\nb.go()\ndef update(configuration, state):\n    op.checkpoint(state)\n"
    project = written(
        tmp_path,
        {"a.py": "import csv\ndef go():\n    pass\n", "connector.py": text + "connector = Connector(update=update)\n"},
    )
    (project / "b.py").symlink_to("a.py")
    result = fix(project, select=["unused-import"], apply=True)
    assert [each.file for each in result.applied] == ["a.py"]
    assert [each.reason for each in result.not_applied] == ["b.py is another name of a.py, in which this is fixed."]
    assert fix(project, select=["unused-import"], apply=True).not_applied == []
    assert (project / "a.py").read_text() == "def go():\n    pass\n"


def test_the_diff_of_a_linked_file_names_the_file_that_changes(tmp_path: Path) -> None:
    project = written(tmp_path / "project", {"connector.py": CODE, "conf/real.json": '{"a": 1}\n'})
    (project / "configuration.json").symlink_to("conf/real.json")
    result = fix(project, select=["configuration-value-not-string"], apply=True)
    before: dict[str, bytes | str] = {"connector.py": CODE, "conf/real.json": '{"a": 1}\n'}
    after = patched(before, result.diff, tmp_path / "copy", "git", "apply", "-")  # pyright: ignore[reportArgumentType]
    assert after["conf/real.json"] == (project / "conf/real.json").read_bytes() == b'{"a": "1"}\n'


def test_a_file_that_was_read_and_not_changed_by_the_fix_has_to_stand_as_well(tmp_path: Path) -> None:
    text = f"{HEAD}import a\nimport b\na.go()\nb.go()\n"
    project = written(
        tmp_path, {"a.py": "import csv\ndef go():\n    pass\n", "b.py": "def go():\n    pass\n", "connector.py": text}
    )
    fixes = prepare(project, select=["unused-import"])
    (project / "b.py").write_text("import a\ndef go():\n    a.csv.reader([])\n")
    with pytest.raises(FileChanged, match=r"b\.py changed"):
        _ = write_fixes(fixes)


@pytest.mark.parametrize(
    ("file", "data"),
    [
        ("requirements.txt", b"requests\n# \xfc\n"),
        ("connector.py", b"# coding: idna\n" + CODE.encode()),
        ("connector.py", b"# coding: unicode_escape\n" + CODE.encode() + b"# a\\tb\n"),
        ("connector.py", b"# coding: utf-7\nx = 'a~b'\n" + CODE.encode()),
    ],
)
def test_a_file_that_cannot_be_put_back_as_it_was_is_left(file: str, data: bytes, project: Path) -> None:
    (project / file).write_bytes(data)
    result = fix(project, apply=True)
    assert (project / file).read_bytes() == data
    assert {each.file for each in result.applied} == {*FILES} - {file}


def test_the_owner_the_whole_mode_and_the_attributes_stay(project: Path) -> None:
    path = project / "connector.py"
    os.chown(path, os.getuid(), os.getgroups()[-1] if os.getuid() else 4321)
    path.chmod(0o2751)
    before = path.stat()
    _ = fix(project, apply=True)
    after = path.stat()
    assert path.read_text() != CODE
    assert (after.st_uid, after.st_gid, stat.S_IMODE(after.st_mode)) == (before.st_uid, before.st_gid, 0o2751)


@pytest.mark.parametrize(
    ("member", "secret"),
    [
        ('"svc": {"password": "ab\\\\cdefgh"}', "cdefgh"),
        ('"credentials": {"user": "bob", "value": "pppQQQ1"}', "pppQQQ1"),
        ('"api_key": "abcDEF\\/ghiJKLmno99"', "ghiJKL"),
        ('"api_key": "abc\\u00E4ghiJKLmno99"', "ghiJKL"),
        ('"password": "first-one-1", "password": "second-one-2"', "-one-"),
        ('"password": 99887766554433221100.5', "998877"),
        ('"pin": 123456e2', "123456"),
        ('"tls": {"private_key": "-----BEGIN PRIVATE KEY-----\\nAAAA\\nq9==\\n"}', "q9=="),
        ('"db": {"dsn": "postgres://bob:s3cr/et@h/db"}', "s3cr"),
        ('"dsn": "postgres://bob:s3cr/et@h/db"', "s3cr"),
        ('"tokens": ["tok-1234", "tok-5678"]', "tok-"),
        ('"api_keys": ["abcd-1234"]', "abcd-"),
        ('"login": {"pass": "pppQQQ1"}', "pppQQQ1"),
    ],
)
def test_no_spelling_of_a_secret_is_in_a_diff(member: str, secret: str, tmp_path: Path) -> None:
    text = f'{{\n  "n": 1,\n  {member}\n}}\n'
    project = written(tmp_path, {"connector.py": CODE, "configuration.json": text})
    result = fix(project, select=["configuration-value-not-string"])
    assert '+  "n": "1",' in result.diff
    assert secret not in result.diff
    assert "masked" in (result.more or "")


def test_a_diff_without_secrets_is_not_called_masked(project: Path) -> None:
    assert fix(project).more is None


def test_a_password_with_a_slash_is_a_secret_and_a_path_is_not() -> None:
    redactor = Redactor.of({"u": "postgres://bob:s3cr/et@host/db", "v": "https://host:8080/users/@me/x"})
    assert redactor.secrets == {"s3cr/et"}
    assert json.loads(json.dumps(redactor.text("s3cr/et"))) == "***"
