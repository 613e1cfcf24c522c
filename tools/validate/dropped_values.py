"""Whether a value goes where nobody can use what is in it: what a generator yields, a list holds, a future brings."""

from __future__ import annotations

import ast
from typing import TypeAlias

from .bindings import Binding
from .module import Module
from .names import LOGGING
from .source import ProjectSource

ITEMS, KEYS, FUTURE = "items", "keys", "future"
# What is wrapped around the value, the outermost last: a list of futures is (FUTURE, ITEMS).
Layers: TypeAlias = tuple[str, ...]

_DEPTH = 12
_LOOKING = frozenset(f"builtins.{name}" for name in ("bool", "id", "isinstance", "len", "print", "repr", "str", "type"))
_PASSING = frozenset(
    {f"builtins.{name}" for name in ("iter", "list", "reversed", "set", "sorted", "tuple")}
    | {"concurrent.futures.as_completed", "concurrent.futures.wait"}
)
_OF_FUTURE = frozenset({"cancel", "cancelled", "done", "exception", "ready", "running", "successful", "wait"})
_COLLECTIONS = (ast.List, ast.Tuple, ast.Set)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.GeneratorExp)
_SAME = (ast.Is, ast.IsNot, ast.Eq, ast.NotEq)


class DroppedValues:
    """Follows a value through names, lists, loops and futures to its ends."""

    def __init__(self, source: ProjectSource) -> None:
        self._source = source
        self._known: dict[tuple[Binding, Layers], bool] = {}

    def is_dropped(self, module: Module, node: ast.expr, layers: Layers = (), depth: int = _DEPTH) -> bool:
        """Whether certainly nobody comes to what is below the layers; to iterate, await or give it away is a use."""
        parent = module.parents[node]
        if depth == 0:
            return False
        if isinstance(parent, (ast.Expr, ast.FormattedValue)):
            return True
        if isinstance(parent, (ast.If, ast.While, ast.IfExp)) and parent.test is node:
            return True
        if isinstance(parent, ast.Compare):
            return all(isinstance(operator, _SAME) for operator in parent.ops)
        if isinstance(parent, (ast.IfExp, ast.BoolOp)):
            return self.is_dropped(module, parent, layers, depth - 1)
        if isinstance(parent, (ast.Assign, ast.AnnAssign, ast.NamedExpr)):
            return self._is_assigned(module, parent, layers, depth)
        if isinstance(parent, (ast.For, ast.comprehension)):
            return self._is_looped(module, node, parent, layers, depth)
        if isinstance(parent, ast.Call):
            return parent.func is not node and self._is_given(module, node, parent, layers, depth)
        if isinstance(parent, ast.Attribute):
            return self._is_asked(module, parent, layers, depth)
        if isinstance(parent, ast.Subscript):
            return self._is_picked(module, node, parent, layers, depth)
        return isinstance(parent, ast.expr) and self._is_collected(module, node, parent, layers, depth)

    def _is_assigned(
        self, module: Module, parent: ast.Assign | ast.AnnAssign | ast.NamedExpr, layers: Layers, depth: int
    ) -> bool:
        targets = parent.targets if isinstance(parent, ast.Assign) else [parent.target]
        if not all(self._is_unused(module, target, layers, depth - 1) for target in targets):
            return False
        return not isinstance(parent, ast.NamedExpr) or self.is_dropped(module, parent, layers, depth - 1)

    def _is_looped(
        self, module: Module, node: ast.expr, loop: ast.For | ast.comprehension, layers: Layers, depth: int
    ) -> bool:
        inside = layers[-1:] in ((ITEMS,), (KEYS,)) and loop.iter is node
        return inside and self._is_unused(module, loop.target, layers[:-1], depth - 1)

    def _is_collected(self, module: Module, node: ast.expr, parent: ast.expr, layers: Layers, depth: int) -> bool:
        """What becomes an item of a list, or the key of a dict as futures often do."""
        if isinstance(parent, _COLLECTIONS) or (isinstance(parent, _COMPREHENSIONS) and parent.elt is node):
            return self.is_dropped(module, parent, (*layers, ITEMS), depth - 1)
        if isinstance(parent, ast.DictComp) and parent.key is node:
            return self.is_dropped(module, parent, (*layers, KEYS), depth - 1)
        return isinstance(parent, ast.UnaryOp)

    def _is_given(self, module: Module, node: ast.expr, call: ast.Call, layers: Layers, depth: int) -> bool:
        name = self._source.qualified(module, call.func) or ""
        if name in _LOOKING or name.startswith(f"{LOGGING}."):
            return True
        if name in _PASSING:
            return bool(layers) and call.args[:1] == [node] and self.is_dropped(module, call, layers, depth - 1)
        appended = isinstance(call.func, ast.Attribute) and call.func.attr in ("append", "add")
        owner = call.func.value if isinstance(call.func, ast.Attribute) and appended else None
        return owner is not None and self._is_grown(module, owner, (*layers, ITEMS), depth)

    def _is_grown(self, module: Module, owner: ast.expr, layers: Layers, depth: int) -> bool:
        """Whether an item is put into a list or dict of this function that nobody looks into."""
        bindings = self._source.names(module).lookup(owner) if isinstance(owner, ast.Name) else []
        made = bool(bindings) and all(_is_empty(self._source, module, binding.value) for binding in bindings)
        return made and self._is_unused(module, owner, layers, depth - 1)

    def _is_asked(self, module: Module, attribute: ast.Attribute, layers: Layers, depth: int) -> bool:
        call = module.parents[attribute]
        if not isinstance(call, ast.Call) or call.func is not attribute or not layers:
            return False
        if layers[-1] == FUTURE and attribute.attr in ("result", "get"):
            return self.is_dropped(module, call, layers[:-1], depth - 1)
        return attribute.attr in (_OF_FUTURE if layers[-1] == FUTURE else ("append", "add"))

    def _is_picked(self, module: Module, node: ast.expr, parent: ast.Subscript, layers: Layers, depth: int) -> bool:
        """`waiting[0]` of a list, `names[future]`, and `names[future] = name`."""
        if parent.slice is node:
            stored = isinstance(parent.ctx, ast.Store)
            return not stored or self._is_grown(module, parent.value, (*layers, KEYS), depth)
        if layers[-1:] == (KEYS,):
            return True
        single = layers[-1:] == (ITEMS,) and not isinstance(parent.slice, ast.Slice)
        return single and isinstance(parent.ctx, ast.Load) and self.is_dropped(module, parent, layers[:-1], depth - 1)

    def _is_unused(self, module: Module, target: ast.expr, layers: Layers, depth: int) -> bool:
        """Whether a variable of a function has no use that comes to the value."""
        names = self._source.names(module)
        if not isinstance(target, ast.Name) or module.function_of(target) is None:
            return False
        bindings = names.lookup(target)
        if not bindings or names.bound.declared_elsewhere(module.scope_of(target), target.id):
            return False
        key = (bindings[0], layers)
        if key not in self._known:
            # A value that comes round to its own variable is used nowhere else.
            self._known[key] = True
            uses = names.uses_beside(target, target.id)
            if not all(self._is_use_harmless(module, use, layers, depth) for use in uses):
                self._known.clear()
                self._known[key] = False
        return self._known[key]

    def _is_use_harmless(self, module: Module, use: ast.Name, layers: Layers, depth: int) -> bool:
        return not isinstance(use.ctx, ast.Load) or self.is_dropped(module, use, layers, depth)


def _is_empty(source: ProjectSource, module: Module, value: ast.expr | None) -> bool:
    if isinstance(value, ast.Call):
        made = source.qualified(module, value.func) in ("builtins.list", "builtins.dict", "builtins.set")
        return made and not value.args and not value.keywords
    return (isinstance(value, ast.List) and not value.elts) or (isinstance(value, ast.Dict) and not value.keys)
