"""What a query says about the number of its rows, as far as its text can be told."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from itertools import islice

from .arguments import given_to
from .call_graph import CallGraph
from .module import FUNCTIONS, Function, Module
from .names import last_word
from .reach import Reach
from .resolve import Located
from .source import ProjectSource

# Of functions that are called in very many places the first calls tell enough.
_DEPTH, _MOST = 5, 50
_GAP = "{}"
_BOUND = re.compile(
    r"\blimit\s*(?:\d|[{%?:$@(]|$)|\bselect\s+(?:distinct\s+)?top\b|\bfetch\s+(?:next|first)\b|\brownum\b"
    r"|^\s*(?:show|describe|desc|pragma|explain|insert|update|delete|create|drop|set|use)\b",
    re.IGNORECASE,
)
_CATALOGUE = re.compile(
    r"information_schema|sqlite_(?:master|schema)|\bpg_\w+|\bsys\.\w+|\b(?:all|user|dba)_(?:tab|con|ind|obj|view|col|user)\w*"
    r"|\bsvv_\w+|\bsystem\.(?:tables|columns|databases|parts)|system_schema|\bsysibm\b|\bsyscat\b|\bqsys2\b|\bdbc\.\w+v?\b"
    r"|\b_v_(?:table|relation_column)",
    re.IGNORECASE,
)
_FIRST_LIST = re.compile(r"\bselect\b(?P<columns>.*?)(?:\bfrom\b|$)", re.IGNORECASE | re.DOTALL)
_AGGREGATE = re.compile(r"\b(?:count|max|min|sum|avg|exists)\s*\(", re.IGNORECASE)
_SPREADING = re.compile(r"\bgroup\s+by\b|\bover\s*\(", re.IGNORECASE)
_IDENTIFIER = re.compile(r"\s*(?:distinct\s+)?(?:\w+\.)*\w*(?:id|name|key|code|uuid)\s*", re.IGNORECASE)
_CHAINED = frozenset({"limit", "top", "fetch", "head"})


class QueryTexts:
    """The texts that an expression may stand for: of variables, parts, parameters and helpers of the project."""

    def __init__(self, source: ProjectSource, reach: Reach) -> None:
        self._source = source
        self._graph = reach.shared(CallGraph)

    def are_small(self, module: Module, queries: Iterable[ast.expr]) -> bool:
        """Whether each query gives few rows by its own words; False where there is none."""
        texts = [text for query in queries for text in self._texts(module, query)]
        return bool(texts) and all(map(_is_small, texts))

    def are_identifiers(self, module: Module, queries: Iterable[ast.expr]) -> bool:
        """Whether each query asks for one column, of identifiers."""
        texts = [text for query in queries for text in self._texts(module, query)]
        lists = [match["columns"] if (match := _FIRST_LIST.search(text)) else "" for text in texts]
        return bool(lists) and all(map(_IDENTIFIER.fullmatch, lists))

    def _texts(self, module: Module, query: ast.expr) -> Iterator[str]:
        """One text for each place that gives the query, which may be a parameter."""
        given = self._given(module, query) if isinstance(query, ast.Name) else []
        for each in given or [Located(module, query)]:
            yield _GAP.join(self._parts(each.module, each.node, _DEPTH))

    def _given(self, module: Module, node: ast.Name) -> list[Located]:
        """What the calls of the function give a parameter."""
        bound = self._source.names(module).lookup(node)
        parameter = bound[0].node if len(bound) == 1 else None
        function = module.function_of(node)
        if not isinstance(parameter, ast.arg) or function is None:
            return []
        found: list[Located] = []
        for where, call in calls_of(self._source, self._graph, function):
            filled = 1 if isinstance(module.scope_of(function), ast.ClassDef) else 0
            value = given_to(call, function, filled).get(parameter)
            if value is not None:
                found.append(Located(where, value))
        return found

    def _parts(self, module: Module, node: ast.expr, depth: int) -> Iterator[str]:
        """The texts in an expression, those of its variables and helpers among them, in the order of the file."""
        for each in module.below(node) if depth else ():
            if isinstance(each, ast.Constant) and isinstance(each.value, str):
                yield each.value
            elif isinstance(each, ast.FormattedValue):
                yield ""
            elif isinstance(each, ast.Name) and isinstance(each.ctx, ast.Load):
                yield from self._of_name(module, each, depth - 1)
            elif isinstance(each, ast.Attribute):
                found = self._source.resolver.value(module, each)
                if found.node is not each:
                    yield from self._parts(found.module, found.node, depth - 1)
            elif isinstance(each, ast.Call):
                yield from self._of_call(each, depth - 1)

    def _of_name(self, module: Module, node: ast.Name, depth: int) -> Iterator[str]:
        bound = self._source.names(module).lookup(node)
        for each in bound:
            statement = module.parents.get(each.node)
            value = statement.value if isinstance(statement, ast.AugAssign) else each.value
            if value is not None and node not in module.below(value):
                yield from self._parts(module, value, depth)
        found = self._source.resolver.value(module, node) if bound and bound[0].qualified else None
        if found and found.node is not node:
            yield from self._parts(found.module, found.node, depth)

    def _of_call(self, call: ast.Call, depth: int) -> Iterator[str]:
        """Of a helper what it returns; `select(...).limit(n)` says it as SQL does."""
        if last_word(call.func) in _CHAINED:
            yield " limit 1"
        for module in self._source.modules if depth > 0 else ():
            for function in self._graph.called(call):
                if isinstance(function, FUNCTIONS) and function in module.parents:
                    for end in module.own(function, ast.Return):
                        yield from self._parts(module, end.value, depth - 1) if end.value else ()


def calls_of(source: ProjectSource, graph: CallGraph, function: Function) -> Iterator[tuple[Module, ast.Call]]:
    """The calls of the project that run a function."""
    words = (function.name,) if function.name != "__init__" else source.resolver.own_words
    every = ((module, call) for module in source.modules for call in module.calls(words))
    yield from islice((each for each in every if function in graph.called(each[1])), _MOST)


def _is_small(text: str) -> bool:
    """Whether a query is bounded, asks a catalogue, or gives one row of sums."""
    if _BOUND.search(text) or _CATALOGUE.search(text):
        return True
    columns = _FIRST_LIST.search(text)
    if columns is None or _SPREADING.search(text):
        return False
    whole = _GAP not in text and not re.search(r"\bfrom\b", text, re.IGNORECASE)
    return whole or _AGGREGATE.search(columns["columns"]) is not None
