"""Catalogues as MCP resources and prompts. Pages are made when they are read."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import partial
from typing import Any

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ResourceNotFoundError
from mcp.server.mcpserver.prompts import Prompt
from mcp.server.mcpserver.prompts.base import PromptArgument

from ..resources.catalog import Prompt as PromptText
from ..resources.catalog import prompts
from ..tools.errors import ConnectorSdkError
from .completion import complete
from .desk import Desk
from .reading import read_uri

OpenDesk = Callable[[], Desk]
_MARKDOWN = "text/markdown"
# address, title, what is there
_STATIC = (
    ("csdk://instructions", "Instructions", "The sections of the instructions for building connectors"),
    ("csdk://rules", "Rules", "The rules of validate_connector"),
    ("csdk://sdk", "The SDK", "Pages on the installed Connector SDK"),
    ("csdk://patterns", "Patterns", "Patterns of connectors: paging, authentication, incremental syncs, ..."),
    ("csdk://templates", "Scaffold templates", "What scaffold_connector can write"),
    ("csdk://runs", "Runs", "The last runs"),
)
_TEMPLATES = (
    ("csdk://instructions/{section}", "Instructions, one section", "Section 1 to 12"),
    ("csdk://rules/{rule_id}", "Rule", "What a rule finds, why, examples, and how to switch it off"),
    ("csdk://sdk/{topic}", "SDK topic", "Operations, logging, state, errors, ... of the installed SDK"),
    ("csdk://patterns/{name}", "Pattern", "When to choose it, why, how it pages, resumes and fails"),
    ("csdk://dictionary/{project}", "Data dictionary", "The synced tables of a project as Markdown, for its README"),
    ("csdk://runs/{run_id}/log", "Log of a run", "The masked log; get_sync_run reads it by pattern and page"),
)


def publish(server: MCPServer[Any], open_desk: OpenDesk) -> None:
    """Adds every resource, prompt and completion to the server."""
    for uri, title, what in _STATIC:
        server.resource(uri, name=title, title=title, description=what, mime_type=_MARKDOWN)(_reader(open_desk, uri))
    for template, title, what in _TEMPLATES:
        mime_type = "text/plain" if template.endswith("/log") else _MARKDOWN
        reader = _template_reader(open_desk, template)
        server.resource(template, name=title, title=title, description=what, mime_type=mime_type)(reader)
    for prompt in prompts():
        server.add_prompt(_prompt(prompt))
    server.completion()(partial(complete, open_desk))


def _reader(open_desk: OpenDesk, uri: str) -> Callable[[], str]:
    return lambda: _text(open_desk, uri)


def _template_reader(open_desk: OpenDesk, template: str) -> Callable[..., str]:
    name = template.partition("{")[2].partition("}")[0]

    def read(**values: str) -> str:
        return _text(open_desk, template.replace(f"{{{name}}}", values[name]))

    # The SDK matches the variables of a template with the parameters of its function.
    parameter = inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=str)
    read.__signature__ = inspect.Signature([parameter], return_annotation=str)  # pyright: ignore[reportFunctionMemberAccess]
    read.__annotations__ = {name: str, "return": str}
    return read


def _text(open_desk: OpenDesk, uri: str) -> str:
    try:
        return read_uri(open_desk(), uri)
    except ConnectorSdkError as error:
        raise ResourceNotFoundError(f"{error.code}: {error}") from None


def _prompt(prompt: PromptText) -> Prompt:
    arguments = [PromptArgument(name=a.name, description=a.description, required=a.required) for a in prompt.arguments]

    async def render(**values: str) -> str:
        return prompt.render(values)

    return Prompt(
        name=prompt.name,
        title=prompt.title,
        description=prompt.description,
        arguments=arguments,
        fn=render,
        icons=None,
        context_kwarg=None,
    )
