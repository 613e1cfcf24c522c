"""Domain errors and bad arguments as tool errors: a code, what happened, the next step; no value, no trace."""

from __future__ import annotations

from typing import Any

from mcp.server.mcpserver.exceptions import ToolError
from pydantic import ValidationError

from ..tools.errors import ConnectorSdkError, InvalidArguments
from ..tools.nearest import nearest
from ..tools.redact import Redactor

_MAX_CHARS = 4_000


def tool_error(error: ConnectorSdkError, redactor: Redactor) -> ToolError:
    """The refusal as the client sees it, masked."""
    text = redactor.text(f"{error.code}: {error}")
    return ToolError(text if len(text) <= _MAX_CHARS else text[:_MAX_CHARS] + "…")


def refused_arguments(error: ValidationError, known: list[str]) -> InvalidArguments:
    """What is wrong with a call's arguments. The values are not repeated: one of them may be a secret."""
    said = [_describe(detail, known) for detail in error.errors(include_url=False, include_input=False)]
    return InvalidArguments(" ".join(dict.fromkeys(said[:5])))


def _describe(detail: Any, known: list[str]) -> str:
    place = ".".join(str(part) for part in detail["loc"])
    if detail["type"] == "extra_forbidden":
        given = str(detail["loc"][-1])[:60]
        siblings = known if len(detail["loc"]) == 1 else []
        hint = f" Did you mean {nearest(given, siblings, 1)[0]!r}?" if siblings else ""
        return f"There is no argument {place[:120]!r}.{hint} The tool takes: {', '.join(known)}."
    if detail["type"] == "missing":
        return f"The argument {place!r} is missing."
    return f"The argument {place[:120]!r} cannot be used: {detail['msg']}."
