"""Where the first statement of a function goes."""

from __future__ import annotations

import ast

from ..module import Function, Module
from .context import Context, indented
from .edits import Edit, Held


def first_place(context: Context, module: Module, function: Function, text: str) -> Edit:
    """The edit that puts lines, given without indentation, before all that a function does: behind its docstring."""
    first = function.body[0]
    if first.lineno == function.lineno:
        raise Held("The function stands on one line.")
    if ast.get_docstring(function, clean=False) is None:
        return context.before(module, first, text)
    indentation = context.indentation(module, first)
    return context.after_line(module, first.end_lineno or first.lineno, indented(text, indentation))
