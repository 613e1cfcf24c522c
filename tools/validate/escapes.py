"""Whether what reads a literal leaves it, and what is inside it, as it is."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from .module import COMPREHENSIONS, Module
from .names import LOGGING
from .source import ProjectSource

_DEPTH = 8
_COUNTING = frozenset({"index", "count", "keys"})
_GIVING = frozenset({"get", "values", "items", "copy"})
_READERS = frozenset(f"builtins.{name}" for name in ("len", "print", "repr", "str", "bool", "type", "isinstance"))
_PASSING = frozenset(
    {f"builtins.{name}" for name in ("list", "tuple", "set", "sorted", "reversed", "enumerate", "zip", "iter", "next")}
    | {"builtins.dict", "builtins.filter", "copy.copy"}
)
_COPYING = frozenset({"copy.deepcopy", "json.dumps", "builtins.any", "builtins.all", "builtins.sum", "builtins.max"})
_ENDS = (ast.Return, ast.Yield, ast.YieldFrom, ast.Compare, ast.FormattedValue, ast.UnaryOp, ast.If, ast.While)
_ALSO_ENDS = (ast.Expr, ast.Lambda, ast.Assert)
_CONTAINERS = (ast.List, ast.Tuple, ast.Set, ast.Dict, ast.Starred, ast.IfExp, ast.BoolOp, ast.BinOp)
_PLAIN = (ast.Constant, ast.JoinedStr)


class Escapes:
    """Follows a value through loops, items and further names, as far as it goes."""

    def __init__(self, source: ProjectSource) -> None:
        self._source = source

    def is_kept(self, module: Module, node: ast.expr, value: ast.expr | None, depth: int = _DEPTH) -> bool:
        """Whether the expression that stands around `node` changes nothing of its `value`, nor lets others do it."""
        parent = module.parents.get(node)
        if depth == 0 or not isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
            return False
        if isinstance(value, _PLAIN) or isinstance(parent, (*_ENDS, *_ALSO_ENDS)):
            return True
        if isinstance(parent, ast.Attribute):
            return self._of_method(module, parent, value, depth - 1)
        if isinstance(parent, ast.Subscript):
            return parent.slice is node or self.is_kept(module, parent, _item(value), depth - 1)
        if isinstance(parent, (ast.Call, ast.keyword)):
            return self._of_call(module, node, parent, value, depth - 1)
        if isinstance(parent, (ast.For, ast.AsyncFor, ast.comprehension)):
            return parent.iter is not node or self._of_names(module, parent.target, _item(value), depth - 1)
        if isinstance(parent, (ast.Assign, ast.AnnAssign, ast.NamedExpr)):
            targets = parent.targets if isinstance(parent, ast.Assign) else [parent.target]
            return all(self._of_names(module, target, value, depth - 1) for target in targets)
        if isinstance(parent, (ast.DictComp, *_CONTAINERS, *COMPREHENSIONS)):
            return self.is_kept(module, parent, None, depth - 1)
        return False

    def _of_method(self, module: Module, attribute: ast.Attribute, value: ast.expr | None, depth: int) -> bool:
        call = module.parents.get(attribute)
        if not isinstance(call, ast.Call) or call.func is not attribute:
            return False
        if attribute.attr in _COUNTING:
            return True
        inner = value if attribute.attr == "copy" else _item(value)
        return attribute.attr in _GIVING and self.is_kept(module, call, inner, depth)

    def _of_call(
        self, module: Module, node: ast.expr, parent: ast.Call | ast.keyword, value: ast.expr | None, depth: int
    ) -> bool:
        call = module.parents[parent] if isinstance(parent, ast.keyword) else parent
        if not isinstance(call, ast.Call):
            return False
        if call.func is node:
            return True
        name = self._source.qualified(module, call.func) or ""
        if name in _READERS | _COPYING or name.startswith(LOGGING):
            return True
        return name in _PASSING and self.is_kept(module, call, value if name != "builtins.next" else None, depth)

    def _of_names(self, module: Module, target: ast.expr, value: ast.expr | None, depth: int) -> bool:
        """Whether all uses of the names that a loop or assignment gives the value leave it."""
        if isinstance(value, _PLAIN):
            return True
        if isinstance(target, (ast.Tuple, ast.List)):
            return all(self._of_names(module, part, None, depth) for part in target.elts)
        if not isinstance(target, ast.Name):
            return False
        return all(self._of_use(module, use, value, depth) for use in self._same(module, target) if use is not target)

    def _of_use(self, module: Module, use: ast.Name, value: ast.expr | None, depth: int) -> bool:
        if isinstance(use.ctx, ast.Load):
            return self.is_kept(module, use, value, depth)
        return not isinstance(module.parents[use], ast.AugAssign)

    def _same(self, module: Module, node: ast.Name) -> Iterator[ast.Name]:
        names = self._source.names(module)
        bound = names.lookup(node)
        return (use for use in module.named(node.id) if names.lookup(use) is bound)


def _item(value: ast.expr | None) -> ast.expr | None:
    """One item for all of a literal: the first that could be changed, else a plain one; None where none is visible."""
    if isinstance(value, ast.Dict):
        items = [] if None in value.keys else value.values
    else:
        items = value.elts if isinstance(value, (ast.List, ast.Tuple, ast.Set)) else []
    return next((item for item in items if not isinstance(item, _PLAIN)), items[0] if items else None)
