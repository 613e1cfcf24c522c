"""The interpreter of a connector: its own, with what it requires and not what the server has."""

from __future__ import annotations

import os
import sys
import zipfile
from pathlib import Path

import pytest
from connector_sdk_mcp.tools.debug.diagnosis.engine import build_failed
from connector_sdk_mcp.tools.debug.environments.building import Build
from connector_sdk_mcp.tools.debug.environments.cache import environments, prune
from connector_sdk_mcp.tools.debug.environments.interpreter import interpreter_of
from connector_sdk_mcp.tools.debug.environments.wanted import Wanted
from connector_sdk_mcp.tools.debug.models import Outcome
from connector_sdk_mcp.tools.debug.reading import read_log
from connector_sdk_mcp.tools.debug.runs import Runs
from connector_sdk_mcp.tools.debug.store import RunStore
from connector_sdk_mcp.tools.errors import EnvironmentBuildFailed
from connector_sdk_mcp.tools.project import ConnectorProject, Workspace
from support import MakeProject, finished

ROW = "op.upsert('items', {'id': 1})\nop.checkpoint({'next': 1})\n"
_METADATA = "Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n"
_WHEEL = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


def wheel(folder: Path, name: str, text: str) -> Path:
    """A package of one module, as pip and uv install it."""
    path = folder / f"{name}-1.0-py3-none-any.whl"
    info = f"{name}-1.0.dist-info"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{name}.py", text)
        archive.writestr(f"{info}/METADATA", _METADATA.format(name=name))
        archive.writestr(f"{info}/WHEEL", _WHEEL)
        archive.writestr(f"{info}/RECORD", f"{name}.py,,\n{info}/METADATA,,\n{info}/WHEEL,,\n{info}/RECORD,,\n")
    return path


def require(project: ConnectorProject, text: str) -> None:
    (project.path / "requirements.txt").write_text(text)


def test_what_the_connector_requires_is_installed_though_the_server_lacks_it(
    runs: Runs, make_project: MakeProject, workspace: Workspace, tmp_path: Path
) -> None:
    project = make_project(f"import tinything\nlog.info(tinything.SAYS)\n{ROW}")
    require(project, f"tinything @ file://{wheel(tmp_path, 'tinything', 'SAYS = str(4711)')}\n")
    run = finished(runs, workspace, runs.start(project))
    assert (run.outcome, run.errors) == (Outcome.SUCCEEDED, [])
    assert "4711" in read_log(runs.store.run_folder(run.run_id))


def test_the_options_of_the_requirements_count(
    runs: Runs, make_project: MakeProject, workspace: Workspace, tmp_path: Path
) -> None:
    project = make_project(f"import tinyother\n{ROW}")
    wheel(tmp_path, "tinyother", "")
    require(project, f"--find-links {tmp_path}\ntinyother==1.0\n")
    assert finished(runs, workspace, runs.start(project)).outcome is Outcome.SUCCEEDED


@pytest.mark.parametrize("module", ["hypothesis", "pydantic", "mcp", "connector_sdk_mcp"])
def test_what_the_server_has_and_the_connector_does_not_require_is_not_there(
    module: str, runs: Runs, make_project: MakeProject, workspace: Workspace
) -> None:
    run = finished(runs, workspace, runs.start(make_project(f"import {module}\n{ROW}")))
    assert run.outcome is Outcome.FAILED
    assert run.diagnosis is not None
    assert (run.diagnosis.kind, run.diagnosis.rule_id) == ("environment", "requirement-missing")


def test_folders_of_the_connector_are_not_shadowed_by_ours(
    runs: Runs, make_project: MakeProject, workspace: Workspace
) -> None:
    names = ("tools", "server", "resources", "templates")
    project = make_project(f"import {', '.join(names)}\nop.upsert('items', {{'id': tools.ID}})\nop.checkpoint({{}})")
    for number, name in enumerate(names):
        (project.path / name).mkdir()
        (project.path / name / "__init__.py").write_text(f"ID = {number}\n")
    assert finished(runs, workspace, runs.start(project)).outcome is Outcome.SUCCEEDED


def test_an_environment_that_cannot_be_built_is_a_refusal_with_the_requirement(
    runs: Runs, make_project: MakeProject, workspace: Workspace
) -> None:
    project = make_project(ROW)
    require(project, "no-such-package-4711==1.0\n")
    run = finished(runs, workspace, runs.start(project))
    refusal = runs.refusal(run.run_id)
    assert isinstance(refusal, EnvironmentBuildFailed)
    first, *installer = str(refusal).splitlines()
    assert "the requirement 'no-such-package-4711==1.0' cannot be installed" in first
    assert any("no-such-package-4711 was not found" in line for line in installer)
    assert run.diagnosis is not None
    assert (run.diagnosis.kind, run.diagnosis.file) == ("environment", "requirements.txt")
    assert not project.files.exists()


def built(runs: Runs, workspace: Workspace, project: ConnectorProject) -> Path:
    """The environment of a project, which a run has built."""
    finished(runs, workspace, runs.start(project))
    return interpreter_of(project, "", runs.cache).python.parent.parent


def test_the_order_is_a_given_interpreter_then_the_projects_own_then_a_built_one(
    runs: Runs, make_project: MakeProject, workspace: Workspace
) -> None:
    project = make_project("log.info(sys.executable + ' ' + sys.prefix)\n" + ROW)
    folder = built(runs, workspace, project)
    empty = project.path / ".venv"
    empty.mkdir()
    assert interpreter_of(project, "", runs.cache).build is not None
    empty.rmdir()
    empty.symlink_to(folder)
    own = interpreter_of(project, "", runs.cache)
    assert (own.python, own.build) == (project.path / ".venv" / "bin" / "python", None)
    assert finished(runs, workspace, runs.start(project)).outcome is Outcome.SUCCEEDED
    for python in (str(folder / "bin" / "python"), ".venv/bin/python"):
        run = finished(runs, workspace, runs.start(project, python=python))
        assert run.outcome is Outcome.SUCCEEDED


def test_an_environment_is_built_once_for_all_that_want_the_same(
    make_project: MakeProject, workspace: Workspace, tmp_path: Path
) -> None:
    runs = Runs(RunStore(tmp_path / "state"), tmp_path / "cache")
    projects = [make_project(ROW, name=name) for name in ("a", "b", "c")]
    started = [runs.start(project) for project in projects]
    ended = [finished(runs, workspace, run) for run in started]
    assert [run.outcome for run in ended] == [Outcome.SUCCEEDED] * 3
    logs = [read_log(runs.store.run_folder(run.run_id)) for run in ended]
    assert sum("building the environment" in log for log in logs) == 1
    assert "pipreqs" not in "".join(logs)
    (one,) = environments(runs.cache)
    assert (one.whole, one.bytes > 1_000_000, one.holds[0].startswith("fivetran-connector-sdk==")) == (True, True, True)
    assert prune(runs.cache, unused_days=1) == []
    assert [each.folder for each in prune(runs.cache, unused_days=0)] == [one.folder]
    assert [path for path in (runs.cache / "environments").iterdir() if path.is_dir()] == []
    runs.close()


def test_a_build_that_was_ended_is_made_again(make_project: MakeProject, workspace: Workspace, tmp_path: Path) -> None:
    runs = Runs(RunStore(tmp_path / "state"), tmp_path / "cache")
    project = make_project(ROW)
    half = interpreter_of(project, "", runs.cache).python
    half.parent.mkdir(parents=True)
    half.symlink_to(sys.executable)
    assert finished(runs, workspace, runs.start(project)).outcome is Outcome.SUCCEEDED
    assert half.resolve() == Path(os.path.realpath(sys.executable))
    runs.close()


def test_a_run_is_cancelled_while_its_environment_is_built(
    make_project: MakeProject, workspace: Workspace, tmp_path: Path
) -> None:
    runs = Runs(RunStore(tmp_path / "state"), tmp_path / "cache")
    run = runs.start(make_project(ROW))
    assert runs.cancel(workspace, run.run_id).outcome is Outcome.CANCELLED
    assert [each for each in environments(runs.cache) if each.whole] == []
    runs.close()


@pytest.mark.parametrize(
    ("text", "lines", "dropped", "pinned"),
    [
        ("", (), (), True),
        ("requests\nfivetran-connector-sdk\n", (), (), True),
        ("requests==2.31.0\nfivetran_connector_sdk>=2\nb==1\na==2\n", ("a==2", "b==1"), 2, True),
        ("pandas>=2  # frames\n", ("pandas>=2",), (), False),
        ("-r more.txt\n", ("more==1",), (), True),
        ("--find-links wheels\nb==1\n--nonsense\n", ("--find-links wheels", "b==1"), (), True),
        ("-r ../absent.txt\n", (), (), True),
    ],
)
def test_what_is_installed_is_what_the_requirements_name_without_those_of_fivetran(
    text: str, lines: tuple[str, ...], dropped: object, pinned: bool, make_project: MakeProject
) -> None:
    project = make_project(ROW)
    require(project, text)
    (project.path / "more.txt").write_text("more==1\nrequests\n")
    wanted = Wanted.by(project)
    assert (wanted.lines, wanted.pinned) == (lines, pinned)
    assert len(wanted.dropped) == (dropped or 0)
    assert len(wanted.warnings) == len(wanted.dropped)


def test_a_pyproject_says_the_requirements_where_there_is_no_other_file(make_project: MakeProject) -> None:
    project = make_project(ROW)
    pyproject = project.path / "pyproject.toml"
    pyproject.write_text('[project]\nname = "x"\ndependencies = ["b==1", "requests"]\n')
    assert Wanted.by(project).lines == ("b==1",)
    pyproject.write_text("[project\n")
    assert Wanted.by(project).lines == ()


def test_constraints_count_and_change_the_environment(make_project: MakeProject) -> None:
    project = make_project(ROW)
    require(project, "b\n-c pins.txt\n")
    before = Wanted.by(project)
    (project.path / "pins.txt").write_text("b==2\n")
    after = Wanted.by(project)
    assert (before.constraints, after.constraints) == ((), ("b==2",))
    assert before.key != after.key


def test_a_local_package_that_changed_is_installed_anew(make_project: MakeProject) -> None:
    project = make_project(ROW)
    (project.path / "package").mkdir()
    module = project.path / "package" / "module.py"
    module.write_text("")
    require(project, "./package\n")
    before = Wanted.by(project)
    assert Wanted.by(project) == before
    os.utime(module, ns=(1, before.changed + 1))
    assert Wanted.by(project).key != before.key


@pytest.mark.parametrize("text", [None, "-r /etc/passwd\n", "-r ../../outside.txt\n", "-c /etc/passwd\n"])
def test_requirements_outside_the_workspace_are_not_read(
    text: str | None, make_project: MakeProject, tmp_path: Path
) -> None:
    project = make_project(ROW)
    (tmp_path / "outside.txt").write_text("outside==1\n")
    if text is None:
        (project.path / "requirements.txt").symlink_to(tmp_path / "outside.txt")
    else:
        require(project, text)
    wanted = Wanted.by(project)
    assert (wanted.lines, wanted.constraints) == ((), ())


@pytest.mark.parametrize("name", ["requirements.txt", ".env", "my_config.json", "pyproject.toml"])
@pytest.mark.parametrize("kind", ["pipe", "folder"])
def test_what_is_no_file_does_not_stop_a_run(
    kind: str, name: str, runs: Runs, make_project: MakeProject, workspace: Workspace
) -> None:
    project = make_project(ROW)
    _ = os.mkfifo(project.path / name) if kind == "pipe" else (project.path / name).mkdir()
    assert finished(runs, workspace, runs.start(project)).outcome is Outcome.SUCCEEDED


def test_a_dropped_requirement_is_a_warning_of_the_run(
    runs: Runs, make_project: MakeProject, workspace: Workspace
) -> None:
    project = make_project(ROW)
    require(project, "requests==2.31.0\n")
    run = finished(runs, workspace, runs.start(project))
    assert run.outcome is Outcome.SUCCEEDED
    assert [warning for warning in run.warnings if "'requests==2.31.0'" in warning]


def test_an_environment_that_is_built_needs_no_network(
    runs: Runs, make_project: MakeProject, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = make_project(ROW)
    finished(runs, workspace, runs.start(project))
    for name in ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert finished(runs, workspace, runs.start(project)).outcome is Outcome.SUCCEEDED


def test_without_network_an_environment_is_built_from_the_installers_cache(
    runs: Runs, make_project: MakeProject, workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = make_project("import colorama\n" + ROW)
    require(project, "colorama==0.4.6\n")
    finished(runs, workspace, runs.start(project))
    for name in ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    runs.cache = tmp_path / "another cache"
    run = finished(runs, workspace, runs.start(project))
    assert (run.outcome, run.warnings) == (Outcome.SUCCEEDED, [])
    assert "building the environment" in read_log(runs.store.run_folder(run.run_id))


def test_without_network_and_cache_a_connector_without_requirements_runs_in_the_servers_interpreter(
    make_project: MakeProject, workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = Runs(RunStore(tmp_path / "state"), tmp_path / "cache")
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "uv"))
    monkeypatch.setenv("UV_DEFAULT_INDEX", "http://127.0.0.1:9/simple")
    project = make_project(ROW)
    run = finished(runs, workspace, runs.start(project))
    assert (run.outcome, len(run.warnings)) == (Outcome.SUCCEEDED, 1)
    assert "the server's own" in run.warnings[0]
    require(project, "anything==1\n")
    assert finished(runs, workspace, runs.start(project)).outcome is Outcome.FAILED
    runs.close()


@pytest.mark.parametrize(
    ("said", "blamed"),
    [
        (
            "No solution found: Because mypy-boto3-nosuch was not found in it",
            "mypy-boto3-nosuch==1.0",
        ),
        ("No solution found: Because no-such-package was not found", "No_Such_Package==1.0"),
        ("No solution found: Because boto3==1 depends on x", "boto3==1.34.0"),
        ("error: Request failed: http://index.test/simple/boto3/ connection refused", None),
    ],
)
def test_the_requirement_that_the_installer_names_is_blamed_and_none_for_the_network(
    said: str, blamed: str | None
) -> None:
    lines = ("boto3==1.34.0", "mypy-boto3-nosuch==1.0", "No_Such_Package==1.0")
    build = Build("/f", "uv", "python", "sdk", lines, (), True, "/p", {})
    problem = build._problem([said])  # pyright: ignore[reportPrivateUsage]
    assert ("the requirement" in problem, repr(blamed) in problem) == (bool(blamed), bool(blamed))
    assert ("package index cannot be reached" in problem) is (blamed is None)
    diagnosis = build_failed(problem)
    assert (diagnosis.file, diagnosis.hint.split(",")[0]) == (
        ("requirements.txt", "Correct requirements.txt") if blamed else (None, "Check the network")
    )
