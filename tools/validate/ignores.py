"""The comments `# csdk: ignore[rule-id, ...] reason` of a project: what they say, and which lines they are for."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass

from .models import Finding
from .module import Module
from .source import ProjectSource
from .text import Lines

_MARK = b"csdk:"
_COMMENT = re.compile(r"#\s*csdk:\s*ignore(?:\s*\[(?P<ids>[^\]]*)\])?(?P<reason>.*)")
_BLOCKS = (ast.For, ast.AsyncFor, ast.While, ast.If, ast.With, ast.AsyncWith, ast.Try, ast.ClassDef)


@dataclass(frozen=True)
class Ignore:
    """One comment: the rules that it names, why, its place, and the lines that it is for."""

    file: str
    rule_ids: tuple[str, ...]
    reason: str
    place: tuple[int, int]
    lines: range


class Ignores:
    """All comments of a project's text files that switch a rule off."""

    def __init__(self, source: ProjectSource) -> None:
        self.found = [ignore for file, data in source.files.items() if _MARK in data for ignore in _read(source, file)]

    def hides(self, finding: Finding) -> bool:
        """Whether a comment on the finding's line, or on its statement, names its rule."""
        return any(
            finding.file == ignore.file and finding.rule_id in ignore.rule_ids and finding.line in ignore.lines
            for ignore in self.found
        )


def _read(source: ProjectSource, file: str) -> Iterator[Ignore]:
    module = next((module for module in source.modules if module.file == file), None)
    text = module.text if module else source.files[file].decode("utf-8", "replace")
    for (line, column), comment in _comments(text, module):
        match = _COMMENT.search(comment)
        if match:
            ids = tuple(part.strip() for part in (match["ids"] or "").split(",") if part.strip())
            yield Ignore(
                file, ids, match["reason"].strip(" \t-:"), (line, column + match.start()), _lines(module, line)
            )


def _comments(text: str, module: Module | None) -> Iterator[tuple[tuple[int, int], str]]:
    """The comments of a text with their places; of what is no Python each line's rest from the first `#`."""
    if module is None:
        lines = Lines(text)
        for number in range(1, len(lines) + 1):
            column = lines[number].find("#")
            if column >= 0:
                yield (number, column + 1), lines[number][column:]
        return
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.COMMENT:
                yield (token.start[0], token.start[1] + 1), token.string
    except (tokenize.TokenError, SyntaxError):
        # The parser took the file: whatever the tokenizer stumbles over, the comments before it are read.
        return


def _lines(module: Module | None, line: int) -> range:
    """The lines of the innermost statement that begins or ends on a line; of a block those of its head."""
    found = range(line, line + 1)
    for node in module.below(module.tree) if module else ():
        if isinstance(node, ast.stmt) and node.lineno <= line <= (node.end_lineno or node.lineno):
            last = node.end_lineno or node.lineno
            if isinstance(node, (*_BLOCKS, ast.FunctionDef, ast.AsyncFunctionDef)):
                last = max(node.lineno, node.body[0].lineno - 1)
            if line in (node.lineno, last):
                found = range(node.lineno, last + 1)
    return found
