"""A run, as a caller sees it."""

from __future__ import annotations

from enum import Enum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Outcome(str, Enum):
    """How a run stands. The first two are not ends."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    TIMED_OUT = "timed_out"
    CANCELLED = "cancelled"
    OUT_OF_MEMORY = "out_of_memory"

    @property
    def ended(self) -> bool:
        """Whether the run is over."""
        return self not in (Outcome.QUEUED, Outcome.RUNNING)


class Operations(BaseModel):
    """How many operations the SDK counted. They are calls, not rows, and include what a failed run lost."""

    model_config = ConfigDict(frozen=True)

    upserts: int = 0
    updates: int = 0
    deletes: int = 0
    truncates: int = 0
    schema_changes: int = 0
    checkpoints: int = 0
    file_uploads: int = 0


class RunTable(BaseModel):
    """A table of the warehouse after the run; `rows` counts all, the soft-deleted ones too."""

    model_config = ConfigDict(frozen=True, populate_by_name=True)

    schema_name: str = Field(alias="schema")
    name: str
    rows: int
    soft_deleted_rows: int


Kind = Literal["configuration", "code", "source", "environment", "resources"]


class Diagnosis(BaseModel):
    """The first cause of a failure, or what makes a success doubtful: `kind` says whose it is; `file` and `line` are of
    the project, `rule_id` one of validate_connector's."""

    model_config = ConfigDict(frozen=True)

    kind: Kind
    summary: str
    file: str | None = None
    line: int | None = None
    rule_id: str | None = None
    hint: str


class Run(BaseModel):
    """One run. Times in UTC; `operations` and `peak_memory_mb` are null until it has ended, `exit_code` also when the
    process was ended and did not exit. `rows_per_second` counts upserts, updates and deletes from the start of the
    connector to its end; `requests` are the answers that the log tells of, by HTTP status."""

    model_config = ConfigDict(frozen=True)

    run_id: str
    kind: Literal["debug", "verify"] = "debug"
    project: str
    outcome: Outcome
    exit_code: int | None
    started_at: str
    duration_s: float
    operations: Operations | None
    tables: list[RunTable]
    state_before: object
    state_after: object
    warnings: list[str]
    errors: list[str]
    peak_memory_mb: float | None
    rows_per_second: float | None = None
    requests: dict[str, int] | None = None
    diagnosis: Diagnosis | None = None
    next_step: str
    log_uri: str
    log_tail: list[str]
    log_lines: list[str] | None = None
    more: str | None = None
