"""Makes MCP tools of handlers: a strict schema, a lean result, refusals as tool errors.

A handler is `async def NAME(desk, argument, ...) -> Model`, its docstring the description that the model reads.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any, cast

from mcp.server.mcpserver import Context, ListRoots, Resolve
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.mcpserver.tools import Tool
from mcp.types import CallToolResult, ListRootsResult, TextContent, ToolAnnotations
from pydantic import BaseModel, ValidationError

from ..tools.errors import ConnectorSdkError
from ..tools.redact import Redactor
from .desk import Desk, Progress
from .dump import dump
from .errors import refused_arguments, tool_error
from .fit import compact, fit

Handler = Callable[..., Awaitable[BaseModel]]
OpenDesk = Callable[[list[str], Progress], Desk]


@dataclass(frozen=True)
class ToolSpec:
    """A handler with its title and its effect."""

    handler: Handler
    title: str
    effect: ToolAnnotations


class StrictTool(Tool):
    """A tool that refuses unknown arguments, and says what is wrong with bad ones without repeating them."""

    async def run(self, arguments: dict[str, Any], context: Context[Any, Any], convert_result: bool = False) -> Any:
        """Checks the arguments before the SDK does, whose own text repeats their values."""
        try:
            self.fn_metadata.validate_arguments(arguments)
        except ValidationError as error:
            refusal = tool_error(refused_arguments(error, list(self.parameters["properties"])), Redactor())
            raise ToolError(f"Error executing tool {self.name}: {refusal}") from None
        return await super().run(arguments, context, convert_result)


def make_tool(spec: ToolSpec, open_desk: OpenDesk, *, ask_roots: bool) -> Tool:
    """The tool of a handler; with `ask_roots` the client is asked for its roots, where it has them."""
    tool = StrictTool.from_function(
        _call(spec.handler, open_desk, ask_roots),
        name=spec.handler.__name__,
        title=spec.title,
        description=" ".join((spec.handler.__doc__ or "").split()),
        annotations=spec.effect,
    )
    arguments = tool.fn_metadata.arg_model
    arguments.model_config["extra"] = "forbid"
    arguments.model_rebuild(force=True)
    tool.parameters = _lean(arguments.model_json_schema(by_alias=True))
    tool.fn_metadata.output_schema = _lean(tool.fn_metadata.output_schema or {}, described=False)
    return tool


def _call(handler: Handler, open_desk: OpenDesk, ask_roots: bool) -> Callable[..., Awaitable[CallToolResult]]:
    signature = inspect.signature(handler, eval_str=True)

    async def roots_of(ctx: Context[Any, Any]) -> ListRoots | ListRootsResult:
        capabilities = ctx.client_capabilities
        asks = ask_roots and capabilities is not None and capabilities.roots is not None
        return ListRoots() if asks else ListRootsResult(roots=[])

    async def call(ctx: Context[Any, Any], client_roots: ListRootsResult, **arguments: Any) -> CallToolResult:
        async def progress(done: float, message: str) -> None:
            await ctx.report_progress(done, None, message)

        desk = open_desk([str(root.uri) for root in client_roots.roots], progress)
        try:
            result = await handler(desk, **arguments)
        except ConnectorSdkError as error:
            raise tool_error(error, desk.redactor) from None
        return _result(result, desk.redactor)

    parameters = {
        "ctx": Context[Any, Any],
        "client_roots": Annotated[ListRootsResult, Resolve(roots_of)],
    }
    kept = [p for name, p in signature.parameters.items() if name != "desk"]
    own = [inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=a) for name, a in parameters.items()]
    returns = Annotated[CallToolResult, signature.return_annotation]
    keyword = [p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in kept]
    call.__signature__ = inspect.Signature([*own, *keyword], return_annotation=returns)  # pyright: ignore[reportFunctionMemberAccess]
    call.__annotations__ = {**parameters, **{p.name: p.annotation for p in kept}, "return": returns}
    return call


def _result(model: BaseModel, redactor: Redactor) -> CallToolResult:
    """The model once as structured content and once as compact JSON text: some clients show only the one."""
    fitted = fit(dump(model, redactor.text))
    return CallToolResult(content=[TextContent(type="text", text=compact(fitted))], structured_content=fitted)


def _lean(schema: Any, *, described: bool = True) -> Any:
    """A schema without generated titles and, for results, without descriptions: tokens that nobody reads."""
    if isinstance(schema, list):
        return [_lean(item, described=described) for item in cast("list[Any]", schema)]
    if not isinstance(schema, dict):
        return schema
    dropped = {"title"} if described else {"title", "description", "default"}
    lean: dict[str, Any] = {}
    for key, value in cast("dict[str, Any]", schema).items():
        if key in ("properties", "$defs"):
            lean[key] = {name: _lean(part, described=described) for name, part in value.items()}
        elif key not in dropped:
            lean[key] = _lean(value, described=described)
    return _plainly(lean) if described else lean


def _plainly(schema: dict[str, Any]) -> dict[str, Any]:
    """An argument that may be left out: that its default is nothing, and null taken too, goes without saying."""
    if "default" not in schema or schema["default"]:
        return schema
    kept = {key: value for key, value in schema.items() if key != "default" or value is False or value == 0}
    choices = cast("list[dict[str, Any]]", kept.get("anyOf", []))
    if len(choices) == 2 and {"type": "null"} in choices:
        (other,) = [choice for choice in choices if choice != {"type": "null"}]
        del kept["anyOf"]
        kept = {**other, **kept}
    return kept
