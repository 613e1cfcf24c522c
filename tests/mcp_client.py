"""A real client over a real pipe, for tests that are written without async."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, cast

import anyio
import psutil
from mcp import Client, StdioServerParameters
from mcp.types import TextContent

Mode = Literal["legacy", "2026-07-28"]
ERAS: tuple[Mode, ...] = ("legacy", "2026-07-28")
COMMAND = str(Path(sys.executable).parent / "connector-sdk-mcp")


@dataclass
class Answer:
    """What a tool said: its structured content, or the text of its refusal."""

    text: str
    is_error: bool
    content: dict[str, Any] = field(default_factory=dict[str, Any])


@dataclass
class ServerProcess:
    """How a test starts the server."""

    workspace: Path | None
    state_dir: Path
    mode: Mode = "2026-07-28"
    cwd: str | None = None
    env: dict[str, str] = field(default_factory=dict[str, str])

    def parameters(self) -> StdioServerParameters:
        return StdioServerParameters(
            command=COMMAND,
            args=["--workspace", str(self.workspace)] if self.workspace else [],
            env={"CONNECTOR_SDK_MCP_STATE_DIR": str(self.state_dir), **self.env},
            cwd=self.cwd,
        )

    def session(self, work: Callable[[Client], Awaitable[None]]) -> None:
        """Runs `work` with a connected client."""

        async def run() -> None:
            async with Client(self.parameters(), mode=self.mode) as client:
                await work(client)

        anyio.run(run)


def servers() -> list[psutil.Process]:
    """The servers that this process has started."""
    found: list[psutil.Process] = []
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):
            found += [process] if COMMAND in process.cmdline() else []
    assert found
    return found


async def call(client: Client, tool: str, **arguments: Any) -> Answer:
    """Calls a tool; checks that text and structured content say the same."""
    result = await client.call_tool(tool, arguments)
    text = " ".join(part.text for part in result.content if isinstance(part, TextContent))
    if result.is_error:
        assert result.structured_content is None
        return Answer(text, True)
    content = cast("dict[str, Any]", result.structured_content)
    assert json.loads(text) == content
    return Answer(text, False, content)
