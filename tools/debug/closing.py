"""Puts together what a run leaves on record at its end.

Standard library only: the supervisor of a run imports it.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import cast

from ..errors import ConnectorSdkError
from ..redact import Redactor
from ..warehouse.snapshots import keep_snapshot
from .diagnosis.engine import diagnose
from .diagnosis.facts import Facts
from .ending import WANTED, conclude
from .execution import Ran
from .job import End, Job
from .places import WAREHOUSE, RunPlaces
from .sent import sent_tables


def close(job: Job, places: RunPlaces, redactor: Redactor, ran: Ran | None, ended_for: str | None) -> End:
    """The end of a run but for its duration; `ran` is None where the connector was not started."""
    end = conclude(places, ran.recorder if ran else None, ran.exit_code if ran else None, ended_for)
    end.warnings = [*job.warnings, *end.warnings]
    _keep_as(job, places, end, wrote=end.outcome == "succeeded" or (ran is not None and ended_for in WANTED))
    wanted = (job.limits.stop_after_rows, job.limits.stop_after_seconds)
    if any(wanted) and ended_for is None and end.outcome == "succeeded":
        end.warnings.append("stop_after was not reached: rows are counted at checkpoints, seconds until the end.")
    if ran is not None:
        end.peak_memory_mb = round(ran.peak_bytes / 1e6, 1)
        end.requests = ran.recorder.traffic.requests()
        end.rows_per_second = _rows_per_second(end, ran.seconds)
        end.sent = sent_tables(places.tally, places.project / "files" / WAREHOUSE)
    end.state_after = redactor.value(end.state_after)
    found = diagnose(_facts(job, places, end, ran))
    # Not the outcome, the kind and the rule: those are words of ours.
    end.tables, end.sent, end.warnings, end.errors = map(
        redactor.texts, (end.tables, end.sent, end.warnings, end.errors)
    )
    if found is not None:
        end.diagnosis = {**redactor.texts(asdict(found)), "kind": found.kind, "rule_id": found.rule_id}
    return end


def _rows_per_second(end: End, seconds: float) -> float | None:
    """The pace of the connector; None where it did not come to its counts."""
    rows = sum(end.counts.get(name, 0) for name in ("upserts", "updates", "deletes"))
    return round(rows / seconds, 1) if end.counts else None


def _keep_as(job: Job, places: RunPlaces, end: End, *, wrote: bool) -> None:
    """Keeps the warehouse under the wanted name, where the run wrote one; an older one of that name stays else."""
    name = job.limits.keep_as
    if not name:
        return
    if not wrote or not end.tables:
        why = "the warehouse has no tables" if wrote else "the run did not come to its end"
        end.warnings.append(f"Nothing was kept as {name!r}: {why}.")
        return
    try:
        _ = keep_snapshot(places.project, places.project / "files", name)
    except (ConnectorSdkError, OSError) as error:
        end.warnings.append(f"The warehouse could not be kept as {name!r}: {error}")


def _facts(job: Job, places: RunPlaces, end: End, ran: Ran | None) -> Facts:
    recorder = ran.recorder if ran else None
    return Facts(
        project=places.project,
        outcome=end.outcome,
        errors=end.errors,
        counts=end.counts,
        rows=sum(cast("int", table["rows"]) for table in end.tables),
        state_before=job.state_before,
        state_file=_named(job.state, places, "files/state.json"),
        configuration_file=_named(job.argv[job.argv.index("--configuration") + 1], places, "configuration.json"),
        warnings=end.warnings,
        began=recorder is None or recorder.began,
        failure=recorder.failure if recorder else "",
        memory_exceeded=bool(recorder and recorder.memory_exceeded),
        memory_limit_mb=job.limits.memory_mb,
        lost_process=bool(recorder and (recorder.ending is None or recorder.ending.who == "connector")),
    )


def _named(file: str, places: RunPlaces, default: str) -> str:
    """A file that the run was given, as the project names it."""
    path = Path(file)
    return path.relative_to(places.project).as_posix() if path.is_relative_to(places.project) else file or default
