"""What the variable of a loop is given, and whether the loop selects."""

from __future__ import annotations

import ast

from .module import Module
from .names import Names, last_word

_LOOPS = (ast.For, ast.AsyncFor, ast.comprehension)
_KEYS = frozenset({"keys", "sorted", "list", "tuple", "set"})


def from_loop(module: Module, target: ast.AST) -> ast.expr | None:
    """The `X.items()` or `X.values()` whose values a loop gives to the variable, or None."""
    loop, index = _loop(module, target)
    if loop is None or not isinstance(loop.iter, ast.Call):
        return None
    wanted = {None: "values", 1: "items"}.get(index)
    return loop.iter if wanted is not None and last_word(loop.iter.func) == wanted else None


def keys_of_loop(names: Names, module: Module, key: ast.Name) -> ast.expr | None:
    """The dict whose keys a loop gives to the variable, unless the loop selects among them."""
    bindings = names.lookup(key)
    loop, index = _loop(module, bindings[0].node) if len(bindings) == 1 else (None, None)
    if loop is None or is_selected(module, bindings[0].node, key):
        return None
    given = loop.iter
    if not isinstance(given, ast.Call):
        return given if index is None else None
    if isinstance(given.func, ast.Attribute) and last_word(given.func) == ("keys" if index is None else "items"):
        return given.func.value if index in (None, 0) else None
    return given.args[0] if index is None and last_word(given.func) in _KEYS and len(given.args) == 1 else None


def is_selected(module: Module, target: ast.AST, use: ast.AST) -> bool:
    """Whether a condition stands between a loop and the use of its variable."""
    loop, _ = _loop(module, target)
    if loop is None:
        return False
    holder = module.parents[loop] if isinstance(loop, ast.comprehension) else loop
    for parent in module.ancestors(use):
        if parent is holder:
            break
        if isinstance(parent, (ast.If, ast.IfExp, ast.Match)):
            return True
    if isinstance(loop, ast.comprehension):
        return bool(loop.ifs)
    return next(module.inside(loop, ast.Continue, ast.Break), None) is not None


def _loop(module: Module, target: ast.AST) -> tuple[ast.For | ast.AsyncFor | ast.comprehension | None, int | None]:
    """The loop that sets the variable, and the variable's number among several."""
    parent, index = module.parents.get(target), None
    if isinstance(parent, ast.Tuple):
        index = next(number for number, each in enumerate(parent.elts) if each is target)
        target, parent = parent, module.parents.get(parent)
    if isinstance(parent, _LOOPS) and parent.target is target:
        return parent, index
    return None, None
