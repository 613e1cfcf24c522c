"""Warehouses that are kept under a name, in the project's folder `.connector-sdk-mcp/snapshots`.

Standard library only: the supervisor of a run imports it.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from ..errors import InvalidArguments
from ..home import HOME, locked_home, staging
from ..nearest import nearest
from ..project import ConnectorProject

SNAPSHOTS = "snapshots"
SNAPSHOT_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
_KEPT = ("warehouse.db", "warehouse.db.wal", "state.json")


def keep_snapshot(project: Path, files: Path, name: str) -> Path:
    """Copies warehouse and state; an older snapshot of this name is replaced. Raises FileChanged, OSError."""
    with locked_home(project) as home, staging(home) as place:
        for kept in _KEPT:
            if (files / kept).exists():
                shutil.copyfile(files / kept, place / kept)
        final = home / SNAPSHOTS / name
        final.parent.mkdir(mode=0o700, exist_ok=True)
        if final.exists():
            final.replace(place / "older")
        (place / "new").mkdir()
        for kept in _KEPT:
            if (place / kept).exists():
                (place / kept).replace(place / "new" / kept)
        (place / "new").replace(final)
        return final


def snapshot_of(project: ConnectorProject, name: str) -> Path:
    """The warehouse of the snapshot of this name. Raises InvalidArguments, OutsideWorkspace."""
    folder = project.file(f"{HOME}/{SNAPSHOTS}")
    known = sorted(path.name for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []
    if name not in known or not SNAPSHOT_NAME.fullmatch(name):
        way = f"Its snapshots: {', '.join(nearest(name, known, 10))}." if known else "It has none."
        raise InvalidArguments(
            f"{project.path} has no snapshot {name[:60]!r}. {way} A sync makes one: run_debug_sync with keep_as."
        )
    return project.file(f"{HOME}/{SNAPSHOTS}/{name}/warehouse.db")
