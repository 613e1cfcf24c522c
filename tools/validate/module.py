"""One Python file of a connector: parsed once, walked once, with parents, scopes and exact positions."""

from __future__ import annotations

import ast
import io
import re
import tokenize
import warnings
from dataclasses import dataclass, field
from typing import TypeAlias

Scope: TypeAlias = ast.Module | ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef
Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef
SCOPES = (ast.Module, ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_NEWLINE = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True)
class Broken:
    """A file that cannot be parsed: where, and why."""

    line: int
    column: int
    reason: str


@dataclass
class Module:
    """The tree of one file. `name` is the dotted name under which the project imports it, `file` its relative path."""

    name: str
    file: str
    text: str
    tree: ast.Module
    nodes: list[ast.AST] = field(default_factory=list[ast.AST])
    parents: dict[ast.AST, ast.AST] = field(default_factory=dict[ast.AST, ast.AST])

    def __post_init__(self) -> None:
        self._lines: list[str] = _NEWLINE.split(self.text)
        self._index()

    def _index(self) -> None:
        nodes, parents = self.nodes, self.parents
        stack: list[ast.AST] = [self.tree]
        while stack:
            node = stack.pop()
            nodes.append(node)
            children = list(ast.iter_child_nodes(node))
            for child in children:
                parents[child] = node
            stack.extend(reversed(children))

    def position(self, node: ast.AST) -> tuple[int, int]:
        """Line and column, both from 1; the column counts characters (ast counts UTF-8 bytes)."""
        line, offset = getattr(node, "lineno", 1), getattr(node, "col_offset", 0)
        if line > len(self._lines):
            return line, 1
        before = self._lines[line - 1].encode("utf-8", "surrogatepass")[:offset]
        return line, len(before.decode("utf-8", "replace")) + 1

    def ancestors(self, node: ast.AST) -> list[ast.AST]:
        """The nodes around `node`, innermost first, the module last."""
        found: list[ast.AST] = []
        while (parent := self.parents.get(node)) is not None:
            found.append(parent)
            node = parent
        return found

    def function_of(self, node: ast.AST) -> Function | None:
        """The innermost function whose body, not whose decorators or defaults, holds `node`."""
        child = node
        for parent in self.ancestors(node):
            if isinstance(parent, FUNCTIONS) and child in parent.body:
                return parent
            child = parent
        return None

    def scope_of(self, node: ast.AST) -> Scope:
        """The scope in which a name at `node` is looked up first."""
        child = node
        for parent in self.ancestors(node):
            if isinstance(parent, ast.Lambda) and child is parent.body:
                return parent
            if isinstance(parent, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) and child in parent.body:
                return parent
            child = parent
        return self.tree


def parse_module(name: str, file: str, data: bytes) -> Module | Broken:
    """The module of a file's bytes, or what is wrong with them."""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        text = data.decode(encoding)
    except (SyntaxError, UnicodeDecodeError, LookupError) as error:
        return Broken(1, 1, f"the file is not valid text: {_first_line(error)}")
    if "\0" in text:
        return Broken(_line_of(text, "\0"), 1, "the file holds a NUL character")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
            compile(tree, file, "exec", dont_inherit=True)
        return Module(name, file, text, tree)
    except SyntaxError as error:
        return Broken(error.lineno or 1, max(error.offset or 1, 1), error.msg or "invalid syntax")
    except (RecursionError, MemoryError, ValueError, OverflowError) as error:
        return Broken(1, 1, f"Python cannot compile the file: {_first_line(error)}")


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]


def _line_of(text: str, part: str) -> int:
    return len(_NEWLINE.split(text[: text.index(part)]))
