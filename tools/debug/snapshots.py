"""Warehouses that are kept under a name, in the project's folder `.connector-sdk-mcp/snapshots`.

Standard library only: the supervisor of a run imports it.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from ..home import locked_home, staging

_FOLDER = "snapshots"
_KEPT = ("warehouse.db", "warehouse.db.wal", "state.json")


def keep_snapshot(project: Path, files: Path, name: str) -> Path:
    """Copies warehouse and state; an older snapshot of this name is replaced. Raises FileChanged, OSError."""
    with locked_home(project) as home, staging(home) as place:
        for kept in _KEPT:
            if (files / kept).exists():
                shutil.copyfile(files / kept, place / kept)
        final = home / _FOLDER / name
        final.parent.mkdir(mode=0o700, exist_ok=True)
        if final.exists():
            final.replace(place / "older")
        (place / "new").mkdir()
        for kept in _KEPT:
            if (place / kept).exists():
                (place / kept).replace(place / "new" / kept)
        (place / "new").replace(final)
        return final
