"""Completes the arguments of resource templates and prompts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from mcp.types import Completion, CompletionArgument, CompletionContext, PromptReference, ResourceTemplateReference

from ..tools.errors import ConnectorSdkError
from ..tools.listing import find_connectors
from ..tools.reference.catalogue import entries
from .desk import Desk

_MOST = 100


async def complete(
    open_desk: Callable[[], Desk],
    _ref: PromptReference | ResourceTemplateReference,
    argument: CompletionArgument,
    _context: CompletionContext | None,
) -> Completion:
    """The values that begin with what was typed; after them those that hold it."""
    typed = argument.value.lower()
    known = _values(open_desk, argument.name)
    fitting = [v for v in known if v.lower().startswith(typed)]
    fitting += [v for v in known if typed in v.lower() and v not in fitting]
    return Completion(values=fitting[:_MOST], total=len(fitting), has_more=len(fitting) > _MOST)


def _values(open_desk: Callable[[], Desk], name: str) -> list[str]:
    kind = {"section": "instructions", "rule_id": "rules", "topic": "sdk", "name": "patterns"}.get(name)
    if kind:
        return [entry.uri.rpartition("/")[2] for entry in entries() if entry.kind == kind]
    desk = open_desk()
    try:
        return _from_workspace(desk, name)
    except ConnectorSdkError:
        return []


def _from_workspace(desk: Desk, name: str) -> list[str]:
    if name == "run_id":
        return [record.run_id for record in desk.runs.recent(desk.workspace)]
    if name == "project":
        return [_shown(desk, folder) for root in desk.workspace.roots for folder in find_connectors(root)]
    return []


def _shown(desk: Desk, folder: Path) -> str:
    first = desk.workspace.roots[0]
    return str(folder.relative_to(first)) if folder.is_relative_to(first) else str(folder)
