"""Arguments that several tools share."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

Project = Annotated[str, Field(description="Project folder: absolute, or relative to the workspace", min_length=1)]
RunId = Annotated[str, Field(description="Id given by run_debug_sync")]
WaitSeconds = Annotated[float, Field(description="Answer at the latest after this", ge=0, le=600)]
Snapshot = Annotated[str, Field(description="A warehouse that a run kept (keep_as); default the project's own")]
