"""Under which names a literal stands in the code, and what it is joined to there."""

from __future__ import annotations

import ast

from .module import Module
from .names import last_word

_AROUND = (ast.BoolOp, ast.IfExp, ast.NamedExpr)
# What most literals stand in, and gives no name.
_NAMELESS = frozenset({ast.Expr, ast.JoinedStr, ast.FormattedValue, ast.Subscript, ast.Attribute})
_PAIRS = frozenset({"HTTPBasicAuth", "HTTPDigestAuth", "HTTPProxyAuth", "HttpNtlmAuth", "BasicAuth", "DigestAuth"})


def text_of(module: Module, node: ast.Constant) -> str | None:
    """The text of a literal, with those that are added to it; None for what is no text, or a later part of one."""
    text = _text(node)
    parent = module.parents[node]
    if text is None or not isinstance(parent, ast.BinOp) or not isinstance(parent.op, ast.Add):
        return text
    if parent.right is node and _text(parent.left) is not None:
        return None
    return text + (_text(parent.right) or "" if parent.left is node else "")


def names_of(module: Module, node: ast.Constant) -> list[str]:
    """The names that a literal is given to: a variable, a keyword, a parameter, a key, the key of a default.

    The second of a pair for HTTP authentication counts as a `password`.
    """
    child: ast.AST = node
    parent = module.parents[node]
    if parent.__class__ in _NAMELESS:
        return []
    if (
        isinstance(parent, ast.BinOp)
        and isinstance(parent.left, ast.Constant)
        and isinstance(parent.right, ast.Constant)
    ):
        child, parent = parent, module.parents[parent]
    while isinstance(parent, _AROUND) and getattr(parent, "test", None) is not child:
        child, parent = parent, module.parents[parent]
    if isinstance(parent, ast.Assign):
        return [_name(target) for target in parent.targets]
    if isinstance(parent, (ast.AnnAssign, ast.NamedExpr)):
        return [_name(parent.target)]
    if isinstance(parent, ast.keyword):
        return [parent.arg or ""]
    if isinstance(parent, ast.Compare) and len(parent.comparators) == 1 and parent.comparators[0] is child:
        return [_name(parent.left)] if isinstance(parent.ops[0], (ast.Eq, ast.NotEq)) else []
    if isinstance(parent, ast.Dict):
        own = [_name(key) for key, value in zip(parent.keys, parent.values, strict=True) if value is child and key]
        return own + _of_collection(module, parent)
    if isinstance(parent, ast.arguments):
        return _parameter(parent, child)
    return _of_pair(module, parent, child)


def _of_pair(module: Module, parent: ast.AST, child: ast.AST) -> list[str]:
    """The name of the second of two: a default behind its key, a password behind its user."""
    if isinstance(parent, ast.Call) and len(parent.args) == 2 and parent.args[1] is child:
        return ["password" if last_word(parent.func) in _PAIRS else _name(parent.args[0])]
    if isinstance(parent, ast.Tuple) and len(parent.elts) == 2 and parent.elts[1] is child:
        holder = module.parents[parent]
        if "auth" in _targets(holder):
            return ["password"]
    return _of_collection(module, parent) if isinstance(parent, (ast.List, ast.Tuple, ast.Set)) else []


def _of_collection(module: Module, node: ast.expr) -> list[str]:
    """The names of a collection that are plural: they say what each value is."""
    return [name for name in _targets(module.parents[node]) if name[-1:] in ("s", "S")]


def _targets(holder: ast.AST) -> list[str]:
    """The names that a statement or keyword gives its value to."""
    if isinstance(holder, ast.Assign):
        return [_name(target) for target in holder.targets]
    if isinstance(holder, ast.AnnAssign):
        return [_name(holder.target)]
    return [holder.arg] if isinstance(holder, ast.keyword) and holder.arg else []


def _parameter(given: ast.arguments, default: ast.AST) -> list[str]:
    """The parameter that has this default."""
    positional = [*given.posonlyargs, *given.args]
    by_position = zip(reversed(positional), reversed(given.defaults), strict=False)
    by_name = zip(given.kwonlyargs, given.kw_defaults, strict=True)
    return [arg.arg for arg, value in (*by_position, *by_name) if value is default]


def _text(node: ast.expr) -> str | None:
    if not isinstance(node, ast.Constant):
        return None
    value: object = node.value
    return value if isinstance(value, str) else value.decode("latin-1") if isinstance(value, bytes) else None


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    return _name(node.slice) if isinstance(node, ast.Subscript) else last_word(node)
