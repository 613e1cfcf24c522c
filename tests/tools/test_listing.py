"""The connectors of a workspace are found, with what they have and what to do next."""

from __future__ import annotations

from pathlib import Path

import pytest
from connector_sdk_mcp.tools.listing import ListedConnector, find_connectors, list_connector


def make(root: Path, *names: str) -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("")


def test_connectors_are_found_at_any_depth_and_not_in_environments_or_by_links(tmp_path: Path) -> None:
    root = tmp_path / "root"
    make(root, "b/connector.py", "a/deep/connector.py", ".venv/connector.py", "a/node_modules/x/connector.py")
    make(tmp_path, "outside/connector.py")
    (root / "link").symlink_to(tmp_path / "outside")
    assert list(find_connectors(root)) == [root / "b", root / "a" / "deep"]


def test_a_connector_is_listed_with_its_files_and_the_next_step(tmp_path: Path) -> None:
    make(tmp_path, "new/connector.py", "ready/connector.py", "ready/configuration.json", "ready/README.md")
    new, ready = list_connector(tmp_path / "new", None), list_connector(tmp_path / "ready", "run-1")
    assert "configuration.json" in new.next_step
    assert ready == ListedConnector(
        path=str(tmp_path / "ready"),
        files=["connector.py", "configuration.json", "README.md"],
        last_run="run-1",
        next_step="Look at the rows with describe_warehouse, or sync again with run_debug_sync.",
    )


def test_a_folder_that_may_not_be_read_does_not_hide_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(tmp_path, "a/connector.py", "b/connector.py")
    real = Path.is_file

    def is_file(self: Path) -> bool:
        if self.parent.name == "a":
            raise PermissionError(13, "Permission denied")
        return real(self)

    monkeypatch.setattr(Path, "is_file", is_file)
    assert list(find_connectors(tmp_path)) == [tmp_path / "b"]
