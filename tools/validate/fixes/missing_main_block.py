"""Ends the file with a main block that loads the configuration and starts a local run."""

from __future__ import annotations

import ast

from ..fixing.context import Context
from ..fixing.edits import Edit, Held
from ..fixing.imports import imports_json, json_import
from ..models import Finding
from ..module import Module
from . import missing_connector_object
from .missing_connector_object import last_line, main_block

_LOAD = (
    'with open("configuration.json", "r", encoding="utf-8") as file:\n'
    "{step}configuration = json.load(file)\n"
    "connector.debug(configuration=configuration)\n"
)


def fix(context: Context, finding: Finding) -> list[Edit]:
    """The block, or in one that is there what it lacks."""
    module = context.module(finding.file)
    imported = [] if imports_json(module) else [json_import(context, module)]
    if not context.source.names(module).bound.of(module.tree, "connector"):
        # What it calls is made by the fix of another finding: the same edits are made once.
        imported += missing_connector_object.fix(context, finding)
    step = context.step(module)
    lines = _LOAD.format(step=step)
    block = main_block(module)
    if block is None:
        if any(True for _ in module.calls(["debug"])):
            raise Held("connector.debug is called outside of a main block.")
        inner = "".join(step + line for line in lines.splitlines(keepends=True))
        added = f'\n\nif __name__ == "__main__":\n{inner}'
        return [*imported, context.after_line(module, last_line(module), added)]
    return [*imported, *_completed(context, module, block, lines)]


def _completed(context: Context, module: Module, block: ast.If, lines: str) -> list[Edit]:
    calls = [call for call in module.inside(block, ast.Call) if _is_debug(call)]
    if calls:
        statement = context.statement(module, calls[0])
        if not isinstance(statement, ast.Expr) or statement.value is not calls[0] or statement not in block.body:
            raise Held("The call of connector.debug is part of another statement.")
        written = lines.rstrip().replace("\n", "\n" + context.indentation(module, statement))
        return [context.replace(module, statement, written)]
    if any(True for _ in module.calls(["debug"])):
        raise Held("connector.debug is called in a function.")
    if block.body[0].lineno == block.lineno:
        raise Held("The main block stands on one line.")
    last = block.body[-1]
    indentation = context.indentation(module, last)
    inner = "".join(indentation + line for line in lines.splitlines(keepends=True))
    return [context.after_line(module, last.end_lineno or last.lineno, inner)]


def _is_debug(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and call.func.attr == "debug"
