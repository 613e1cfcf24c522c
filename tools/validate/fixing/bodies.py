"""Where the first statement of a function goes."""

from __future__ import annotations

import ast

from ..module import Function, Module
from .context import Context
from .edits import Edit, Held


def first_place(context: Context, module: Module, function: Function, statement: str) -> Edit:
    """The edit that puts a statement, as it is written, before all that a function does: behind its docstring."""
    first = function.body[0]
    if first.lineno == function.lineno:
        raise Held("The function stands on one line.")
    if ast.get_docstring(function, clean=False) is None:
        at = module.lines.offset(first_line(first), 0)
        return Edit(module.file, at, at, f"{context.indentation(module, first)}{statement}\n")
    last = first.end_lineno or first.lineno
    if len(function.body) > 1 and first_line(function.body[1]) <= last:
        raise Held("The docstring shares its line with a statement.")
    return context.after_line(module, last, f"{context.indentation(module, first)}{statement}\n")


def first_line(statement: ast.stmt) -> int:
    """The line on which a statement begins, its decorators counted."""
    marks: list[ast.expr] = getattr(statement, "decorator_list", [])
    return min([statement.lineno, *(mark.lineno for mark in marks)])
