"""Which yields of a project hand out an operation's result, directly or through names and generators."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from .bindings import Binding
from .module import FUNCTIONS, Module
from .source import ProjectSource

_DEPTH = 8
# What only passes on the results of the function or the items that it is given.
_PASSING = frozenset({"map", "filter", "list", "tuple", "iter", "reversed", "next"})


class YieldedOperations:
    """Answers which operation a yield hands out."""

    def __init__(self, source: ProjectSource) -> None:
        self._source = source
        self._generators: dict[ast.AST, str] = {}
        self._bound: dict[Binding, str | None] = {}
        self._yields = [(m, node) for m in source.modules for node in m.each(ast.Yield, ast.YieldFrom)]
        for _ in range(_DEPTH):
            known = len(self._generators)
            self._bound.clear()
            for module, node in self._yields if source.operations else ():
                owner, name = module.function_of(node), self.operation(module, node)
                if owner is not None and name is not None:
                    self._generators.setdefault(owner, name)
            if len(self._generators) == known:
                break

    def operation(self, module: Module, node: ast.Yield | ast.YieldFrom) -> str | None:
        """The name of the operation that a yield hands out, as `upsert`, or None."""
        if node.value is None:
            return None
        return (
            self._items(module, node.value, _DEPTH)
            if isinstance(node, ast.YieldFrom)
            else self._result(module, node.value, _DEPTH)
        )

    def _of_generator(self, module: Module, node: ast.expr) -> str | None:
        """The operation of the project's generator that an expression calls."""
        if not isinstance(node, ast.Call):
            return None
        called = self._source.resolver.functions(self._source.qualified(module, node.func) or "")
        return self._generators.get(called[0].node) if len(called) == 1 else None

    def _result(self, module: Module, node: ast.expr, depth: int) -> str | None:
        """The operation whose result, or a collection of whose results, an expression is."""
        if depth == 0:
            return None
        for part in _parts(node):
            if isinstance(part, ast.Call):
                name = self._source.operation_result(module, part) or self._passed_on(module, part, depth)
                if name is not None:
                    return name
            elif isinstance(part, ast.Name) and (name := self._of_name(module, part, depth)):
                return name
        return None

    def _of_name(self, module: Module, node: ast.Name, depth: int) -> str | None:
        """The operation of which every binding of a name is the result."""
        bindings = self._source.names(module).lookup(node)
        if not bindings:
            return None
        if bindings[0] not in self._bound:
            self._bound[bindings[0]] = None
            found = {self._of_binding(module, binding, depth - 1) for binding in bindings}
            self._bound[bindings[0]] = None if None in found else min(filter(None, found))
        return self._bound[bindings[0]]

    def _of_binding(self, module: Module, binding: Binding, depth: int) -> str | None:
        if binding.value is not None:
            return self._result(module, binding.value, depth)
        return self._of_loop(module, binding.node, depth)

    def _of_loop(self, module: Module, target: ast.AST, depth: int) -> str | None:
        loop = module.parents.get(target)
        if isinstance(loop, (ast.For, ast.AsyncFor, ast.comprehension)) and loop.target is target:
            return self._items(module, loop.iter, depth)
        return None

    def _items(self, module: Module, node: ast.expr, depth: int) -> str | None:
        """The operation whose results an iterable gives."""
        return self._result(module, node, depth) or self._of_generator(module, node)

    def _passed_on(self, module: Module, call: ast.Call, depth: int) -> str | None:
        """The operation of `map(op.upsert, ...)` or `list(results)`."""
        owner, _, last = (self._source.qualified(module, call.func) or "").rpartition(".")
        if owner != "builtins" or last not in _PASSING:
            return None
        for arg in call.args:
            function = arg.body if isinstance(arg, ast.Lambda) else arg
            name = self._source.operation_name(module, function) or self._items(module, function, depth - 1)
            if name is not None:
                return name
        return None


def _parts(node: ast.expr) -> Iterator[ast.AST]:
    """`node` and what its value is made of: not what a call or an attribute is applied to, nor inner functions."""
    waiting: list[ast.AST] = [node]
    while waiting:
        part = waiting.pop()
        yield part
        if isinstance(part, (ast.Lambda, *FUNCTIONS, ast.Yield, ast.YieldFrom, ast.Attribute, ast.Subscript)):
            continue
        if isinstance(part, (ast.ListComp, ast.SetComp, ast.GeneratorExp)):
            waiting.append(part.elt)
        elif isinstance(part, ast.IfExp):
            waiting += [part.body, part.orelse]
        elif isinstance(part, ast.NamedExpr):
            waiting.append(part.value)
        elif isinstance(part, ast.Call):
            # A call's value is not that of a name among its arguments; an operation called right there is yielded.
            waiting += [arg for arg in part.args if not isinstance(arg, (ast.Name, ast.Starred))]
            waiting += [keyword.value for keyword in part.keywords if not isinstance(keyword.value, ast.Name)]
        elif not isinstance(part, ast.Compare):
            waiting.extend(ast.iter_child_nodes(part))
