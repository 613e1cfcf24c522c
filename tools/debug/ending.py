"""How a run ended: exit code, the SDK's verdict, warehouse and state are asked together, and all have to agree.

Standard library only: the supervisor of a run imports it.
"""

from __future__ import annotations

import contextlib
import signal
from pathlib import Path

from ..errors import ConnectorSdkError
from ..warehouse.counts import table_counts
from .job import End, read_json
from .places import STATE, WAREHOUSE, RunPlaces
from .recorder import Recorder

_REASONS = {
    "timeout": ("timed_out", "The run was ended at its time limit. Raise timeout_seconds, or look at the log's end."),
    "cancelled": ("cancelled", "The run was cancelled. What was checkpointed before is kept."),
    "memory": ("out_of_memory", "The run was ended at its memory limit (memory_limit_mb)."),
    "rows": ("cancelled", "The run was stopped after the rows asked for. What was checkpointed is kept."),
    "seconds": (
        "cancelled",
        "The run was stopped after the seconds asked for. What was checkpointed is kept.",
    ),
    "server gone": ("cancelled", "The server that started the run went away, and the run was ended with it."),
}


# An end that the caller asked for when the run began.
_WANTED = ("rows", "seconds")


def conclude(places: RunPlaces, recorder: Recorder | None, exit_code: int | None, ended_for: str | None) -> End:
    """The end of a run; `ended_for` says why it was ended, None when it ended by itself."""
    end = End("failed", exit_code, 0.0)
    if recorder is not None:
        end.warnings, end.errors = recorder.warnings, recorder.errors
        end.counts = recorder.verdict.counts if recorder.verdict else {}
    end.tables = _tables(places.files, end)
    if ended_for in _REASONS:
        end.outcome, reason = _REASONS[ended_for]
        (end.warnings if ended_for in _WANTED else end.errors).append(reason)
    elif recorder is not None and recorder.memory_exceeded:
        end.outcome = "out_of_memory"
    elif recorder is not None:
        _judge(end, places, recorder, ended_for)
    if end.outcome == "succeeded" or ended_for in _WANTED:
        places.keep()
    elif places.staging is not None:
        end.tables = _tables(places.project / "files", end)
    if recorder is not None:
        places.keep_state()
    end.state_after = read_json(places.project / "files" / STATE)
    return end


def _judge(end: End, places: RunPlaces, recorder: Recorder, ended_for: str | None) -> None:
    verdict = recorder.verdict
    if recorder.ending is None:
        end.errors.append(f"{_left(end.exit_code)} before the SDK had ended: there is no verdict.")
        return
    if recorder.ending.who == "connector":
        end.errors.append("The connector ended the process (sys.exit, or an exception that the SDK does not handle).")
        return
    if verdict is None:
        end.errors.append(f"The process ended with exit code {end.exit_code} and without the SDK's verdict.")
        return
    if not verdict.succeeded:
        return
    if ended_for is not None:
        end.warnings.append("The process did not end after its verdict and was ended. Look for threads left running.")
    elif end.exit_code != 0:
        end.errors.append(f"The SDK reported success, but the process ended with exit code {end.exit_code}.")
        return
    if doubt := _disagreement(places, end, verdict.counts):
        end.errors.append(doubt)
        return
    end.outcome = "succeeded"


def _left(exit_code: int | None) -> str:
    """How a process left that did not come to its end."""
    if exit_code is None or exit_code >= 0:
        return f"The process left with exit code {exit_code} (os._exit?)"
    with contextlib.suppress(ValueError):
        return f"The process was ended by {signal.Signals(-exit_code).name}"
    return f"The process was ended by signal {-exit_code}"


def _disagreement(places: RunPlaces, end: End, counts: dict[str, int]) -> str | None:
    """What warehouse or state say against the verdict."""
    if counts.get("upserts") and not any(table["rows"] for table in end.tables):
        return "The log says that rows were upserted, but the warehouse holds none. Something else printed the verdict."
    if counts.get("checkpoints") and not isinstance(read_json(places.state), dict):
        return "The log says that a state was saved, but files/state.json holds none."
    return None


def _tables(files: Path, end: End) -> list[dict[str, object]]:
    if not (files / WAREHOUSE).exists():
        return []
    try:
        return [dict(table) for table in table_counts(files / WAREHOUSE)]
    except ConnectorSdkError as error:
        end.warnings.append(str(error))
        return []
