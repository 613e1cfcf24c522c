"""Which yields of a project hand out an operation's result, directly or through names and generators."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from .bindings import Binding
from .choices import Choices
from .literals import additions
from .module import FUNCTIONS, Function, Module
from .reach import Reach
from .senders import Senders
from .source import ProjectSource

_DEPTH = 8
# What only passes on the results of the function or the items that it is given.
_PASSING = frozenset(
    {f"builtins.{name}" for name in ("map", "filter", "list", "tuple", "iter", "reversed", "next")}
    | {"itertools.chain", "itertools.chain.from_iterable"}
)


class YieldedOperations:
    """Answers which operation a yield hands out."""

    def __init__(self, source: ProjectSource, reach: Reach) -> None:
        self._source = source
        self._choices = reach.shared(Choices)
        self._senders = reach.shared(Senders)
        self._generators: dict[ast.AST, str] = {}
        self._bound: dict[Binding, str | None] = {}
        self._returned: dict[ast.AST, str | None] = {}
        self._yields = [(m, node) for m in source.modules for node in m.each(ast.Yield, ast.YieldFrom)]
        for _ in range(_DEPTH):
            known = len(self._generators)
            self._bound.clear()
            self._returned.clear()
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

    def generator(self, module: Module, node: ast.expr) -> str | None:
        """The operation of the project's generator that an expression calls."""
        if not isinstance(node, ast.Call):
            return None
        called = self._source.resolver.functions(self._source.qualified(module, node.func) or "")
        return self._generators.get(called[0].node) if len(called) == 1 else None

    def plain_sender(self, module: Module, node: ast.Yield | ast.YieldFrom) -> bool:
        """Whether `yield from` iterates over what a plain function gives that sends rows: over nothing at all."""
        if not isinstance(node, ast.YieldFrom) or not isinstance(node.value, ast.Call):
            return False
        found = self._source.resolver.functions(self._source.qualified(module, node.value.func) or "")
        if len(found) != 1 or not isinstance(function := found[0].node, ast.FunctionDef) or function.decorator_list:
            return False
        ends = found[0].module.own(function, ast.Return, ast.Yield, ast.YieldFrom)
        gives = any(not isinstance(end, ast.Return) or end.value is not None for end in ends)
        return not gives and self._senders.sends(function)

    def _result(self, module: Module, node: ast.expr, depth: int) -> str | None:
        """The operation whose result, or a collection of whose results, an expression is."""
        if depth == 0:
            return None
        for part in self._parts(module, node):
            if isinstance(part, ast.Call):
                name = self._of_call(module, part, depth)
                if name is not None:
                    return name
            elif isinstance(part, ast.Name) and (name := self._of_name(module, part, depth)):
                return name
        return None

    def _of_call(self, module: Module, call: ast.Call, depth: int) -> str | None:
        return (
            self._source.operation_result(module, call)
            or self._passed_on(module, call, depth)
            or self._chosen(module, call)
            or self._of_function(module, call, depth - 1)
        )

    def _chosen(self, module: Module, call: ast.Call) -> str | None:
        """The operation of `METHODS[kind](...)`, where every method that may be meant is one."""
        if not isinstance(call.func, (ast.Name, ast.Subscript, ast.IfExp)):
            return None
        found = [self._source.operation_name(*choice.value) for choice in self._choices.of(module, call.func)]
        return found[0] if found and None not in found else None

    def _of_function(self, module: Module, call: ast.Call, depth: int) -> str | None:
        """The operation whose result every `return` of a plain function of the project gives."""
        found = self._source.resolver.functions(self._source.qualified(module, call.func) or "")
        if len(found) != 1 or not isinstance(function := found[0].node, ast.FunctionDef) or function.decorator_list:
            return None
        if function not in self._returned:
            self._returned[function] = None
            self._returned[function] = self._of_returns(found[0].module, function, depth)
        return self._returned[function] or self._run(module, call, found[0].module, function)

    def _of_returns(self, module: Module, function: Function, depth: int) -> str | None:
        ends = list(module.own(function, ast.Return, ast.Yield, ast.YieldFrom))
        values = [end.value for end in ends if isinstance(end, ast.Return)]
        if len(values) < len(ends) or not values:
            return None
        names = [self._result(module, value, depth) if value is not None else None for value in values]
        return names[0] if None not in names else None

    def _run(self, module: Module, call: ast.Call, helper: Module, function: ast.FunctionDef) -> str | None:
        """The operation that a function is given, and whose result it returns: `retry(op.upsert, ...)`."""
        names = [arg.arg for arg in (*function.args.posonlyargs, *function.args.args)]
        for end in helper.own(function, ast.Return):
            called = end.value.func if isinstance(end.value, ast.Call) else None
            if isinstance(called, ast.Name) and called.id in names:
                place = names.index(called.id)
                if place < len(call.args) and (name := self._source.operation_name(module, call.args[place])):
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
            name = None if None in found else min(filter(None, found))
            self._bound[bindings[0]] = name or self._appended(module, node, bindings, depth - 1)
        return self._bound[bindings[0]]

    def _of_binding(self, module: Module, binding: Binding, depth: int) -> str | None:
        if binding.value is not None:
            return self._result(module, binding.value, depth)
        return self._of_loop(module, binding.node, depth)

    def _appended(self, module: Module, node: ast.Name, bindings: list[Binding], depth: int) -> str | None:
        """The operation whose results a list collects by and by."""
        if not any(isinstance(binding.value, ast.List) and not binding.value.elts for binding in bindings):
            return None
        for change in additions(self._source, module, node) or ():
            value = change.value if isinstance(change, ast.AugAssign) else change.args[-1] if change.args else None
            if value is not None and (name := self._result(module, value, depth)):
                return name
        return None

    def _of_loop(self, module: Module, target: ast.AST, depth: int) -> str | None:
        loop = module.parents.get(target)
        if isinstance(loop, (ast.For, ast.AsyncFor, ast.comprehension)) and loop.target is target:
            return self._items(module, loop.iter, depth)
        return None

    def _items(self, module: Module, node: ast.expr, depth: int) -> str | None:
        """The operation whose results an iterable gives."""
        return self._result(module, node, depth) or self.generator(module, node)

    def _passed_on(self, module: Module, call: ast.Call, depth: int) -> str | None:
        """The operation of `map(op.upsert, ...)` or `list(results)`."""
        if self._source.qualified(module, call.func) not in _PASSING:
            return None
        for arg in call.args:
            function = arg.body if isinstance(arg, ast.Lambda) else arg
            name = self._source.operation_name(module, function) or self._items(module, function, depth - 1)
            if name is not None:
                return name
        return None

    def _parts(self, module: Module, node: ast.expr) -> Iterator[ast.AST]:
        """`node` and what its value is made of: not what an attribute is applied to, nor inner functions."""
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
                waiting += self._arguments(module, part)
            elif not isinstance(part, ast.Compare):
                waiting.extend(ast.iter_child_nodes(part))

    def _arguments(self, module: Module, call: ast.Call) -> list[ast.expr]:
        """The arguments that may be handed on: an operation that is called right there is, a name is not.

        What a builtin like len(), or a function of the project, gives back is another thing.
        """
        name = self._source.qualified(module, call.func) or ""
        if name.startswith("builtins.") or name in self._source.resolver.definitions:
            return []
        given = [*call.args, *(keyword.value for keyword in call.keywords)]
        return [arg for arg in given if not isinstance(arg, (ast.Name, ast.Starred))]
