"""Workspace and connector projects: the only way in which a caller's path becomes a path of ours."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from .errors import InvalidArguments, OutsideWorkspace, ProjectNotFound, WorkspaceMissing

CONNECTOR_FILE = "connector.py"
CONFIGURATION_FILE = "configuration.json"


@dataclass(frozen=True)
class Workspace:
    """The folders in which the caller allows work; a relative path starts in the first."""

    roots: tuple[Path, ...]

    def __post_init__(self) -> None:
        for root in self.roots:
            if not root.is_dir():
                raise WorkspaceMissing(f"The workspace {root} is not a folder. Create it, or name another one.")
        if not self.roots:
            raise WorkspaceMissing(
                "No workspace is set. Start with `--workspace DIR`, set CONNECTOR_SDK_MCP_WORKSPACE, "
                "or open a folder in the client."
            )

    def resolve(self, path: str, *, base: Path | None = None) -> Path:
        """The real path of `path`, links followed; it need not exist.

        Raises OutsideWorkspace when it lies in none of the roots, InvalidArguments when it is no path at all.
        """
        if not path.strip() or "\0" in path:
            raise InvalidArguments("A path is empty or holds a NUL character. Give a folder or file of the workspace.")
        try:
            real = ((base or self.roots[0]) / path).resolve()
        except (OSError, RuntimeError) as error:
            raise ProjectNotFound(f"The path {_shown(path)} cannot be followed: {_reason(error)}.") from error
        if not any(real.is_relative_to(root.resolve()) for root in self.roots):
            allowed = ", ".join(str(root) for root in self.roots)
            raise OutsideWorkspace(
                f"{_shown(path)} lies outside the workspace ({allowed}). Give a path inside it, or start the server "
                "with another `--workspace`."
            )
        return real

    def contains(self, path: Path) -> bool:
        """Whether the path lies in a root, links followed."""
        return any(path.resolve().is_relative_to(root.resolve()) for root in self.roots)


@dataclass(frozen=True)
class ConnectorProject:
    """A folder of the workspace that holds a connector.py."""

    path: Path
    workspace: Workspace

    @classmethod
    def open(cls, workspace: Workspace, project: str) -> ConnectorProject:
        """The project at `project`. Raises OutsideWorkspace, ProjectNotFound."""
        path = existing_folder(workspace, project)
        opened = cls(path, workspace)
        if not opened.file(CONNECTOR_FILE).is_file():
            raise ProjectNotFound(
                f"{path} has no {CONNECTOR_FILE}. Create one with scaffold_connector, or find the projects of the "
                "workspace with list_connectors."
            )
        return opened

    def file(self, name: str) -> Path:
        """A file of the project, or of the workspace when `name` says so; links are followed inside it only."""
        return self.workspace.resolve(name, base=self.path)

    @property
    def files(self) -> Path:
        """The folder in which the SDK keeps warehouse.db and state.json."""
        return self.file("files")

    @property
    def warehouse(self) -> Path:
        return self.file("files/warehouse.db")

    @property
    def state(self) -> Path:
        return self.file("files/state.json")


def existing_folder(workspace: Workspace, path: str) -> Path:
    """A folder of the workspace. Raises OutsideWorkspace, ProjectNotFound."""
    real = workspace.resolve(path)
    try:
        is_folder = real.is_dir()
    except OSError as error:
        raise ProjectNotFound(f"The path {_shown(path)} cannot be read: {_reason(error)}.") from error
    if not is_folder:
        raise ProjectNotFound(
            f"There is no folder {_shown(str(real))}. List the projects with list_connectors, or create one with "
            "scaffold_connector."
        )
    return real


def _shown(path: str, longest: int = 300) -> str:
    return path if len(path) <= longest else path[:longest] + "…"


def _reason(error: OSError | RuntimeError) -> str:
    return error.strerror or type(error).__name__ if isinstance(error, OSError) else str(error)
