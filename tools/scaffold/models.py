"""What a scaffold is made of and what it answers."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from ..validate.models import FindingSummary


class TableSpec(BaseModel):
    """A table of the source: `path` is its endpoint (default: its name), `records_path` leads to the rows in an answer.

    With `cursor_field` it is read incrementally: `cursor_parameter` is the request parameter that filters by it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    name: str
    path: str = ""
    primary_key: list[str] = Field(min_length=1)
    cursor_field: str | None = None
    cursor_parameter: str = "updated_since"
    records_path: str | None = None


class ScaffoldedFile(BaseModel):
    """A file of the connector, relative to the project; `planned` in a dry run."""

    model_config = ConfigDict(frozen=True)

    path: str
    lines: int
    status: Literal["written", "planned"]


class ScaffoldResult(BaseModel):
    """The files of a new connector and what the rules say about them."""

    model_config = ConfigDict(frozen=True)

    project: str
    files: list[ScaffoldedFile]
    findings: FindingSummary
    next_steps: list[str]
