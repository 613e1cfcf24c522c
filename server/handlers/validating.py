"""Handlers: list, validate."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from ...tools.listing import ListedConnector, find_connectors, list_connector
from ...tools.project import existing_folder
from ...tools.validate.engine import validate
from ...tools.validate.fixing.models import FixResult
from ...tools.validate.models import Severity, ValidationReport
from .. import effects
from ..desk import Desk
from ..threads import in_thread
from ..tooling import ToolSpec
from .arguments import Project


class ConnectorList(BaseModel):
    """The connectors below a folder."""

    connectors: list[ListedConnector]
    more: str | None = None


async def list_connectors(
    desk: Desk,
    root: Annotated[str, Field(description="Folder to search; the whole workspace without it")] = "",
) -> ConnectorList:
    """Finds the connector projects of the workspace, with their last run and the next step."""
    roots = [existing_folder(desk.workspace, root)] if root else list(desk.workspace.roots)
    runs = {record.project: record.run_id for record in reversed(desk.runs.recent(desk.workspace))}
    found = await in_thread(lambda: [folder for start in roots for folder in find_connectors(start)])
    return ConnectorList(connectors=[list_connector(f, runs.get(str(f.resolve()))) for f in found])


async def validate_connector(
    desk: Desk,
    project: Project,
    select: Annotated[list[str], Field(description="Only these rule ids")] = [],  # noqa: B006 - becomes a schema default
    ignore: Annotated[list[str], Field(description="Not these rule ids")] = [],  # noqa: B006
    min_severity: Annotated[Severity, Field(description="Leave out lighter findings")] = Severity.INFO,
) -> ValidationReport:
    """Checks a connector against the rules without running it: findings with place, reason and fix.
    `ok` is false when there is an error."""
    opened = desk.project(project)
    return await in_thread(
        lambda: validate(opened.path, select=select, ignore=ignore, min_severity=Severity(min_severity))
    )


async def fix_connector(
    desk: Desk,
    project: Project,
    select: Annotated[list[str], Field(description="Only these rule ids")] = [],  # noqa: B006
    apply: Annotated[bool, Field(description="Write the changes; without it only the diff is made")] = False,
) -> FixResult:
    """Makes the fixes of validate_connector's fixable findings: a diff for `git apply`, and with `apply` the files,
    after a backup. What it cannot change safely it leaves, with the reason."""
    from ...tools.validate.fixing.engine import fix
    from ...tools.validate.fixing.models import MASKED

    opened = desk.project(project)
    result = await in_thread(lambda: fix(opened.path, select=select, apply=apply))
    masked = desk.redactor.text(result.diff) != result.diff
    return result.model_copy(update={"more": MASKED}) if masked else result


LIST = ToolSpec(list_connectors, "List connectors", effects.READS)
TOOLS = (
    ToolSpec(validate_connector, "Validate a connector", effects.READS),
    ToolSpec(fix_connector, "Fix a connector", effects.CHANGES_FILES),
)
