"""What can be read, and what a search finds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict


@dataclass(frozen=True)
class Entry:
    """A thing to read. `text` makes its whole text, `body` what a search reads of it."""

    uri: str
    kind: str
    title: str
    summary: str
    keywords: tuple[str, ...]
    body: str
    text: Callable[[], str]


class Hit(BaseModel):
    """A page that answers a query; `excerpt` is the place in it."""

    model_config = ConfigDict(frozen=True)

    uri: str
    title: str
    kind: str
    excerpt: str


class SearchResult(BaseModel):
    """The best hits first."""

    model_config = ConfigDict(frozen=True)

    hits: list[Hit]
    more: str | None = None


class ReferenceText(BaseModel):
    """A piece of a text, in characters; `more` says how to read on."""

    model_config = ConfigDict(frozen=True)

    uri: str
    text: str
    more: str | None = None
