"""Which expressions give the rows or pages of many requests, one after the other."""

from __future__ import annotations

import ast

from .call_graph import CallGraph
from .elements import Elements
from .module import FUNCTIONS, Function, Module
from .names import last_word
from .page_loops import LOOPS, PageLoops
from .reach import Reach
from .source import ProjectSource
from .source_calls import SourceCalls

_DEPTH = 5
_LISTINGS = frozenset({"list_objects", "list_objects_v2", "list_object_versions"})


class PageStreams:
    """Generators of the project that page through a source, and paginators; not a generator over one answer."""

    def __init__(self, source: ProjectSource, reach: Reach) -> None:
        self._source = source
        self._graph = reach.shared(CallGraph)
        self._loops = reach.shared(PageLoops)
        self._calls = reach.shared(SourceCalls)
        self._elements = reach.shared(Elements)
        self._known: dict[Function, bool] = {}

    def gives(self, module: Module, node: ast.expr, depth: int = _DEPTH) -> bool:
        """Whether an expression, variables followed, is one; what gives only identifiers is none."""
        found = self._source.resolver.value(module, node)
        if depth == 0 or not isinstance(found.node, ast.Call) or not self.are_pages(found.module, found.node):
            return False
        if last_word(found.node.func) == "paginate":
            return not self._is_listing(found.module, found.node)
        generators = [each for each in self._graph.called(found.node) if isinstance(each, FUNCTIONS)]
        return any(self._pages(where, each, depth) for each in generators for where in self._modules_of(each))

    def are_pages(self, module: Module, node: ast.expr) -> bool:
        """Whether an expression, variables followed, calls a generator of the project, or a paginator, that asks."""
        found = self._source.resolver.value(module, node)
        return self._loops.gives_pages(found.module, found.node)

    def _modules_of(self, function: Function) -> list[Module]:
        return [module for module in self._source.modules if function in module.parents]

    def _pages(self, module: Module, function: Function, depth: int) -> bool:
        if function not in self._known:
            # A generator that comes back to itself is answered by its other parts.
            self._known[function] = False
            self._known[function] = self._find_pages(module, function, depth)
        return self._known[function]

    def _find_pages(self, module: Module, function: Function, depth: int) -> bool:
        """Whether a generator asks in a loop, or hands on one that does, and yields more than identifiers."""
        yielded = [each.value for each in module.own(function, ast.Yield) if each.value is not None]
        if yielded and all(self._elements.is_small(module, value) for value in yielded):
            return False
        if any(self.gives(module, each.value, depth - 1) for each in module.own(function, ast.YieldFrom)):
            return True
        if any(function in self._graph.called(call) for call in module.own(function, ast.Call)):
            return True
        return any(self._asks(module, loop, depth) for loop in module.own(function, *LOOPS))

    def _asks(self, module: Module, loop: ast.For | ast.AsyncFor | ast.While, depth: int) -> bool:
        if not isinstance(loop, ast.While) and self.gives(module, loop.iter, depth - 1):
            return True
        asked = [call for statement in loop.body for call in module.inside(statement, ast.Call)]
        if isinstance(loop, ast.While):
            asked += module.inside(loop.test, ast.Call)
        return any(self._calls.leads(call) for call in asked)

    def _is_listing(self, module: Module, call: ast.Call) -> bool:
        """Whether a paginator gives the names of files, not rows."""
        owner = call.func.value if isinstance(call.func, ast.Attribute) else call
        made = self._source.resolver.value(module, owner)
        return any(each.value in _LISTINGS for each in made.module.inside(made.node, ast.Constant))
