"""Moves the call that validates the configuration to the begin of its function."""

from __future__ import annotations

import ast

from ..fixing.bodies import first_place
from ..fixing.context import Context
from ..fixing.edits import Edit, Held
from ..models import Finding
from ..module import FUNCTIONS
from ..validation import Validation


def fix(context: Context, finding: Finding) -> list[Edit]:
    """The statement as it stands, before what uses the configuration."""
    module, call = context.node(finding, ast.Call)
    statement, function = context.statement(module, call), module.function_of(call)
    if not any(call is node for _, node in context.reach.shared(Validation).uses):
        raise Held("It is validated inside a function that does more: call validate_configuration first in update.")
    if not isinstance(statement, ast.Expr) or statement.value is not call or not isinstance(function, FUNCTIONS):
        raise Held("The call is part of another statement.")
    if statement not in function.body:
        raise Held("The call stands in a branch or a `try`.")
    args = function.args
    parameters = {arg.arg for arg in (*args.posonlyargs, *args.args, *args.kwonlyargs)}
    stored = {node.id for node in module.own(function, ast.Name) if not isinstance(node.ctx, ast.Load)}
    used = {name.id for name in module.inside(statement, ast.Name)}
    if used & stored or not used & parameters:
        raise Held("It validates something that the function makes first.")
    text = context.text(module, statement)
    return [first_place(context, module, function, f"{text}\n"), context.remove(module, statement)]
