"""What several tests stand on: a workspace, a store of runs, and projects made of text."""

from __future__ import annotations

import json
from collections.abc import Generator
from pathlib import Path

import pytest
from connector_sdk_mcp.tools.debug.runs import Runs
from connector_sdk_mcp.tools.debug.store import RunStore
from connector_sdk_mcp.tools.project import ConnectorProject, Workspace
from support import HEAD, TAIL, MakeProject


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    root = tmp_path / "work"
    root.mkdir()
    return Workspace((root,))


@pytest.fixture
def make_project(workspace: Workspace) -> MakeProject:
    """Makes a project of the body of update() (indented by us) and a configuration."""

    def make(body: str, configuration: dict[str, str] | None = None, name: str = "orders") -> ConnectorProject:
        folder = workspace.roots[0] / name
        folder.mkdir(exist_ok=True)
        lines = "\n".join(f"    {line}" for line in body.strip().splitlines())
        update = f"def update(configuration, state):\n{lines}"
        (folder / "connector.py").write_text(HEAD + update + TAIL, encoding="utf-8")
        (folder / "configuration.json").write_text(json.dumps(configuration or {}), encoding="utf-8")
        return ConnectorProject.open(workspace, name)

    return make


@pytest.fixture
def runs(tmp_path: Path) -> Generator[Runs]:
    opened = Runs(RunStore(tmp_path / "state"))
    yield opened
    opened.close()
