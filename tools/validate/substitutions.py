"""What stands for a variable: the argument of a call for its parameter, the row of a loop for its target."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import NamedTuple, TypeAlias

from .arguments import given_to
from .calls import default_of
from .literals import literal
from .module import Module
from .resolve import Definition, Located
from .source import ProjectSource

# By the node that binds the variable.
Substitution: TypeAlias = Mapping[ast.AST, Located]
_READING = frozenset({"builtins.list", "builtins.sorted", "builtins.tuple", "builtins.iter"})
_VIEWS = frozenset({"items", "keys", "values"})
_DEPTH = 6
_MOST = 300


class Made(NamedTuple):
    """What a call gives back, and what it gives the parameters that stand there."""

    value: Located
    given: Substitution


class Row(NamedTuple):
    """What one round of a loop gives: an expression, or several side by side."""

    parts: tuple[Located, ...]
    is_pair: bool = False


def called(source: ProjectSource, module: Module, call: ast.Call) -> Made | None:
    """What the one `return` of a plain function of the project gives back."""
    found = source.resolver.functions(source.qualified(module, call.func) or "")
    if len(found) != 1 or not isinstance(found[0].node, ast.FunctionDef) or found[0].node.decorator_list:
        return None
    helper, function = found[0]
    ends = helper.inside(function, ast.Return, ast.Yield, ast.YieldFrom)
    own = [end for end in ends if helper.function_of(end) is function]
    value = own[0].value if len(own) == 1 and isinstance(own[0], ast.Return) else None
    if value is None or not isinstance(function, ast.FunctionDef) or _is_overridden(source, helper, function):
        return None
    return Made(Located(helper, value), _arguments(module, call, helper, function))


def _is_overridden(source: ProjectSource, module: Module, function: ast.FunctionDef) -> bool:
    """Whether a class below has a method of the same name, which may be the one that runs."""
    owner = module.scope_of(function)
    if not isinstance(owner, ast.ClassDef):
        return False
    below = source.resolver.subclasses(Definition(module, owner))
    return any(source.names(each.module).bound.of(each.node, function.name) for each in below)


def _arguments(module: Module, call: ast.Call, helper: Module, function: ast.FunctionDef) -> Substitution:
    """What stands for the parameters of a function, its defaults counted; nothing where a star hides the order."""
    if any(isinstance(arg, ast.Starred) for arg in call.args) or any(key.arg is None for key in call.keywords):
        return {}
    filled = 1 if isinstance(helper.scope_of(function), ast.ClassDef) else 0
    found: dict[ast.AST, Located] = {}
    for arg in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs):
        if (default := default_of(function, arg.arg)) is not None:
            found[arg] = Located(helper, default)
    given = given_to(call, function, filled)
    return found | {arg: Located(module, value) for arg, value in given.items()}


def substituted(source: ProjectSource, value: Located, given: Substitution) -> Located:
    """The expression that stands for `value`: for a variable that was given, and for `VARIABLE["key"]` of a dict."""
    module, node = value
    if isinstance(node, ast.Name):
        bound = source.names(module).lookup(node)
        return given.get(bound[0].node, value) if len(bound) == 1 else value
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant) and isinstance(node.value, ast.Name):
        owner = substituted(source, Located(module, node.value), given)
        found = literal(source, owner) if owner.node is not node.value else None
        return _item(found, node.slice.value) or value
    return value


def rows_of(source: ProjectSource, iterable: Located, depth: int = _DEPTH) -> list[Row] | None:
    """What a loop over a literal goes through, or None where not all of it can be read."""
    module, node = iterable
    if depth == 0:
        return None
    if isinstance(node, ast.Call):
        return _rows_of_call(source, module, node, depth - 1)
    found = literal(source, iterable)
    if found is None:
        return None
    if isinstance(found.node, (ast.List, ast.Tuple, ast.Set)):
        rows = [Row((Located(found.module, item),)) for item in found.node.elts]
        return rows if _is_short(found.node.elts) else None
    return _rows_of_dict(found, "keys") if isinstance(found.node, ast.Dict) else None


def _rows_of_call(source: ProjectSource, module: Module, call: ast.Call, depth: int) -> list[Row] | None:
    method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    if isinstance(call.func, ast.Attribute) and method in _VIEWS and not call.args:
        found = literal(source, Located(module, call.func.value))
        return _rows_of_dict(found, method) if found is not None and isinstance(found.node, ast.Dict) else None
    reading = bool(call.args) and source.qualified(module, call.func) in _READING
    return rows_of(source, Located(module, call.args[0]), depth) if reading else None


def _rows_of_dict(found: Located, view: str) -> list[Row] | None:
    if not isinstance(found.node, ast.Dict) or len(found.node.keys) > _MOST:
        return None
    rows: list[Row] = []
    for key, value in zip(found.node.keys, found.node.values, strict=True):
        if key is None:
            return None
        pair = (Located(found.module, key), Located(found.module, value))
        rows.append(Row(pair, is_pair=True) if view == "items" else Row(pair[:1] if view == "keys" else pair[1:]))
    return rows


def bound_by(target: ast.expr, row: Row) -> Substitution:
    """What one round of a loop gives the variables of its target, as far as it can be told."""
    if isinstance(target, ast.Name):
        return {} if row.is_pair else {target: row.parts[0]}
    if not isinstance(target, (ast.Tuple, ast.List)):
        return {}
    parts = row.parts if row.is_pair else _parts(row.parts[0])
    if len(parts) != len(target.elts) or any(isinstance(each, ast.Starred) for each in target.elts):
        return {}
    found: dict[ast.AST, Located] = {}
    for inner, part in zip(target.elts, parts, strict=True):
        found.update(bound_by(inner, Row((part,))))
    return found


def _parts(row: Located) -> tuple[Located, ...]:
    items = row.node.elts if isinstance(row.node, (ast.Tuple, ast.List)) else []
    return tuple(Located(row.module, item) for item in items) if _is_short(items) else ()


def _item(found: Located | None, key: object) -> Located | None:
    """`found[key]`, where all keys are visible."""
    if found is None or not isinstance(found.node, ast.Dict):
        return None
    keys = [each.value if isinstance(each, ast.Constant) else None for each in found.node.keys]
    same = [value for each, value in zip(keys, found.node.values, strict=True) if each == key]
    return Located(found.module, same[-1]) if same and None not in keys else None


def _is_short(items: list[ast.expr]) -> bool:
    return len(items) <= _MOST and not any(isinstance(item, ast.Starred) for item in items)
