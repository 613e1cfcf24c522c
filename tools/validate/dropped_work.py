"""Work that is prepared and never done: generator expressions, `map`, generators given to threads and pools."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from .module import FUNCTIONS, Module
from .names import last_word
from .reach import Reach
from .senders import Senders
from .source import ProjectSource

_SUBMITTING = frozenset({"submit", "apply_async"})
_THREADS = frozenset({"threading.Thread", "threading.Timer", "multiprocessing.Process"})
_DRAINING = frozenset({"list", "tuple", "set", "sum", "any", "all"})


class DroppedWork:
    """Answers where a statement throws work away that nothing else can do any more."""

    def __init__(self, source: ProjectSource, reach: Reach) -> None:
        self._source = source
        self._senders = reach.shared(Senders)

    def unread(self, module: Module) -> Iterator[ast.expr]:
        """Generator expressions and calls of `map` that would send rows and stand there as statements."""
        for statement in module.each(ast.Expr):
            value = statement.value
            if isinstance(value, ast.GeneratorExp):
                if any(self._senders.call_sends(call) for call in module.inside(value.elt, ast.Call)):
                    yield value
            elif isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "map":
                is_map = self._source.qualified(module, value.func) == "builtins.map"
                if is_map and value.args and self._would_send(module, value.args[0]):
                    yield value

    def handed(self, module: Module) -> Iterator[ast.expr]:
        """The functions that a thread or pool is given, where nobody looks at what they return."""
        for call in module.calls(("Thread", "Timer", "Process")):
            if self._source.qualified(module, call.func) in _THREADS:
                yield from (keyword.value for keyword in call.keywords if keyword.arg in ("target", "function"))
        for call in module.calls(_SUBMITTING):
            if call.args and not _reads_results(module):
                yield call.args[0]
        for call in module.calls(("map", "imap", "imap_unordered", "starmap")):
            if call.args and isinstance(call.func, ast.Attribute) and _is_thrown_away(module, call):
                yield call.args[0]

    def _would_send(self, module: Module, function: ast.expr) -> bool:
        if isinstance(function, ast.Lambda):
            return any(self._senders.call_sends(call) for call in module.inside(function.body, ast.Call))
        if self._source.operation_name(module, function) is not None:
            return True
        found = self._source.resolver.functions(self._source.qualified(module, function) or "")
        return len(found) == 1 and self._senders.sends(found[0].node)


def _reads_results(module: Module) -> bool:
    """Whether the results of a pool are used anywhere, be it that they are only named."""
    for attribute in module.attributes(("result", "get")):
        call = module.parents[attribute]
        if attribute.attr == "get" and isinstance(call, ast.Call) and call.args:
            continue
        if not isinstance(call, ast.Call) or not isinstance(module.parents[call], ast.Expr):
            return True
    return False


def _is_thrown_away(module: Module, call: ast.Call) -> bool:
    """Whether a statement drops what a pool's `map` gives, or only runs through it."""
    parent = module.parents[call]
    if isinstance(parent, ast.Call) and last_word(parent.func) in _DRAINING and isinstance(parent.func, ast.Name):
        parent = module.parents[parent]
    return isinstance(parent, ast.Expr)


def overridden(source: ProjectSource, function: ast.AST) -> bool:
    """Whether a class of the project has another method of this name, which may be the one that runs."""
    name = getattr(function, "name", "")
    found = [each for every in source.resolver.definitions.values() for each in every if each.node.name == name]
    methods = [each for each in found if isinstance(each.module.scope_of(each.node), ast.ClassDef)]
    return len(methods) > 1 and all(isinstance(each.node, FUNCTIONS) for each in methods)
