"""Whether the compiler may refuse what the parser took; to ask it costs as much as half of all other reading."""

from __future__ import annotations

import ast

from .module import COMPREHENSIONS, FUNCTIONS, Module

# What has rules of its own, or is seldom: with one of these the compiler is asked.
_SELDOM = tuple(
    getattr(ast, name)
    for name in (
        *("AsyncFunctionDef", "AsyncFor", "AsyncWith", "Await", "Global", "Nonlocal", "NamedExpr", "Match", "TryStar"),
        *("TypeAlias", "TypeVar", "ParamSpec", "TypeVarTuple", "TemplateStr"),
    )
    if hasattr(ast, name)
)
_LOOPS = (ast.For, ast.While)
_BLOCKS = (*_LOOPS, ast.Try, ast.With)
_COLLECTIONS = (ast.Call, ast.List, ast.Tuple, ast.Set)
# The compiler takes at most 20 nested blocks; a `finally` and an item of a `with` count as well.
_MOST_NESTED = 8


def may_be_refused(module: Module) -> bool:
    """False only where the text certainly compiles."""
    return (
        next(module.each(*_SELDOM), None) is not None
        or any(not isinstance(module.scope_of(node), FUNCTIONS) for node in module.each(ast.Return))
        or any(
            not isinstance(module.scope_of(node), (*FUNCTIONS, ast.Lambda))
            for node in module.each(ast.Yield, ast.YieldFrom)
        )
        or any(not _in_loop(module, node) for node in module.each(ast.Break, ast.Continue))
        or any(_is_odd_import(module, node) for node in module.each(ast.ImportFrom))
        or any(_repeats_parameter(node) for node in module.each(ast.arguments))
        or any(_repeats_keyword(node) for node in module.each(ast.Call, ast.ClassDef) if len(node.keywords) > 1)
        or any(any(handler.type is None for handler in node.handlers[:-1]) for node in module.each(ast.Try))
        or any(_is_odd_star(module, node) for node in module.each(ast.Starred))
        or any(node.is_async for node in module.each(ast.comprehension))
        or _has_many_blocks(module)
        or "__debug__" in module.text
    )


def _in_loop(module: Module, node: ast.AST) -> bool:
    child = node
    for parent in module.ancestors(node):
        if isinstance(parent, _LOOPS):
            return module.holds(parent.body, child)
        if isinstance(parent, (*FUNCTIONS, ast.ClassDef)):
            return False
        child = parent
    return False


def _is_odd_import(module: Module, node: ast.ImportFrom) -> bool:
    inside = not isinstance(module.scope_of(node), ast.Module)
    return node.module == "__future__" or (inside and any(alias.name == "*" for alias in node.names))


def _repeats_parameter(node: ast.arguments) -> bool:
    every = [*node.posonlyargs, *node.args, *node.kwonlyargs, *(arg for arg in (node.vararg, node.kwarg) if arg)]
    return len({arg.arg for arg in every}) < len(every)


def _repeats_keyword(node: ast.Call | ast.ClassDef) -> bool:
    names = [keyword.arg for keyword in node.keywords if keyword.arg]
    return len(set(names)) < len(names)


def _is_odd_star(module: Module, node: ast.Starred) -> bool:
    return not isinstance(node.ctx, ast.Load) or not isinstance(module.parents[node], _COLLECTIONS)


def _has_many_blocks(module: Module) -> bool:
    """Whether more blocks or comprehensions may stand in each other than code of people has."""
    # Of blocks in each other every one begins in a further column.
    columns = {node.col_offset for node in module.each(*_BLOCKS)}
    items = max((len(node.items) for node in module.each(ast.With)), default=1)
    scopes = (module.scopes_of(node) for node in module.each(*COMPREHENSIONS))
    inner = max((sum(isinstance(scope, COMPREHENSIONS) for scope in around) for around in scopes), default=0)
    return len(columns) * max(items, 1) + inner + 1 > _MOST_NESTED
