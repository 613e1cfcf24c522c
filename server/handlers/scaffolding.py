"""Handlers: scaffold."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from ...tools.scaffold.models import ScaffoldResult, TableSpec
from .. import effects
from ..desk import Desk
from ..threads import in_thread
from ..tooling import ToolSpec

OptionValue = str | int | bool


async def scaffold_connector(
    desk: Desk,
    project: Annotated[str, Field(description="Folder to create the project in", min_length=1)],
    pattern: Annotated[str, Field(description="Kind of source: rest_api")],
    tables: Annotated[list[TableSpec], Field(description="Tables to sync", min_length=1)],
    name: Annotated[str, Field(description="Name for people; default the folder's")] = "",
    auth: Annotated[str, Field(description="none, api_key or bearer")] = "none",
    pagination: Annotated[str, Field(description="page, offset or cursor")] = "page",
    base_url: Annotated[str, Field(description="Address of the source; it becomes a configuration value")] = "",
    options: Annotated[dict[str, OptionValue], Field(description="What only this pattern has")] = {},  # noqa: B006
    dry_run: Annotated[bool, Field(description="Plan without writing")] = False,
) -> ScaffoldResult:
    """Writes a new connector that validates clean: connector.py, configuration.json, requirements.txt, README.md,
    .gitignore. Never overwrites."""
    from ...tools.scaffold.engine import scaffold  # jinja2 is not loaded before it is needed

    return await in_thread(
        lambda: scaffold(
            desk.workspace,
            project,
            pattern=pattern,
            tables=tables,
            name=name,
            auth=auth,
            pagination=pagination,
            base_url=base_url,
            options=options,
            dry_run=dry_run,
        )
    )


TOOLS = (ToolSpec(scaffold_connector, "Scaffold a connector", effects.WRITES_NEW_FILES),)
