"""Catalogues as MCP resources."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ResourceNotFoundError

from ..tools.debug.reading import read_log
from ..tools.errors import ConnectorSdkError
from ..tools.validate.page import index_page, rule_page
from .desk import Desk, Progress

OpenDesk = Callable[[list[str], Progress], Desk]


def publish(server: MCPServer[Any], open_desk: OpenDesk) -> None:
    """Adds every resource to the server; pages are made when they are read."""
    server.resource("csdk://rules", title="Rules", mime_type="text/markdown")(rules)
    server.resource("csdk://rules/{rule_id}", title="Rule", mime_type="text/markdown")(rule)

    def run_log(run_id: str) -> str:
        """The masked log of a run; the tools read further pieces of a long one."""
        try:
            desk = open_desk([], _no_progress)
            record = desk.runs.get(desk.workspace, run_id)
            return read_log(desk.runs.store.run_folder(record.run_id))
        except ConnectorSdkError as error:
            raise ResourceNotFoundError(f"{error.code}: {error}") from None

    server.resource("csdk://runs/{run_id}/log", title="Log of a run", mime_type="text/plain")(run_log)


def rules() -> str:
    """Every rule of validate_connector, by category."""
    return index_page()


def rule(rule_id: str) -> str:
    """One rule: what it finds, why, and examples."""
    try:
        return rule_page(rule_id)
    except ConnectorSdkError as error:
        raise ResourceNotFoundError(f"{error.code}: {error}") from None


async def _no_progress(_done: float, _message: str) -> None:
    return None
