"""A caller's path becomes a path of ours inside the workspace, or a refusal."""

from __future__ import annotations

from pathlib import Path

import pytest
from connector_sdk_mcp.tools.errors import ConnectorSdkError, OutsideWorkspace, ProjectNotFound, WorkspaceMissing
from connector_sdk_mcp.tools.project import ConnectorProject, Workspace
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    root = tmp_path / "work"
    (root / "orders").mkdir(parents=True)
    (root / "orders" / "connector.py").write_text("")
    (root / "empty").mkdir()
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "connector.py").write_text("")
    (root / "link").symlink_to(outside)
    (root / "inner").symlink_to(root / "orders")
    (root / "loop").symlink_to(root / "loop")
    return Workspace((root,))


@pytest.mark.parametrize("path", ["orders", "./orders", "empty/../orders", "inner"])
def test_a_path_inside_the_workspace_opens(workspace: Workspace, path: str) -> None:
    assert ConnectorProject.open(workspace, path).path == workspace.roots[0] / "orders"


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("..", "OutsideWorkspace"),
        ("../outside", "OutsideWorkspace"),
        ("orders/../../outside", "OutsideWorkspace"),
        ("/etc", "OutsideWorkspace"),
        ("/", "OutsideWorkspace"),
        ("link", "OutsideWorkspace"),
        ("missing", "ProjectNotFound"),
        ("empty", "ProjectNotFound"),
        ("orders/connector.py", "ProjectNotFound"),
        ("loop", "ProjectNotFound"),
        ("x" * 5000, "ProjectNotFound"),
        ("", "InvalidArguments"),
        ("a\0b", "InvalidArguments"),
    ],
)
def test_any_other_path_is_refused_with_its_code(workspace: Workspace, path: str, code: str) -> None:
    with pytest.raises(ConnectorSdkError) as refused:
        ConnectorProject.open(workspace, path)
    assert refused.value.code == code


def test_a_files_folder_that_leads_outside_is_refused(workspace: Workspace) -> None:
    project = ConnectorProject.open(workspace, "orders")
    (project.path / "files").symlink_to(workspace.roots[0].parent / "outside")
    with pytest.raises(OutsideWorkspace):
        _ = project.warehouse


def test_a_workspace_that_is_no_folder_is_missing(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceMissing):
        Workspace((tmp_path / "none",))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=60))
def test_no_text_opens_a_folder_outside(workspace: Workspace, path: str) -> None:
    try:
        opened = ConnectorProject.open(workspace, path)
    except ConnectorSdkError as error:
        assert isinstance(error, ProjectNotFound) or error.code in ("OutsideWorkspace", "InvalidArguments")
    else:
        assert opened.path.is_relative_to(workspace.roots[0])
