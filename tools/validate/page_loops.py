"""The loops that ask a source for one page or batch a round."""

from __future__ import annotations

import ast
from functools import cached_property
from typing import NamedTuple, TypeAlias

from .call_graph import CallGraph
from .module import FUNCTIONS, Module
from .names import last_word
from .reach import Reach
from .source import ProjectSource
from .source_calls import SourceCalls

Loop: TypeAlias = ast.For | ast.AsyncFor | ast.While
LOOPS = (ast.For, ast.AsyncFor, ast.While)
# What gives numbers, moments or pages, not the rows of one answer.
_COUNTING = frozenset({"range", "count", "date_range"})
_AWS = ("boto3", "botocore", "aioboto3")
_PAGED = {
    **dict.fromkeys(("scan", "query", "get_query_results", "receive_message", "execute_statement"), _AWS),
    "find": ("pymongo", "motor"),
    "run": ("neo4j",),
    "pull": ("google",),
    "receive_messages": (*_AWS, "azure"),
}


class PageLoop(NamedTuple):
    """One loop and its module."""

    module: Module
    node: Loop


class PageLoops:
    """A `while` around a request, a `for` over numbers around one, a `for` over a generator of pages."""

    def __init__(self, source: ProjectSource, reach: Reach) -> None:
        self._source = source
        self._reach = reach

    @cached_property
    def all(self) -> list[PageLoop]:
        """Those that a sync can reach, in the order of files and lines."""
        return [
            PageLoop(module, loop)
            for module in self._source.modules
            for loop in sorted(module.each(*LOOPS), key=module.number)
            if self._is_page_loop(module, loop) and self._reach.is_reached(module, loop)
        ]

    def is_page_loop(self, loop: ast.AST) -> bool:
        """Whether a loop is one of them."""
        return loop in {each.node for each in self.all}

    def _is_page_loop(self, module: Module, loop: Loop) -> bool:
        if not isinstance(loop, ast.While):
            called = last_word(loop.iter.func) if isinstance(loop.iter, ast.Call) else ""
            if self._goes_through_pages(module, loop.iter):
                return True
            if called not in _COUNTING:
                return False
        return not _is_retry(module, loop) and self._asks(module, loop)

    def gives_pages(self, module: Module, node: ast.expr) -> bool:
        """Whether an expression calls a generator of the project that asks a source."""
        if not isinstance(node, ast.Call) or not self._reach.shared(SourceCalls).leads(node):
            return False
        called = self._reach.shared(CallGraph).called(node)
        return any(function in self._generators for function in called) or last_word(node.func) == "paginate"

    def _goes_through_pages(self, module: Module, node: ast.expr) -> bool:
        """Whether an expression gives what many requests bring: a generator with a loop around one, chunks, a pager."""
        node = (
            node.args[0] if isinstance(node, ast.Call) and last_word(node.func) == "enumerate" and node.args else node
        )
        found = self._source.resolver.value(module, node)
        if not isinstance(found.node, ast.Call):
            return False
        if (
            any(keyword.arg == "chunksize" for keyword in found.node.keywords)
            or last_word(found.node.func) == "paginate"
        ):
            return True
        return any(function in self._pagers for function in self._reach.shared(CallGraph).called(found.node))

    @cached_property
    def _pagers(self) -> set[ast.AST]:
        """The generators that yield in a loop around a request."""
        found: set[ast.AST] = set()
        for module in self._source.modules:
            for node in module.each(ast.Yield, ast.YieldFrom):
                owner = module.callable_of(node)
                loops = (each for each in module.ancestors(node) if isinstance(each, LOOPS))
                own = (each for each in loops if module.callable_of(each) is owner)
                if owner is not None and owner not in found and any(self._repeats(module, each) for each in own):
                    found.add(owner)
        return found

    def _repeats(self, module: Module, loop: Loop) -> bool:
        """Whether each round of a loop asks a source."""
        counted = isinstance(loop, ast.While) or (
            isinstance(loop.iter, ast.Call) and last_word(loop.iter.func) in _COUNTING | {"paginate"}
        )
        return counted and not _is_retry(module, loop) and self._asks(module, loop)

    @cached_property
    def _generators(self) -> set[ast.AST]:
        owners = {m.callable_of(node) for m in self._source.modules for node in m.each(ast.Yield, ast.YieldFrom)}
        return {owner for owner in owners if owner is not None}

    def _asks(self, module: Module, loop: Loop) -> bool:
        """Whether a request stands in the loop itself, not in a loop within it."""
        calls = self._reach.shared(SourceCalls)
        return any(
            innermost(module, call) is loop and (calls.leads(call) or self._gives_page(call))
            for call in module.inside(loop, ast.Call)
        )

    def _gives_page(self, call: ast.Call) -> bool:
        """Whether a client of a database or cloud gives one page: its method and the project's imports tell."""
        return isinstance(call.func, ast.Attribute) and not self._imported.isdisjoint(_PAGED.get(call.func.attr, ()))

    @cached_property
    def _imported(self) -> set[str]:
        """The first parts of the modules that the project imports."""
        found = {module.absolute(node) for module in self._source.modules for node in module.each(ast.ImportFrom)}
        found |= {
            alias.name for module in self._source.modules for each in module.each(ast.Import) for alias in each.names
        }
        return {name.partition(".")[0] for name in found}


def innermost(module: Module, node: ast.AST) -> Loop | None:
    """The innermost loop whose body runs `node`, within its function."""
    child = node
    for parent in module.ancestors(node):
        if isinstance(parent, (*FUNCTIONS, ast.Lambda)):
            return None
        if isinstance(parent, LOOPS) and (isinstance(parent, ast.While) or child is not parent.iter):
            return parent
        child = parent
    return None


def _is_retry(module: Module, loop: Loop) -> bool:
    """Whether the loop only repeats one request until it succeeds: it returns or leaves right after."""
    if not any(True for _ in module.inside(loop, ast.Return)):
        return False
    words = {name.id.lower() for name in module.inside(loop, ast.Name)}
    return any("attempt" in word or "retr" in word or word == "tries" for word in words)
