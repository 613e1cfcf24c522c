"""Which signature a caller meets behind the decorators of the project."""

from __future__ import annotations

import ast
from dataclasses import replace

from .connector_object import Callback
from .module import FUNCTIONS, Module
from .resolve import Definition
from .signature import is_plain
from .source import ProjectSource


def met_by_caller(source: ProjectSource, callback: Callback) -> Callback | None:
    """The function whose signature decides whether a call fits; None where a decorator may have changed it."""
    if is_plain(callback.node):
        return callback
    if isinstance(callback.node, ast.Lambda):
        return None
    found: Callback | None = callback
    for mark in reversed(callback.node.decorator_list):
        inner = wrapper(source, callback.module, mark)
        if inner is None or callback.filled:
            return None
        if not _hands_on(inner):
            found = replace(callback, module=inner.module, node=inner.node)
    return found


def wrapper(source: ProjectSource, module: Module, mark: ast.expr) -> Callback | None:
    """The inner function that a decorator of the project gives back in place of what it is given."""
    decorators = source.resolver.functions(source.qualified(module, mark) or "")
    if len(decorators) != 1 or not isinstance(decorators[0].node, ast.FunctionDef) or not is_plain(decorators[0].node):
        return None
    inner = _returned(source, decorators[0])
    if inner is None or not all(_keeps_call(source, decorators[0].module, each) for each in inner.decorator_list):
        return None
    return Callback(decorators[0].module, inner)


def _returned(source: ProjectSource, decorator: Definition) -> ast.FunctionDef | None:
    """The one function that a decorator defines and returns."""
    module, node = decorator
    ends = [end for end in module.inside(node, ast.Return) if module.function_of(end) is node]
    value = ends[0].value if len(ends) == 1 else None
    bound = source.names(module).lookup(value) if isinstance(value, ast.Name) else []
    inner = bound[0].node if len(bound) == 1 else None
    return inner if isinstance(inner, ast.FunctionDef) and module.function_of(inner) is node else None


def _keeps_call(source: ProjectSource, module: Module, mark: ast.expr) -> bool:
    """`functools.wraps(...)`, which changes a name and nothing of a call."""
    return isinstance(mark, ast.Call) and source.qualified(module, mark.func) == "functools.wraps"


def _hands_on(inner: Callback) -> bool:
    """Whether a wrapper takes whatever comes, and gives it to the function that it stands for as it is."""
    module, node = inner.module, inner.node
    outer, args = module.function_of(node), node.args
    plain = not (args.posonlyargs or args.args or args.kwonlyargs)
    if not isinstance(node, FUNCTIONS) or outer is None or not plain or not args.vararg or not args.kwarg:
        return False
    given = outer.args.args[0].arg if outer.args.args else ""
    calls = [
        call for call in module.inside(node, ast.Call) if isinstance(call.func, ast.Name) and call.func.id == given
    ]
    wanted = f"{given}(*{args.vararg.arg}, **{args.kwarg.arg})"
    uses = [name for name in module.inside(node, ast.Name) if name.id in (args.vararg.arg, args.kwarg.arg)]
    # What is looked at elsewhere may be changed there.
    return bool(calls) and len(uses) == 2 * len(calls) and all(ast.unparse(call) == wanted for call in calls)
