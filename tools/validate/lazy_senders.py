"""Functions that send rows and of which a call runs nothing: generators, coroutines, what returns one of them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from .decorated import wrapper
from .module import FUNCTIONS, Function, Module
from .reach import Reach
from .resolve import Definition
from .senders import Senders
from .source import ProjectSource

_PLAIN = frozenset({"builtins.staticmethod", "builtins.classmethod", "functools.cache", "functools.lru_cache"})
# They give back what the function gives, and run no generator.
_KEEPING = _PLAIN | {"functools.lru_cache()", "tenacity.retry", "tenacity.retry()", "backoff.on_exception()"}


class Lazy(NamedTuple):
    """What a call of a function makes."""

    name: str
    coroutine: bool = False


class LazySenders:
    """Answers what a function of the project makes instead of sending."""

    def __init__(self, source: ProjectSource, reach: Reach) -> None:
        self._source = source
        senders = reach.shared(Senders)
        self._lazy: dict[ast.AST, Lazy] = {}
        for module in source.modules if source.operations else ():
            for function, coroutine in _lazy(module):
                if senders.sends(function) and self.is_kept(module, function):
                    self._lazy[function] = Lazy(function.name, coroutine)

    @property
    def words(self) -> set[str]:
        """The names of these functions."""
        return {function.name for function in self._lazy if isinstance(function, FUNCTIONS)}

    def add(self, module: Module, function: Function) -> bool:
        """Notes a plain function that returns what one of these makes; False where it is none, or known."""
        yields = next(module.own(function, ast.Yield, ast.YieldFrom), None) is not None
        known = function in self._lazy or isinstance(function, ast.AsyncFunctionDef) or yields
        if known or not self.is_kept(module, function):
            return False
        self._lazy[function] = Lazy(function.name)
        return True

    def of(self, module: Module, node: ast.expr) -> Lazy | None:
        """What a call of this expression certainly makes; None for functions that do their work."""
        found = [self._lazy.get(each.node) for each in self._meant(module, node)]
        return found[0] if found and None not in found else None

    def is_kept(self, module: Module, function: Function) -> bool:
        """Whether a caller gets what the function itself makes: its decorators hand it back."""
        return all(self._hands_back(module, mark) for mark in function.decorator_list)

    def _hands_back(self, module: Module, mark: ast.expr) -> bool:
        if (self._source.qualified(module, mark) or "") in _KEEPING:
            return True
        found = wrapper(self._source, module, mark)
        if found is None or not isinstance(found.node, ast.FunctionDef):
            return False
        outer = found.module.function_of(found.node)
        given = outer.args.args[0].arg if outer is not None and outer.args.args else ""
        return returns_call_of(self._source, Definition(found.module, found.node), given)

    def _meant(self, module: Module, node: ast.expr) -> list[Definition]:
        """The functions that may run: of a method also those of the classes below, not those that only raise."""
        found = self._source.resolver.functions(self._source.qualified(module, node) or "")
        if len(found) != 1:
            return []
        owner = found[0].module.scope_of(found[0].node)
        if isinstance(owner, ast.ClassDef) and isinstance(node, ast.Attribute):
            for below in self._source.resolver.subclasses(Definition(found[0].module, owner)):
                nodes = [each.node for each in self._source.names(below.module).bound.of(below.node, node.attr)]
                methods = [each for each in nodes if isinstance(each, FUNCTIONS)]
                if len(methods) < len(nodes):
                    return []
                found = [*found, *(Definition(below.module, each) for each in methods)]
        real = [each for each in found if not _is_abstract(each.node)]
        return real or found


def returns_call_of(source: ProjectSource, function: Definition, parameter: str) -> bool:
    """Whether all that a function does with a parameter is to return what a call of it gives."""
    module, node = function
    ends = [end for end in module.inside(node, ast.Yield, ast.YieldFrom) if module.function_of(end) is node]
    calls = calls_of(module, node, parameter)
    returned = all(_is_returned(source, module, call) for call in calls)
    return isinstance(node, ast.FunctionDef) and not ends and bool(calls) and returned


def calls_of(module: Module, function: ast.AST, parameter: str) -> list[ast.Call]:
    """The calls of a parameter inside a function; none where something else is done with it."""
    uses = [use for use in module.inside(function, ast.Name) if use.id == parameter]
    around = [module.parents[use] for use in uses]
    calls = [each for use, each in zip(uses, around, strict=True) if isinstance(each, ast.Call) and each.func is use]
    others = [each for each in around if each not in calls]
    # Its name may be told, and its docstring kept.
    harmless = all(isinstance(each, ast.Attribute) or _is_wraps(each) for each in others)
    return calls if harmless else []


def _is_wraps(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and ast.unparse(node.func) in ("wraps", "functools.wraps")


def returning(source: ProjectSource, module: Module, node: ast.expr) -> Function | None:
    """The function that returns a value, as it is or through one variable."""
    owner = module.callable_of(node)
    return owner if isinstance(owner, FUNCTIONS) and _is_returned(source, module, node) else None


def _is_returned(source: ProjectSource, module: Module, node: ast.expr) -> bool:
    parent = module.parents[node]
    if isinstance(parent, ast.Assign) and isinstance(target := parent.targets[0], ast.Name):
        uses = source.names(module).uses_beside(target, target.id) if len(parent.targets) == 1 else []
        read = [module.parents[use] for use in uses if isinstance(use.ctx, ast.Load)]
        return len(uses) - len(read) == 1 and bool(read) and all(isinstance(each, ast.Return) for each in read)
    return isinstance(parent, ast.Return)


def _lazy(module: Module) -> Iterator[tuple[Function, bool]]:
    """The functions whose call runs nothing, and whether they are coroutines."""
    owners = {module.callable_of(node) for node in module.each(ast.Yield, ast.YieldFrom)}
    for function in module.each(*FUNCTIONS):
        if function in owners or isinstance(function, ast.AsyncFunctionDef):
            yield function, function not in owners


def _is_abstract(node: ast.AST) -> bool:
    """Whether a method does nothing but raise: it stands there to be overridden."""
    body = node.body if isinstance(node, FUNCTIONS) else []
    told = [each for each in body if not (isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant))]
    return bool(told) and all(isinstance(each, ast.Raise) for each in told)
