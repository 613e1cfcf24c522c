"""Takes the `/` from a path to configuration.json."""

from __future__ import annotations

import ast

from ..choices import Choices
from ..fixing.context import Context
from ..fixing.edits import Edit, Held
from ..models import Finding
from ..module import Module

_WANTED = "configuration.json"


def fix(context: Context, finding: Finding) -> list[Edit]:
    """The text, where it stands; a path that is put together is written as one."""
    module, node = context.node(finding, ast.expr)
    choices = context.reach.shared(Choices).of(module, node)
    if len(choices) != 1:
        raise Held("The path is chosen among several.")
    where, value = choices[0].value
    if value is not node and _has_other_uses(context, where, value):
        raise Held("The text has other uses.")
    return [_written(context, where, value)]


def _written(context: Context, module: Module, value: ast.expr) -> Edit:
    if isinstance(value, ast.Constant):
        text = context.text(module, value)
        if text.count(f"/{_WANTED}") != 1:
            raise Held("The path is not written as one text.")
        return context.replace(module, value, text.replace(f"/{_WANTED}", _WANTED))
    texts = [context.text(module, part) for part in module.inside(value, ast.Constant)]
    quoted = next((text for text in texts if text[1:-1] == _WANTED), f'"{_WANTED}"')
    if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Add):
        return context.replace(module, value, quoted)
    if isinstance(value, ast.BinOp) and isinstance(value.left, ast.Call):
        return context.replace(module, value, f"{context.text(module, value.left.func)}({quoted})")
    raise Held("The path is not written as one text.")


def _has_other_uses(context: Context, module: Module, value: ast.expr) -> bool:
    """Whether the variable that holds a text is read at more than one place, or may be."""
    statement = module.parents[value]
    target = statement.targets[0] if isinstance(statement, ast.Assign) and len(statement.targets) == 1 else None
    if not isinstance(target, ast.Name):
        return not isinstance(statement, (ast.Call, ast.keyword))
    reads = [
        use for each in context.source.modules for use in each.mentions([target.id]) if isinstance(use.ctx, ast.Load)
    ]
    return len(reads) > 1
