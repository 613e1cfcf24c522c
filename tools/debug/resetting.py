"""Takes away what the syncs of a project left, into a backup."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict

from ..home import keep, locked_home
from ..project import ConnectorProject


class Reset(BaseModel):
    """What was removed from `files/`, by its paths from the project, and where it is now; None where nothing was."""

    model_config = ConfigDict(frozen=True)

    removed: list[str]
    backup: str | None


def reset_files(project: ConnectorProject) -> Reset:
    """Moves all of the project's `files/` into a backup: the next sync begins with an empty state and warehouse."""
    files = project.files
    found: list[Path] = sorted(files.iterdir()) if files.is_dir() else []
    if not found:
        return Reset(removed=[], backup=None)
    with locked_home(project.path) as home:
        place = keep(home, {})
        for path in found:
            path.replace(place / path.name)
    return Reset(removed=[f"files/{path.name}" for path in found], backup=str(place))
