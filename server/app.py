"""Builds the server: the tools of the handlers and the resources of the catalogues, around one set of settings."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib.metadata import version

from mcp.server import MCPServer
from mcp.server.mcpserver.tools import Tool

from ..tools.debug.runs import Runs
from ..tools.debug.store import RunStore
from .desk import Desk, Progress, no_progress
from .handlers import referring, running, scaffolding, validating, warehousing
from .publish import publish
from .settings import Settings
from .tooling import make_tool

INSTRUCTIONS = """\
Builds Fivetran Connector SDK connectors and proves by running them that they work. The way of the work:
1. scaffold_connector writes a project from a source's tables, authentication and pagination; or open one with
list_connectors.
2. validate_connector checks it against the rules; repair every error and warning (csdk://rules/{rule_id} explains).
3. run_debug_sync runs the real `fivetran debug`. A long run goes on after the answer: poll it with get_sync_run.
4. describe_warehouse and query_warehouse show what arrived, in schema `tester`. Counts are operations, not rows:
compare them with the source. Run once more to see what the incremental sync sends.
A finding is a result; a tool error is a refusal whose text begins with a code and ends with the next step.
Put credentials into configuration.json only; they are masked in everything that is returned. Each value is a string."""


@dataclass
class App:
    """The server with what it owns; `close` ends the runs that it started."""

    settings: Settings
    runs: Runs = field(init=False)
    server: MCPServer[object] = field(init=False)

    def __post_init__(self) -> None:
        settings = self.settings
        self.runs = Runs(RunStore(settings.state_dir), settings.cache_dir, settings.parallel_runs)
        self.server = MCPServer(
            "connector-sdk-mcp",
            title="Fivetran Connector SDK",
            instructions=INSTRUCTIONS,
            version=version("connector-sdk-mcp"),
            tools=self._tools(),
            log_level="WARNING",
        )
        publish(self.server, lambda: self.open_desk([], no_progress))

    def open_desk(self, roots: list[str], progress: Progress) -> Desk:
        """The desk of one call."""
        return Desk(self.settings, self.runs, roots, progress)

    def close(self) -> None:
        """Ends the runs of this server and waits for their supervisors."""
        self.runs.close()

    def _tools(self) -> list[Tool]:
        families = (scaffolding, validating, running, warehousing, referring)
        specs = [validating.LIST, *(spec for family in families for spec in family.TOOLS)]
        return [make_tool(spec, self.open_desk, ask_roots=not self.settings.workspace) for spec in specs]


def build_server(settings: Settings) -> App:
    """The server of these settings; nothing runs yet."""
    return App(settings)
