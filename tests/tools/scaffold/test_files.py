"""Nothing that exists is touched, and a scaffold is written whole or not at all."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from connector_sdk_mcp.tools.errors import InvalidArguments, OutsideWorkspace, ScaffoldConflict
from connector_sdk_mcp.tools.project import Workspace
from connector_sdk_mcp.tools.scaffold.engine import scaffold
from connector_sdk_mcp.tools.scaffold.files import create_files
from connector_sdk_mcp.tools.scaffold.models import TableSpec

TABLES = [TableSpec(name="orders", primary_key=["id"])]


def test_existing_files_are_all_named_and_left_alone(workspace: Workspace) -> None:
    folder = workspace.roots[0] / "new" / "connector"
    folder.mkdir(parents=True)
    (folder / "README.md").write_text("mine")
    (folder / "connector.py").symlink_to("nowhere")
    for dry_run in (False, True):
        with pytest.raises(ScaffoldConflict, match=r"already holds connector\.py, README\.md; nothing was written"):
            scaffold(workspace, "new/connector", pattern="rest_api", tables=TABLES, dry_run=dry_run)
    assert sorted(path.name for path in folder.iterdir()) == ["README.md", "connector.py"]
    assert (folder / "README.md").read_text() == "mine"


def test_a_file_in_the_place_of_a_folder_is_a_conflict(workspace: Workspace) -> None:
    (workspace.roots[0] / "new").write_text("mine")
    with pytest.raises(ScaffoldConflict, match="new exists and is not a folder"):
        scaffold(workspace, "new/connector", pattern="rest_api", tables=TABLES)


def test_a_file_that_appears_meanwhile_takes_everything_back(tmp_path: Path) -> None:
    (tmp_path / "second").write_text("theirs")
    with pytest.raises(ScaffoldConflict, match="already holds second; nothing was written"):
        create_files(tmp_path, {"first": "1", "second": "2", "third": "3"})
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"second": "theirs"}


def test_folders_that_were_created_are_taken_back_too(tmp_path: Path) -> None:
    with pytest.raises(InvalidArguments, match="cannot be written: "):
        create_files(tmp_path / "a" / "b", {"first": "1", "n" * 300: "2"})
    assert list(tmp_path.iterdir()) == []


def test_of_several_at_once_exactly_one_writes(workspace: Workspace) -> None:
    outcomes: list[str] = []

    def run() -> None:
        try:
            scaffold(workspace, "new/connector", pattern="rest_api", tables=TABLES)
            outcomes.append("written")
        except ScaffoldConflict:
            outcomes.append("conflict")

    threads = [threading.Thread(target=run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["conflict"] * 7 + ["written"]
    assert len(list((workspace.roots[0] / "new" / "connector").iterdir())) == 5


@pytest.mark.parametrize("project", ["..", "../elsewhere", "/etc", "link/inside"])
def test_a_project_outside_the_workspace_is_refused(workspace: Workspace, tmp_path: Path, project: str) -> None:
    (workspace.roots[0] / "link").symlink_to(tmp_path)
    with pytest.raises(OutsideWorkspace):
        scaffold(workspace, project, pattern="rest_api", tables=TABLES)
    assert not (tmp_path / "inside").exists()
