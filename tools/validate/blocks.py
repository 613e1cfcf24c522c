"""Straight-line reading of one list of statements: what each gives, uses, sends and saves."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from .module import FUNCTIONS, Module


def blocks(module: Module) -> Iterator[list[ast.stmt]]:
    """Every list of statements of a module: bodies, branches, handlers."""
    for node in module.each(*FUNCTIONS, ast.For, ast.AsyncFor, ast.While, ast.If, ast.With, ast.AsyncWith, ast.Try):
        for field in ("body", "orelse", "finalbody"):
            found: list[ast.stmt] = getattr(node, field, [])
            if len(found) > 1:
                yield found


def loaded(module: Module, node: ast.AST) -> set[str]:
    """The names that are read in a statement or expression."""
    return {name.id for name in module.inside(node, ast.Name) if isinstance(name.ctx, ast.Load)}


def stored(module: Module, node: ast.AST) -> set[str]:
    """The names that are given a value in a statement."""
    return {name.id for name in module.inside(node, ast.Name) if isinstance(name.ctx, ast.Store)}


def origins(module: Module, names: set[str], before: list[ast.stmt]) -> set[str]:
    """The names, and those that their values were made of in the statements before."""
    found = set(names)
    for statement in reversed(before):
        if (
            isinstance(statement, (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.For))
            and stored(module, statement) & found
        ):
            found |= loaded(module, statement)
    return found
