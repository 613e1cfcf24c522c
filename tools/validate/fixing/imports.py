"""Where a new import goes: behind the last one at the head of the file."""

from __future__ import annotations

import ast
from dataclasses import replace

from ..module import Module
from .context import Context
from .edits import Edit, Held


def new_import(context: Context, module: Module, line: str) -> Edit:
    """The edit that adds an import statement, given without its newline."""
    last = None
    for number, statement in enumerate(module.tree.body):
        docstring = number == 0 and isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
        if not docstring and not isinstance(statement, (ast.Import, ast.ImportFrom)):
            break
        last = statement
    if last is not None:
        edit = context.after_line(module, last.end_lineno or last.lineno, f"{line}\n")
    else:
        edit = context.after_line(module, _head(module), f"{line}\n")
    return replace(edit, rank=0)


def json_import(context: Context, module: Module) -> Edit:
    """`import json`. Raises Held where the module means something else by the name."""
    if context.source.names(module).bound.of(module.tree, "json"):
        raise Held("The name `json` means something else here.")
    return new_import(context, module, "import json")


def imports_json(module: Module) -> bool:
    """Whether the name `json` means the module at the top level of the file."""
    return any(
        (alias.asname or alias.name) == "json" and isinstance(module.scope_of(node), ast.Module)
        for node in module.each(ast.Import)
        for alias in node.names
    )


def _head(module: Module) -> int:
    """The number of the lines of comments at the begin of the file: what they say is of the file."""
    count = 0
    while count < len(module.lines) and module.lines[count + 1].lstrip().startswith("#"):
        count += 1
    return count
