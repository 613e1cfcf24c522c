"""One Python file of a connector: parsed once, walked once, with parents, scopes and exact positions."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeAlias, TypeVar, cast

from .text import Lines

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef
Comprehension: TypeAlias = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
Scope: TypeAlias = ast.Module | Function | ast.Lambda | ast.ClassDef | Comprehension
Node = TypeVar("Node", bound=ast.AST)
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_BODIED = (*FUNCTIONS, ast.Lambda, ast.ClassDef)
# ast uses one object for all nodes of these classes: they have no place of their own.
_SHARED = (ast.expr_context, ast.operator, ast.boolop, ast.unaryop, ast.cmpop)


@dataclass(eq=False)
class Module:
    """The tree of one file. `name` is the dotted name under which the project imports it, `file` its relative path."""

    name: str
    file: str
    text: str
    tree: ast.Module
    parents: dict[ast.AST, ast.AST] = field(default_factory=dict[ast.AST, ast.AST])
    _by_type: dict[type, list[ast.AST]] = field(default_factory=dict[type, list[ast.AST]])
    _scopes: dict[ast.AST, Scope] = field(default_factory=dict["ast.AST", "Scope"])

    def __post_init__(self) -> None:
        self.lines = Lines(self.text)
        self._index()

    @property
    def is_package(self) -> bool:
        """Whether the file is the `__init__.py` of a package."""
        return self.file.endswith("__init__.py")

    def absolute(self, node: ast.ImportFrom) -> str:
        """The dotted name of the module that an import statement names."""
        if not node.level:
            return node.module or ""
        package = self.name.split(".")
        keep = len(package) - node.level + (1 if self.is_package else 0)
        return ".".join([*package[: max(0, keep)], *([node.module] if node.module else [])])

    def position(self, node: ast.AST) -> tuple[int, int]:
        """Line and column, both from 1; the column counts characters (ast counts UTF-8 bytes)."""
        line, offset = getattr(node, "lineno", 1), getattr(node, "col_offset", 0)
        return line, self.lines.column(line, offset)

    def each(self, *kinds: type[Node]) -> Iterator[Node]:
        """The nodes of these classes themselves, class by class in the order of the file."""
        for kind in kinds:
            yield from cast("list[Node]", self._by_type.get(kind, []))

    def named(self, name: str) -> list[ast.Name]:
        """The nodes of this name, in the order of the file."""
        return self._by_name.get(name, [])

    def ancestors(self, node: ast.AST) -> Iterator[ast.AST]:
        """The nodes around `node`, innermost first, the module last."""
        while (parent := self.parents.get(node)) is not None:
            yield parent
            node = parent

    def scope_of(self, node: ast.AST) -> Scope:
        """The scope in which a name at `node` is looked up first."""
        return self._scopes.get(node, self.tree)

    def scopes_of(self, node: ast.AST) -> Iterator[Scope]:
        """The scopes around `node`, innermost first, the module last."""
        scope = self.scope_of(node)
        while not isinstance(scope, ast.Module):
            yield scope
            scope = self.scope_of(scope)
        yield scope

    def function_of(self, node: ast.AST) -> Function | None:
        """The innermost function whose body, not whose decorators or defaults, holds `node`."""
        return next((scope for scope in self.scopes_of(node) if isinstance(scope, FUNCTIONS)), None)

    def in_main_block(self, node: ast.AST) -> bool:
        """Whether `node` runs only when the file is run as a program."""
        child = node
        for parent in self.ancestors(node):
            if isinstance(parent, ast.If) and _is_main_test(parent.test) and self.holds(parent.body, child):
                return True
            child = parent
        return False

    def holds(self, body: list[ast.stmt], child: ast.AST) -> bool:
        """Whether `child` is one of the statements of `body`."""
        return any(statement is child for statement in body)

    @cached_property
    def _by_name(self) -> dict[str, list[ast.Name]]:
        found: dict[str, list[ast.Name]] = {}
        for node in self.each(ast.Name):
            found.setdefault(node.id, []).append(node)
        return found

    def _index(self) -> None:
        stack: list[ast.AST] = [self.tree]
        while stack:
            node = stack.pop()
            self._by_type.setdefault(type(node), []).append(node)
            stack.extend(reversed(self._children(node)))

    def _children(self, node: ast.AST) -> list[ast.AST]:
        found: list[ast.AST] = []
        for name, value in ast.iter_fields(node):
            scope = self._scope_inside(node, name)
            for child in cast("list[object]", value if isinstance(value, list) else [value]):
                if isinstance(child, ast.AST) and not isinstance(child, _SHARED):
                    self.parents[child], self._scopes[child] = node, scope
                    found.append(child)
        return found

    def _scope_inside(self, node: ast.AST, name: str) -> Scope:
        if isinstance(node, COMPREHENSIONS) or (isinstance(node, _BODIED) and name == "body"):
            return node
        if isinstance(node, ast.comprehension) and name == "iter":
            owner = self.parents[node]
            # The first source of a comprehension is read outside of it.
            if isinstance(owner, COMPREHENSIONS) and owner.generators[0] is node:
                return self.scope_of(owner)
        return self.scope_of(node)


def _is_main_test(test: ast.expr) -> bool:
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
        return any(_is_main_test(value) for value in test.values)
    if not isinstance(test, ast.Compare) or len(test.ops) != 1 or not isinstance(test.ops[0], ast.Eq):
        return False
    sides = (test.left, test.comparators[0])
    named = any(isinstance(side, ast.Name) and side.id == "__name__" for side in sides)
    return named and any(isinstance(side, ast.Constant) and side.value == "__main__" for side in sides)
