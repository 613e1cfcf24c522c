"""What a handler works at: the workspace of the caller, the runs of the server, and a way to report progress."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from urllib.parse import unquote, urlsplit

from ..tools.debug.runs import Runs
from ..tools.errors import WorkspaceMissing
from ..tools.project import ConnectorProject, Workspace
from ..tools.redact import Redactor
from .settings import Settings

Progress = Callable[[float, str], Awaitable[None]]


async def no_progress(_done: float, _message: str) -> None:
    """For a call to which nobody listens."""


@dataclass
class Desk:
    """One call's place of work. `redactor` masks the secrets of every project that the call opened."""

    settings: Settings
    runs: Runs
    roots: list[str] = field(default_factory=list[str])
    progress: Progress = no_progress
    redactor: Redactor = field(default_factory=Redactor)

    @cached_property
    def workspace(self) -> Workspace:
        """Where the call may work; looked for when it is needed. Raises WorkspaceMissing."""
        return find_workspace(self.settings, self.roots)

    def project(self, path: str) -> ConnectorProject:
        """The project at a caller's path. Raises ProjectNotFound, OutsideWorkspace."""
        opened = ConnectorProject.open(self.workspace, path)
        self.mask(opened.path)
        return opened

    def mask(self, project: Path) -> None:
        """Masks a project's secrets in what this call returns."""
        found = self.runs.redactor(project)
        self.redactor = Redactor(self.redactor.secrets | found.secrets, self.redactor.fingerprints | found.fingerprints)


def find_workspace(settings: Settings, roots: list[str]) -> Workspace:
    """The folders of the settings, else the client's roots, else the current folder. Raises WorkspaceMissing."""
    if settings.workspace:
        return Workspace(tuple(path.absolute() for path in settings.workspace))
    given = tuple(path for path in map(_root_path, roots) if path and path.is_dir() and not _too_wide(path))
    if given:
        return Workspace(given)
    current = Path.cwd()
    if _too_wide(current):
        raise WorkspaceMissing(
            f"The server was started in {current}, which is too wide to work in, and no workspace is set. "
            "Start it with `--workspace DIR`, or set CONNECTOR_SDK_MCP_WORKSPACE."
        )
    return Workspace((current,))


def _too_wide(path: Path) -> bool:
    real = path.resolve()
    try:
        home = Path.home().resolve()
    except RuntimeError:
        home = None
    return real == real.parent or real == home


def _root_path(uri: str) -> Path | None:
    parts = urlsplit(uri)
    return Path(unquote(parts.path)) if parts.scheme == "file" and parts.path else None
