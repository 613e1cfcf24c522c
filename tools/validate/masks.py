"""Whether a statement takes a credential out of a dict, or puts something else in its place."""

from __future__ import annotations

import ast
from collections.abc import Callable

from .credential_names import is_credential_name
from .module import Module


def is_mask(module: Module, use: ast.expr, shown: Callable[[ast.expr], object]) -> bool:
    """Whether this use of a dict overwrites or removes a key that may be a credential's: `shown` knows leaks."""
    parent = module.parents[use]
    if isinstance(parent, ast.Subscript) and parent.value is use and _may_be_credential(parent.slice):
        statement = module.parents[parent]
        if isinstance(parent.ctx, ast.Del):
            return True
        return isinstance(parent.ctx, ast.Store) and not (isinstance(statement, ast.Assign) and shown(statement.value))
    call = module.parents.get(parent)
    if not isinstance(parent, ast.Attribute) or not isinstance(call, ast.Call) or call.func is not parent:
        return False
    if parent.attr == "pop":
        return bool(call.args) and _may_be_credential(call.args[0])
    if parent.attr == "update":
        return any(_puts_over(arg) and not shown(arg) for arg in call.args) or any(
            keyword.arg is None or (is_credential_name(keyword.arg) and not shown(keyword.value))
            for keyword in call.keywords
        )
    return parent.attr in ("clear", "popitem")


def _puts_over(given: ast.expr) -> bool:
    if isinstance(given, ast.Dict):
        return any(key is None or _may_be_credential(key) for key in given.keys)
    return True


def _may_be_credential(key: ast.expr) -> bool:
    """Whether a key names a credential, or cannot be told."""
    return not isinstance(key, ast.Constant) or (isinstance(key.value, str) and is_credential_name(key.value))
