"""The pages of this folder: front matter in TOML between lines of `+++`, then Markdown."""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files as package_files
from typing import Any, Literal

_PACKAGE = __name__.rpartition(".")[0]
_TOML: Any = importlib.import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
_FRONT = re.compile(r"\+\+\+\n(.*?)\n\+\+\+\n(.*)", re.DOTALL)
Kind = Literal["instructions", "sdk", "patterns"]
KINDS: tuple[Kind, ...] = ("instructions", "sdk", "patterns")


@dataclass(frozen=True)
class Page:
    """One page. `keywords` are words and phrases by which people look for it, error messages among them; `show` says
    which calls of a scaffold show what it tells of."""

    kind: Kind
    name: str
    title: str
    summary: str
    keywords: tuple[str, ...]
    show: tuple[str, ...]
    body: str

    @property
    def uri(self) -> str:
        """The address under which clients read the page."""
        return f"csdk://{self.kind}/{self.name}"


@cache
def pages(kind: Kind) -> tuple[Page, ...]:
    """The pages of one kind, by the order of their files."""
    found = sorted(_texts(kind), key=lambda entry: entry[0])
    return tuple(_page(kind, name, text) for name, text in found)


@dataclass(frozen=True)
class PromptArgument:
    """An argument of a prompt; one that is not required and not given reads as "not said"."""

    name: str
    description: str
    required: bool


@dataclass(frozen=True)
class Prompt:
    """A prompt whose text has `{{name}}` for each of its arguments."""

    name: str
    title: str
    description: str
    arguments: tuple[PromptArgument, ...]
    body: str

    def render(self, values: Mapping[str, str]) -> str:
        """The text with the values in it."""
        text = self.body
        for argument in self.arguments:
            text = text.replace(f"{{{{{argument.name}}}}}", values.get(argument.name, "").strip() or "not said")
        return text


@cache
def prompts() -> tuple[Prompt, ...]:
    """Every prompt, by name."""
    found: list[Prompt] = []
    for name, text in sorted(_texts("prompts")):
        front, body = _parts("prompts", name, text)
        arguments = tuple(PromptArgument(**argument) for argument in front["arguments"])
        found.append(Prompt(name, front["title"], front["description"], arguments, body))
    return tuple(found)


def _texts(kind: str) -> Iterator[tuple[str, str]]:
    for entry in (package_files(_PACKAGE) / kind).iterdir():
        if entry.name.endswith(".md"):
            yield entry.name.removesuffix(".md"), entry.read_text(encoding="utf-8")


def _page(kind: Kind, stem: str, text: str) -> Page:
    front, body = _parts(kind, stem, text)
    # A section of the instructions is addressed by its number: 03-code-standards.md is csdk://instructions/3.
    name = str(int(stem.partition("-")[0])) if kind == "instructions" else stem
    keywords, show = tuple(front["keywords"]), tuple(front.get("show", ()))
    return Page(kind, name, front["title"], front["summary"], keywords, show, body)


def _parts(kind: str, stem: str, text: str) -> tuple[dict[str, Any], str]:
    match = _FRONT.fullmatch(text)
    if match is None:
        raise ValueError(f"resources/{kind}/{stem}.md has no front matter")
    return _TOML.loads(match[1]), match[2].strip() + "\n"
