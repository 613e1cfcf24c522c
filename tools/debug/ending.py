"""How a run ended: exit code, the SDK's verdict, warehouse and state are asked together, and all have to agree.

Standard library only: the supervisor of a run imports it.
"""

from __future__ import annotations

import contextlib
import signal
from pathlib import Path

from ..errors import ConnectorSdkError
from ..warehouse.counts import table_counts
from .job import End, read_json, shallow
from .places import STATE, WAREHOUSE, RunPlaces
from .recorder import Recorder

_REASONS = {
    "timeout": ("timed_out", "The run was ended at its time limit. Raise timeout_seconds, or look at the log's end."),
    "cancelled": ("cancelled", "The run was cancelled."),
    "memory": ("out_of_memory", "The run was ended at its memory limit (memory_limit_mb)."),
    "rows": ("cancelled", "The run was stopped after the rows asked for."),
    "seconds": (
        "cancelled",
        "The run was stopped after the seconds asked for.",
    ),
    "server gone": ("cancelled", "The server that started the run went away, and the run was ended with it."),
}


_DISCARDED = (
    "The rows of this fresh run were discarded: tables and state_after are those of the warehouse and the state that "
    "were there before."
)
# An end that the caller asked for when the run began.
WANTED = ("rows", "seconds")


def conclude(places: RunPlaces, recorder: Recorder | None, exit_code: int | None, ended_for: str | None) -> End:
    """The end of a run; `ended_for` says why it was ended, None when it ended by itself."""
    end = End("failed", exit_code, 0.0)
    if recorder is not None:
        end.warnings, end.errors = recorder.warnings, recorder.errors
        end.counts = recorder.verdict.counts if recorder.verdict else {}
    end.tables = _tables(places.files, end)
    if ended_for in _REASONS and not (recorder and _has_succeeded(recorder)):
        end.outcome, reason = _REASONS[ended_for]
        (end.warnings if ended_for in WANTED else end.errors).append(reason)
    elif recorder is not None and recorder.memory_exceeded and exit_code != 0:
        end.outcome = "out_of_memory"
    elif recorder is not None:
        _judge(end, places, recorder, ended_for)
    _settle(end, places, ended_for, checkpoints=recorder.checkpoints if recorder else 0)
    if recorder is not None:
        places.keep_state()
    end.state_after = shallow(read_json(places.project / "files" / STATE))
    return end


def _has_succeeded(recorder: Recorder) -> bool:
    """Whether the command had come to its end with success: what ends the process after that takes nothing back."""
    ending, verdict = recorder.ending, recorder.verdict
    return ending is not None and ending.code == 0 and verdict is not None and verdict.succeeded


def _settle(end: End, places: RunPlaces, ended_for: str | None, *, checkpoints: int) -> None:
    """Puts what a fresh run wrote in the place of what was there, or leaves that and says so."""
    stopped = ended_for in WANTED and end.outcome == "cancelled"
    if end.outcome == "succeeded" or (stopped and checkpoints):
        places.keep()
    elif places.staging is not None:
        end.warnings.append(_DISCARDED)
        end.tables = _tables(places.project / "files", end)
    if stopped:
        end.warnings.append(
            "What was checkpointed is kept."
            if checkpoints
            else "It had made no checkpoint: nothing is kept of the run."
        )


def _judge(end: End, places: RunPlaces, recorder: Recorder, ended_for: str | None) -> None:
    verdict, ending = recorder.verdict, recorder.ending
    if ending is None:
        end.errors.append(f"{_left(end.exit_code)} before the SDK had ended: there is no verdict.")
        return
    if ended_for is not None:
        end.warnings.append("The process did not end after its verdict and was ended. Look for threads left running.")
    if ending.who == "connector":
        end.errors.append("The connector ended the process (sys.exit, or an exception that the SDK does not handle).")
    elif verdict is None:
        end.errors.append(f"The process ended with exit code {end.exit_code} and without the SDK's verdict.")
    elif not verdict.succeeded:
        return
    elif ending.code or (ended_for is None and end.exit_code != 0):
        code = ending.code or end.exit_code
        end.errors.append(f"The log says that the sync succeeded, but the command ended with exit code {code}.")
    elif doubt := _disagreement(places, end, verdict.counts):
        end.errors.append(doubt)
    else:
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
