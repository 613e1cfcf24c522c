"""Handlers: start, poll and cancel runs."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated, Literal

import anyio
from pydantic import BaseModel, ConfigDict, Field

from ...tools.debug.limits import Limits
from ...tools.debug.models import Run
from ...tools.debug.reading import LogFilter
from ...tools.debug.resetting import Reset
from ...tools.errors import InvalidArguments
from .. import effects
from ..desk import Desk
from ..threads import in_thread
from ..tooling import ToolSpec
from .arguments import Project, RunId, WaitSeconds

_POLL_SECONDS = 0.05
_PROGRESS_POLLS = 10


class LogQuery(BaseModel):
    """Which log events to return."""

    model_config = ConfigDict(extra="forbid")

    pattern: str = Field("", description="Regular expression")
    min_level: Literal["DEBUG", "INFO", "WARNING", "ERROR", "SEVERE"] = "DEBUG"
    offset: int = Field(0, ge=0)
    limit: int = Field(50, ge=1, le=500)


class StopAfter(BaseModel):
    """How much of a sync is wanted."""

    model_config = ConfigDict(extra="forbid")

    rows: Annotated[int, Field(ge=1)] | None = None
    seconds: Annotated[float, Field(gt=0)] | None = None


async def run_debug_sync(
    desk: Desk,
    project: Project,
    configuration: Annotated[str, Field(description="Configuration file; default configuration.json")] = "",
    state: Annotated[str, Field(description="`continue` from the saved state, `fresh`, or a state file")] = "continue",
    env: Annotated[dict[str, str], Field(description="Environment variables for the connector")] = {},  # noqa: B006
    python: Annotated[str, Field(description="Interpreter with the SDK; default .venv, or one that is built")] = "",
    memory_limit_mb: Annotated[float | None, Field(description="End it above this; production has 1024", ge=64)] = None,
    timeout_seconds: Annotated[float, Field(description="End the run after this", gt=0, le=86_400)] = 3600,
    wait_seconds: WaitSeconds = 45,
    stop_after: Annotated[StopAfter | None, Field(description="End it then, keeping what was checkpointed")] = None,
    keep_as: Annotated[str, Field(description="Keep the warehouse as a snapshot of this name")] = "",
) -> Run:
    """Syncs a connector with the real `fivetran debug` on a copy of the project; warehouse and state land in its
    files/. Long runs go on: poll with get_sync_run."""
    opened = desk.project(project)
    stop = stop_after or StopAfter()
    limits = Limits(timeout_seconds, memory_limit_mb, stop.rows, stop.seconds, keep_as)
    started = await in_thread(
        lambda: desk.runs.start(opened, configuration=configuration, state=state, env=env, limits=limits, python=python)
    )
    run = await _wait(desk, started.run_id, wait_seconds, None)
    if refusal := desk.runs.refusal(started.run_id):
        raise refusal
    return run


async def get_sync_run(
    desk: Desk,
    run_id: RunId,
    wait_seconds: WaitSeconds = 0,
    log: Annotated[LogQuery | None, Field(description="Log events to return, too")] = None,
) -> Run:
    """Tells how a run stands or ended: outcome, counts, tables, states, warnings, errors, the log's end."""
    return await _wait(desk, run_id, wait_seconds, LogFilter(**log.model_dump()) if log else None)


async def cancel_sync_run(desk: Desk, run_id: RunId) -> Run:
    """Ends a run with all its processes; what it checkpointed stays."""
    run = await in_thread(lambda: desk.runs.cancel(desk.workspace, run_id))
    desk.mask(Path(run.project))
    return run


async def _wait(desk: Desk, run_id: str, wait_seconds: float, log: LogFilter | None) -> Run:
    """The run when it has ended or the time is up; progress on the way."""
    deadline, polls = time.monotonic() + wait_seconds, 0
    run = desk.runs.get(desk.workspace, run_id, log)
    desk.mask(Path(run.project))
    while not desk.runs.ended(run_id) and time.monotonic() < deadline:
        await anyio.sleep(_POLL_SECONDS)
        polls += 1
        if polls % _PROGRESS_POLLS == 0:
            run = desk.runs.get(desk.workspace, run_id)
            await desk.progress(polls, desk.redactor.text(run.log_tail[-1] if run.log_tail else run.outcome.value))
    return await in_thread(lambda: desk.runs.get(desk.workspace, run_id, log))


async def reset_connector(
    desk: Desk,
    project: Project,
    confirm: Annotated[bool, Field(description="true: the next sync begins anew")],
) -> Reset:
    """Moves the warehouse and the saved state of a connector (its files/) into a backup."""
    opened = desk.project(project)
    if not confirm:
        raise InvalidArguments("reset_connector removes warehouse and state: call it with confirm true, or not at all.")
    return await in_thread(lambda: desk.runs.reset(opened))


TOOLS = (
    ToolSpec(run_debug_sync, "Run a sync", effects.RUNS_CODE),
    ToolSpec(get_sync_run, "Get a run", effects.READS),
    ToolSpec(cancel_sync_run, "Cancel a run", effects.RUNS_CODE),
    ToolSpec(reset_connector, "Reset a connector", effects.DESTRUCTIVE),
)
