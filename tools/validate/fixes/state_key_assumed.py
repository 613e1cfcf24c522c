"""Reads a key of the state with `get`, where a None does what a missing key should."""

from __future__ import annotations

import ast

from ..arguments import called_functions, given_to
from ..fixing.context import Context
from ..fixing.edits import Edit, Held
from ..models import Finding
from ..module import Module
from ..names import last_word
from ..state_reads import StateReads

_DEPTH = 4
# What leaves a None out, or takes it as it is.
_TAKING = frozenset({"params", "json"})


def fix(context: Context, finding: Finding) -> list[Edit]:
    """`state["cursor"]` becomes `state.get("cursor")`."""
    module, node = context.node(finding, ast.Subscript)
    reads = context.reach.shared(StateReads).reads
    key = next((read.key for read in reads if read.node is node), None)
    # One finding speaks of all places that read the key.
    same = [read for read in reads if read.key == key and read.how == "item" and read.node is not node]
    others = [(read.module, read.node) for read in same if isinstance(read.node, ast.Subscript)]
    return [_with_get(context, where, each) for where, each in [(module, node), *others]]


def _with_get(context: Context, module: Module, node: ast.expr) -> Edit:
    if not isinstance(node, ast.Subscript) or not isinstance(node.ctx, ast.Load):
        raise Held("The key is changed in place: what it begins with is yours to say.")
    if not takes_none(context, module, node, _DEPTH):
        raise Held("With `get` the value may be None, which the code behind it does not expect: give a default.")
    owner, key = context.text(module, node.value), context.text(module, node.slice)
    return context.replace(module, node, f"{owner}.get({key})")


def takes_none(context: Context, module: Module, node: ast.expr, depth: int) -> bool:
    """Whether the code behind an expression goes on well where it is None."""
    parent = module.parents[node]
    if isinstance(parent, (ast.If, ast.While)):
        return parent.test is node
    if isinstance(parent, ast.BoolOp):
        last = parent.values[-1] is node
        return not last or takes_none(context, module, parent, depth)
    if isinstance(parent, ast.IfExp):
        return parent.test is node or takes_none(context, module, parent, depth)
    if isinstance(parent, ast.UnaryOp):
        return isinstance(parent.op, ast.Not)
    if isinstance(parent, ast.Compare):
        return len(parent.ops) == 1 and isinstance(parent.ops[0], (ast.Is, ast.IsNot, ast.Eq, ast.NotEq))
    if isinstance(parent, ast.Assign) and depth:
        return all(_stored(context, module, target, depth) for target in parent.targets)
    if isinstance(parent, ast.Dict):
        if any(key is None and value is node for key, value in zip(parent.keys, parent.values, strict=True)):
            return False
        holder = module.parents[parent]
        return isinstance(holder, ast.keyword) and holder.arg in _TAKING
    if isinstance(parent, ast.keyword):
        call = module.parents[parent]
        return isinstance(call, ast.Call) and _given(context, module, call, node, depth)
    return isinstance(parent, ast.Call) and parent.func is not node and _given(context, module, parent, node, depth)


def _stored(context: Context, module: Module, target: ast.expr, depth: int) -> bool:
    """Whether every use of a variable takes a None."""
    if not isinstance(target, ast.Name):
        return False
    uses = context.source.names(module).uses_beside(target, target.id)
    if any(isinstance(module.parents[use], ast.AugAssign) for use in uses):
        return False
    reads = [use for use in uses if isinstance(use.ctx, ast.Load)]
    return all(takes_none(context, module, use, depth - 1) for use in reads)


def _given(context: Context, module: Module, call: ast.Call, node: ast.expr, depth: int) -> bool:
    """Whether the function of the project that is given the value takes a None."""
    if not depth or last_word(call.func) == "print":
        return False
    found = called_functions(context.source, module, call)
    for where, function, filled in found:
        parameters = [each for each, value in given_to(call, function, filled).items() if value is node]
        for parameter in parameters:
            uses = context.source.names(where).uses_beside(parameter, parameter.arg)
            reads = [use for use in uses if isinstance(use.ctx, ast.Load)]
            if not all(takes_none(context, where, use, depth - 1) for use in reads):
                return False
        if not parameters:
            return False
    return bool(found)
