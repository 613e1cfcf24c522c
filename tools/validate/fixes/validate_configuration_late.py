"""Moves the call that validates the configuration to the begin of its function."""

from __future__ import annotations

import ast

from ..arguments import called_functions, given_to
from ..fixing.bodies import first_place
from ..fixing.context import Context
from ..fixing.edits import Edit, Held
from ..models import Finding
from ..module import FUNCTIONS, Function, Module
from ..validation import Validation

_CHANGING = frozenset({"pop", "popitem", "update", "setdefault", "clear"})


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
    if _is_prepared(context, module, function, statement, used & parameters):
        raise Held("The configuration is prepared before it is validated.")
    text = context.text(module, statement)
    return [first_place(context, module, function, text), context.remove(module, statement)]


def _is_prepared(context: Context, module: Module, function: Function, statement: ast.stmt, names: set[str]) -> bool:
    """Whether what stands before the statement changes one of the objects, or gives it to a function that does."""
    last = module.number(statement)
    for use in module.own(function, ast.Name):
        if use.id in names and module.number(use) < last and _changes(context, module, use, depth=3):
            return True
    return False


def _changes(context: Context, module: Module, use: ast.Name, depth: int) -> bool:
    parent = module.parents[use]
    if isinstance(parent, ast.Subscript) and parent.value is use:
        return not isinstance(parent.ctx, ast.Load)
    if isinstance(parent, ast.Attribute):
        return parent.attr in _CHANGING
    call = module.parents[parent] if isinstance(parent, ast.keyword) else parent
    for where, called, filled in called_functions(context.source, module, call) if isinstance(call, ast.Call) else ():
        for parameter, value in given_to(call, called, filled).items() if isinstance(call, ast.Call) else ():
            uses = context.source.names(where).uses_beside(parameter, parameter.arg) if value is use else ()
            if not depth or any(_changes(context, where, each, depth - 1) for each in uses):
                return True
    return False
