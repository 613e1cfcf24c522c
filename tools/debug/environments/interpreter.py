"""Which interpreter runs a connector: the given one, the project's own environment, or one that is built for it."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from ...errors import InvalidArguments
from ...project import ConnectorProject
from .building import Build
from .wanted import Wanted

_COMMAND = "fivetran"
_NO_SDK = "The project's .venv has no fivetran-connector-sdk and was not used: install it there, or remove the folder."


@dataclass(frozen=True)
class Interpreter:
    """`python` beside its `fivetran` command; `build` is what has to be there before it can run."""

    python: Path
    build: Build | None = None
    warnings: tuple[str, ...] = ()

    @property
    def command(self) -> Path:
        """The `fivetran` command."""
        return self.python.parent / _COMMAND


def interpreter_of(project: ConnectorProject, python: str, cache: Path) -> Interpreter:
    """The interpreter of a project. Raises InvalidArguments for a given one without the SDK."""
    if python:
        return _given(project.path, python)
    own = Interpreter(project.path / ".venv" / "bin" / "python")
    if own.python.exists() and own.command.exists():
        return own
    wanted = Wanted.by(project)
    warnings = [*wanted.warnings, *([_NO_SDK] if own.python.exists() else [])]
    folder = cache / "environments" / wanted.key
    return Interpreter(folder / "bin" / "python", _build(project.path, folder, wanted), tuple(warnings))


def _given(project: Path, python: str) -> Interpreter:
    found = shutil.which(python) if os.sep not in python else str(project / Path(python).expanduser())
    if found is None or not os.access(found, os.X_OK) or Path(found).is_dir():
        raise InvalidArguments(f"`python` names no interpreter: {python[:300]}. Give the path of one, or leave it out.")
    interpreter = Interpreter(Path(found))
    if not interpreter.command.exists():
        raise InvalidArguments(
            f"{python[:300]} has no `{_COMMAND}` command beside it. Install fivetran-connector-sdk there "
            f"(`{python[:300]} -m pip install fivetran-connector-sdk`), or leave `python` out."
        )
    return interpreter


def _build(project: Path, folder: Path, wanted: Wanted) -> Build:
    from uv import find_uv_bin

    return Build(
        folder=str(folder),
        uv=find_uv_bin(),
        python=sys.executable,
        sdk=wanted.sdk,
        lines=wanted.lines,
        constraints=wanted.constraints,
        pinned=wanted.pinned,
        project=str(project),
        environment=dict(os.environ),
    )
