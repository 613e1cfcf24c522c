"""`call` and `tools`: the server in this process, asked by a client of its own, so that both doors are one."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, cast

import anyio
from mcp import Client
from mcp.types import CallToolResult, TextContent

from ...tools.nearest import nearest
from ..app import App, build_server
from ..settings import Settings

_POLL_SECONDS = 30
_EXAMPLE = """Give one object, like '{"project": "orders"}'."""


class _Usage(Exception):
    """Wrong words on the command line."""


def call(settings: Settings, tool: str, given: str) -> int:
    """Calls a tool, waits for the end of a run that it starts, and prints one JSON document."""
    app = build_server(settings)
    try:
        arguments = _arguments(given)
        _require_tool(app, tool)
        result = anyio.run(_call, app, tool, arguments)
    except _Usage as error:
        _print_error("InvalidArguments", str(error))
        return 2
    finally:
        app.close()
    if result.is_error:
        return _print_refusal(tool, result)
    print(json.dumps(result.structured_content, ensure_ascii=False))
    return 0


def list_tools(settings: Settings, *, as_json: bool) -> int:
    """Prints the tools: a line each, or their schemas as JSON."""
    listed = anyio.run(_list, build_server(settings))
    if as_json:
        print(json.dumps(listed, ensure_ascii=False, indent=2))
    else:
        print("\n".join(f"{tool['name']:<22}{tool['description']}" for tool in listed))
    return 0


def _arguments(given: str) -> dict[str, Any]:
    try:
        if given == "-":
            given = sys.stdin.read()
        elif given.startswith("@"):
            given = Path(given[1:]).read_text(encoding="utf-8")
        arguments: object = json.loads(given)
    except OSError as error:
        raise _Usage(f"The file of the arguments cannot be read: {error.strerror}.") from error
    except (ValueError, RecursionError) as error:
        raise _Usage(
            f'The arguments are no JSON: {error}. Give one object, like \'{{"project": "orders"}}\'.'
        ) from error
    if not isinstance(arguments, dict):
        raise _Usage('The arguments must be one JSON object, like \'{"project": "orders"}\'.')
    return cast("dict[str, Any]", arguments)


def _require_tool(app: App, tool: str) -> None:
    names = [str(listed["name"]) for listed in anyio.run(_list, app)]
    if tool not in names:
        raise _Usage(f"There is no tool {tool!r}. Did you mean {nearest(tool, names, 1)[0]!r}? `tools` lists them.")


async def _call(app: App, tool: str, arguments: dict[str, Any]) -> CallToolResult:
    async with Client(app.server) as client:
        result = await client.call_tool(tool, arguments)
        while tool == "run_debug_sync" and _goes_on(result):
            run_id = cast("dict[str, Any]", result.structured_content)["run_id"]
            result = await client.call_tool("get_sync_run", {"run_id": run_id, "wait_seconds": _POLL_SECONDS})
        return result


async def _list(app: App) -> list[dict[str, Any]]:
    async with Client(app.server) as client:
        tools = (await client.list_tools()).tools
    return [tool.model_dump(mode="json", by_alias=True, exclude_none=True) for tool in tools]


def _goes_on(result: CallToolResult) -> bool:
    content = result.structured_content
    return not result.is_error and isinstance(content, dict) and content["outcome"] in ("queued", "running")


def _print_refusal(tool: str, result: CallToolResult) -> int:
    text = " ".join(part.text for part in result.content if isinstance(part, TextContent))
    code, separator, message = text.removeprefix(f"Error executing tool {tool}: ").partition(": ")
    if separator and code.isidentifier():
        _print_error(code, message)
    else:
        _print_error("InternalError", text)
    return 1


def _print_error(code: str, message: str) -> None:
    print(json.dumps({"error": {"code": code, "message": message}}, ensure_ascii=False))
