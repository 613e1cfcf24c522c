"""What a fix asks of the code: the node of a finding, its characters, the places where lines can go."""

from __future__ import annotations

import ast
import re
from typing import TypeVar

from ..lint import Lint
from ..models import Finding
from ..module import FUNCTIONS, Module
from ..reach import Reach
from ..source import ProjectSource
from .edits import Edit, Held

Kind = TypeVar("Kind", bound=ast.AST)
_STEP = "    "


class Context:
    """One connector as the rules see it."""

    def __init__(self, source: ProjectSource, lint: Lint) -> None:
        self.source = source
        self.reach = Reach(source)
        self.lint = lint

    def module(self, file: str) -> Module:
        """The module of a file. Raises Held where it cannot be parsed."""
        found = next((module for module in self.source.modules if module.file == file), None)
        if found is None:
            raise Held(f"{file} cannot be parsed.")
        return found

    def node(self, finding: Finding, *kinds: type[Kind]) -> tuple[Module, Kind]:
        """The outermost node of these classes at the place of a finding. Raises Held."""
        module, found = self.nodes(finding, *kinds)
        return module, found[0]

    def nodes(self, finding: Finding, *kinds: type[Kind]) -> tuple[Module, list[Kind]]:
        """All nodes of these classes, and of those derived from them, that begin at the place. Raises Held."""
        module = self.module(finding.file)
        place = (finding.line, finding.column)
        nodes = (node for node in module.below(module.tree) if isinstance(node, kinds) and hasattr(node, "lineno"))
        found = [node for node in nodes if module.position(node) == place]
        if not found:
            raise Held("The code at this place has another form than the fix knows.")
        return module, found

    def span(self, module: Module, node: ast.AST) -> tuple[int, int]:
        """The characters of a node, from the first to behind the last."""
        lines = module.lines
        first = lines.offset(getattr(node, "lineno", 1), getattr(node, "col_offset", 0))
        return first, lines.offset(getattr(node, "end_lineno", 1), getattr(node, "end_col_offset", 0))

    def text(self, module: Module, node: ast.AST) -> str:
        """What is written for a node."""
        first, last = self.span(module, node)
        return module.text[first:last]

    def replace(self, module: Module, node: ast.AST, text: str) -> Edit:
        """Another text in the place of a node."""
        return Edit(module.file, *self.span(module, node), text)

    def statement(self, module: Module, node: ast.AST) -> ast.stmt:
        """The innermost statement that holds a node, itself counted."""
        found = (each for each in (node, *module.ancestors(node)) if isinstance(each, ast.stmt))
        return next(found)

    def indentation(self, module: Module, node: ast.AST) -> str:
        """The white space before a statement. Raises Held where something else stands before it on its line."""
        before = module.lines[getattr(node, "lineno", 1)][: module.position(node)[1] - 1]
        if before.strip():
            raise Held("The statement shares its line with another one.")
        return before

    def step(self, module: Module) -> str:
        """What one level of indentation is in this file."""
        for node in module.each(*FUNCTIONS, ast.If, ast.For):
            inner, outer = module.lines[node.body[0].lineno], module.lines[node.lineno]
            white = [re.match(r"[ \t]*", line) for line in (inner, outer)]
            first, second = (match.group() if match else "" for match in white)
            if first.startswith(second) and first != second:
                return first[len(second) :]
        return _STEP

    def before(self, module: Module, statement: ast.stmt, text: str) -> Edit:
        """Lines before a statement and its decorators, at its indentation; `text` is without indentation."""
        indentation = self.indentation(module, statement)
        marks: list[ast.expr] = getattr(statement, "decorator_list", [])
        line = min([statement.lineno, *(mark.lineno for mark in marks)])
        at = module.lines.offset(line, 0)
        return Edit(module.file, at, at, indented(text, indentation))

    def before_definition(self, module: Module, statement: ast.stmt, text: str) -> Edit:
        """Lines before a statement of the top level and the comments above it, two empty lines before them."""
        marks: list[ast.expr] = getattr(statement, "decorator_list", [])
        line = min([statement.lineno, *(mark.lineno for mark in marks)])
        while line > 2 and module.lines[line - 1].startswith("#"):
            line -= 1
        empty = 0
        while line - empty > 1 and not module.lines[line - empty - 1].strip():
            empty += 1
        at = module.lines.offset(line, 0)
        return Edit(module.file, at, at, "\n" * max(0, 2 - empty if line > 1 else 0) + text)

    def after_line(self, module: Module, line: int, text: str) -> Edit:
        """Lines behind a line of the file."""
        if line < len(module.lines):
            at = module.lines.offset(line + 1, 0)
            return Edit(module.file, at, at, text)
        end = len(module.text)
        prefix = "" if module.text.endswith(("\n", "\r")) or not module.text else "\n"
        return Edit(module.file, end, end, prefix + text)

    def remove(self, module: Module, statement: ast.stmt) -> Edit:
        """The statement and its lines away; where its block would be empty, a `pass` in its place."""
        _ = self.indentation(module, statement)
        last = statement.end_lineno or statement.lineno
        first_at, last_at = self.span(module, statement)
        rest = module.lines[last][module.lines.at(last_at)[1] - 1 :].strip()
        if rest and not rest.startswith("#"):
            raise Held("The statement shares its line with another one.")
        parent = module.parents[statement]
        blocks = [getattr(parent, name, None) for name in ("body", "orelse", "finalbody")]
        if any(block == [statement] for block in blocks):
            return Edit(module.file, first_at, last_at, "pass")
        if rest:
            return Edit(module.file, first_at, module.text.index("#", last_at), "")
        begin = module.lines.offset(statement.lineno, 0)
        end = module.lines.offset(last + 1, 0) if last < len(module.lines) else len(module.text)
        return Edit(module.file, begin, end, "")


def indented(text: str, indentation: str) -> str:
    """Each line that is not empty behind `indentation`."""
    return "".join(indentation + line if line.strip() else line for line in text.splitlines(keepends=True))
