"""The connectors of a workspace."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from .project import CONFIGURATION_FILE, CONNECTOR_FILE

_NOT_PROJECTS = re.compile(r"\..*|venv|node_modules|__pycache__|site-packages|files|crash-reports|build|dist")
_SHOWN_FILES = (CONNECTOR_FILE, CONFIGURATION_FILE, "requirements.txt", "README.md", "files/warehouse.db")
_MAX_DEPTH = 6
_MAX_FOLDERS = 20_000


class ListedConnector(BaseModel):
    """A folder with a connector.py; `files` are those of the usual ones that it has."""

    model_config = ConfigDict(frozen=True)

    path: str
    files: list[str]
    last_run: str | None
    next_step: str


def find_connectors(root: Path) -> Iterator[Path]:
    """The folders at and below `root` that hold a connector.py, by path; links are not followed."""
    waiting, seen = [(root, 0)], 0
    while waiting and seen < _MAX_FOLDERS:
        folder, depth = waiting.pop(0)
        seen += 1
        if _is_file(folder / CONNECTOR_FILE):
            yield folder
        if depth < _MAX_DEPTH:
            waiting += [(child, depth + 1) for child in _folders(folder)]


def list_connector(folder: Path, last_run: str | None) -> ListedConnector:
    """What the folder holds, and what to do next with it."""
    present = [name for name in _SHOWN_FILES if _is_file(folder / name)]
    return ListedConnector(path=str(folder), files=present, last_run=last_run, next_step=_next_step(present, last_run))


def _is_file(path: Path) -> bool:
    """Whether it is a file, as far as we may look."""
    try:
        return path.is_file()
    except OSError:
        return False


def _folders(folder: Path) -> list[Path]:
    try:
        entries = [entry for entry in os.scandir(folder) if entry.is_dir(follow_symlinks=False)]
    except OSError:
        return []
    return sorted(Path(entry.path) for entry in entries if not _NOT_PROJECTS.fullmatch(entry.name))


def _next_step(present: list[str], last_run: str | None) -> str:
    if CONFIGURATION_FILE not in present:
        return "Write configuration.json ({} is enough where nothing is configured), then validate_connector."
    if last_run is None and "files/warehouse.db" not in present:
        return "Check it with validate_connector, then run_debug_sync."
    return "Look at the rows with describe_warehouse, or sync again with run_debug_sync."
