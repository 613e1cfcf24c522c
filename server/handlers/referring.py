"""Handlers: search and read the reference."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from ...tools.errors import InvalidArguments
from ...tools.reference.models import ReferenceText, SearchResult
from ...tools.reference.search import search
from .. import effects
from ..desk import Desk
from ..reading import read_uri
from ..threads import in_thread
from ..tooling import ToolSpec

_PIECE = 16_000
Kind = Literal["", "instructions", "sdk", "patterns", "rules", "templates"]


async def search_reference(
    desk: Desk,
    query: Annotated[str, Field(description="Question, keywords, or a whole error message", min_length=1)],
    kind: Annotated[Kind, Field(description="Only this kind of page")] = "",
    limit: Annotated[int, Field(description="Hits", ge=1, le=20)] = 5,
) -> SearchResult:
    """Searches instructions, SDK pages, patterns, rules and templates; read a hit with read_reference."""
    return await in_thread(lambda: search(query, kind=kind, limit=limit))


async def read_reference(
    desk: Desk,
    uri: Annotated[str, Field(description="csdk:// address, as from search_reference")],
    offset: Annotated[int, Field(description="Character to begin at", ge=0)] = 0,
) -> ReferenceText:
    """Reads the text of any csdk:// resource."""
    text = await in_thread(lambda: read_uri(desk, uri, whole=True))
    if offset and offset >= len(text):
        raise InvalidArguments(f"{uri[:200]} has {len(text)} characters; offset must be below that.")
    piece = text[offset : offset + _PIECE]
    left = len(text) - offset - len(piece)
    more = f"{left} characters more: read from offset {offset + len(piece)}." if left else None
    return ReferenceText(uri=uri, text=piece, more=more)


TOOLS = (
    ToolSpec(search_reference, "Search the reference", effects.READS),
    ToolSpec(read_reference, "Read a reference page", effects.READS),
)
