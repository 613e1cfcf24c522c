"""What a caller asks of a run, checked before anything starts."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ..errors import InvalidArguments
from ..project import CONFIGURATION_FILE, ConnectorProject
from .environment import connector_environment
from .environments.interpreter import Interpreter
from .family import MARK_NAME
from .job import Job, read_json, shallow
from .limits import Limits
from .places import commands_of, shadow_of, state_copy
from .slots import Slots


@dataclass(frozen=True)
class RunRequest:
    """One run of `fivetran debug`; `state` is a file to begin from, None for the project's own."""

    project: ConnectorProject
    configuration: Path
    state: Path | None
    fresh: bool
    env: Mapping[str, str]
    environment: Mapping[str, str]
    limits: Limits
    interpreter: Interpreter

    @classmethod
    def of(
        cls,
        project: ConnectorProject,
        configuration: str,
        state: str,
        env: Mapping[str, str],
        limits: Limits,
        interpreter: Interpreter,
    ) -> RunRequest:
        """The request in paths. Raises InvalidArguments, OutsideWorkspace."""
        _ = project.files, project.warehouse, project.state  # a link that leaves the workspace is refused here
        if os.path.lexists(project.path / "files") and not project.files.is_dir():
            raise InvalidArguments(
                f"{project.path / 'files'} is not a folder, and the SDK keeps warehouse and state in one. Move it away."
            )
        return cls(
            project=project,
            configuration=_existing(project, configuration or CONFIGURATION_FILE, "configuration"),
            state=None if state in ("continue", "fresh") else _existing(project, state, "state"),
            fresh=state == "fresh",
            env=env,
            environment=connector_environment(project.path, env, interpreter.python.parent),
            limits=limits.checked(),
            interpreter=interpreter,
        )

    def state_before(self) -> object:
        """The state that the connector will be given; {} for none."""
        before = None if self.fresh else read_json(self.state or self.project.state)
        return {} if before is None else shallow(before)

    def job(self, run_id: str, folder: Path, secrets: tuple[str, ...], warehouse_lock: Path, slots: Slots) -> Job:
        """The job for a supervisor: the connector's shadow lies in the run's folder."""
        shadow = shadow_of(folder, self.project.path)
        argv = [str(self.interpreter.python), str(self.interpreter.command), "debug", str(shadow)]
        argv += ["--configuration", str(self.configuration)]
        argv += ["--state", str(state_copy(folder))] if self.state else []
        return Job(
            run_id=run_id,
            folder=str(folder),
            project=str(self.project.path),
            argv=tuple(argv),
            environment={
                **self.environment,
                "PATH": f"{commands_of(folder)}{os.pathsep}{self.environment['PATH']}",
                MARK_NAME: run_id,
            },
            secrets=secrets,
            limits=self.limits,
            slots=str(slots.folder),
            parallel_runs=slots.number,
            fresh=self.fresh,
            state=str(self.state or ""),
            warehouse_lock=str(warehouse_lock),
            build=self.interpreter.build,
            warnings=self.interpreter.warnings,
            state_before=self.state_before(),
        )


def _existing(project: ConnectorProject, name: str, what: str) -> Path:
    path = project.file(name)
    if not path.is_file():
        raise InvalidArguments(
            f"There is no {what} file {path}. Create it ({{}} is enough where the connector needs no {what}), "
            f"or name another one with `{what}`."
        )
    return path
