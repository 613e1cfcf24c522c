"""The calls that give everything at once: the result of a query, a data frame, a file, a list of what could stream."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from .module import Module
from .names import last_word
from .page_streams import PageStreams
from .query_texts import QueryTexts
from .reach import Reach
from .sent_later import SentLater
from .source import ProjectSource
from .whole_files import READING, WholeFiles

_FETCHING = frozenset(
    "fetchall fetch_pandas_all fetch_arrow_all fetchall_arrow fetchallarrow fetch_df fetchdf query_all".split()
)
# Only behind what asks a database: `session.execute(query).all()`.
_CHAINED = frozenset({"all", "to_dataframe"})
_ASKING = frozenset({"execute", "scalars", "query", "list_rows", "sql"})
_FRAMES = frozenset(
    """
    read_csv read_table read_json read_sql read_sql_query read_sql_table read_fwf read_parquet read_excel read_feather
    read_orc read_xml read_pickle read_gbq read_database read_ndjson read_ipc read_avro
    """.split()
)
_SQL_FRAMES = frozenset({"read_sql", "read_sql_query", "read_gbq", "read_database"})
_PIECEWISE = frozenset({"chunksize", "iterator", "nrows", "n_rows", "chunked", None})
_LIBRARIES = ("pandas.", "polars.", "pyarrow.", "awswrangler.")
_COLLECTING = frozenset({"builtins.list", "builtins.sorted", "builtins.tuple", "builtins.set"})
_READERS = frozenset({"csv.DictReader", "csv.reader"})
_GOING_ON = frozenset({"sort", "batch_size", "skip", "hint", "allow_disk_use", "max_time_ms"})
_CHAIN = 8
_WORDS = (*_FETCHING, *_CHAINED, *_FRAMES, *READING, "download_as_text", "download_as_bytes", "readall")


class WholeReads:
    """Each with what it holds."""

    def __init__(self, source: ProjectSource, reach: Reach) -> None:
        self._source = source
        self._files = reach.shared(WholeFiles)
        self._streams = reach.shared(PageStreams)
        self._queries = reach.shared(QueryTexts)
        self._later = reach.shared(SentLater)

    def of(self, module: Module) -> Iterator[tuple[ast.AST, str]]:
        """The calls and comprehensions of a module."""
        for call in module.calls(_WORDS):
            word = last_word(call.func)
            if word in _FETCHING or word in _CHAINED:
                if self._is_whole_result(module, call, word):
                    yield call, "The result of the query"
            elif word in _FRAMES and self._is_whole_frame(module, call):
                yield call, "The data"
            elif self._files.is_read_whole(module, call):
                yield call, "The file"
        yield from self._collected(module)

    def _is_whole_result(self, module: Module, call: ast.Call, word: str) -> bool:
        if not isinstance(call.func, ast.Attribute) or (call.args and word != "query_all"):
            return False
        if word in _CHAINED and not self._asks(module, call.func.value):
            return False
        queries = call.args[:1] if word == "query_all" else self._asked(module, call.func.value)
        if self._queries.are_small(module, queries):
            return False
        return not self._queries.are_identifiers(module, queries) or self._later.is_sent(module, call)

    def _asks(self, module: Module, owner: ast.expr) -> bool:
        """Whether an expression asks a database."""
        found = self._source.resolver.value(module, owner)
        return any(last_word(call.func) in _ASKING for call in found.module.inside(found.node, ast.Call))

    def _asked(self, module: Module, owner: ast.expr) -> list[ast.expr]:
        """The queries whose result `owner` gives: of its own expression, else the last that it was given before."""
        value = self._source.resolver.value(module, owner)
        if value.module is module and isinstance(value.node, ast.Call):
            own = any(_query_of(call) for call in module.inside(value.node, ast.Call))
            if own and not _is_cursor(value.node):
                return [value.node] if last_word(value.node.func) != "execute" else _query_of(value.node)
        function = module.function_of(owner) or module.tree
        earlier = [
            call
            for call in module.inside(function, ast.Call)
            if last_word(call.func) in ("execute", "sql") and module.number(call) < module.number(owner)
        ]
        same = [each for each in earlier if _owner_word(each) == last_word(owner)]
        last = (same or earlier)[-1:]
        return [query for call in last for query in _query_of(call)]

    def _is_whole_frame(self, module: Module, call: ast.Call) -> bool:
        if any(keyword.arg in _PIECEWISE for keyword in call.keywords):
            return False
        name = self._source.qualified(module, call.func) or ""
        first = self._source.qualified(module, call.args[0]) if call.args else ""
        if not name.startswith(_LIBRARIES) or (first or "").startswith("io."):
            return False
        return last_word(call.func) not in _SQL_FRAMES or not self._queries.are_small(module, _query_of(call))

    def _collected(self, module: Module) -> Iterator[tuple[ast.AST, str]]:
        """`list(pages())`, `[*pages()]`, and a comprehension over pages."""
        for call in module.calls(("list", "sorted", "tuple", "set")):
            gives = bool(call.args) and self._gives_all(module, call.args[0])
            if gives and self._source.qualified(module, call.func) in _COLLECTING:
                yield call, "What all pages give"
        for star in module.each(ast.Starred):
            held = module.parents[star]
            read = isinstance(held, (ast.List, ast.Tuple)) and isinstance(star.ctx, ast.Load)
            if read and self._gives_all(module, star.value):
                yield held, "What all pages give"
        for made in module.each(ast.ListComp, ast.DictComp):
            if self._gives_all(module, made.generators[0].iter) and self._later.holds_rows(module, made):
                yield made, "What all pages give"

    def _gives_all(self, module: Module, node: ast.expr) -> bool:
        """Whether an expression gives one row or page after the other, of all that there are."""
        if self._streams.gives(module, node):
            return True
        found = self._source.resolver.value(module, node)
        if not isinstance(found.node, ast.Call):
            return False
        word = last_word(found.node.func)
        if word in ("DictReader", "reader"):
            named = self._source.qualified(found.module, found.node.func) in _READERS
            return named and bool(found.node.args) and self._files.is_data(found.module, found.node.args[0])
        if word == "result" and isinstance(found.node.func, ast.Attribute):
            asked = self._source.resolver.value(found.module, found.node.func.value)
            queries = _query_of(asked.node) if isinstance(asked.node, ast.Call) else []
            named = isinstance(asked.node, ast.Call) and last_word(asked.node.func) == "query"
            return named and not self._queries.are_small(asked.module, queries)
        if (query := _document_query(found.node)) is not None:
            return _is_unbounded_query(self._source, found.module, query)
        return self._is_cursor_of_rows(module, node, found.module, found.node)

    def _is_cursor_of_rows(self, module: Module, node: ast.expr, where: Module, value: ast.Call) -> bool:
        """Whether an expression is a cursor, or a result, that holds the rows of a query that is not bounded."""
        if last_word(value.func) != "execute" and not (isinstance(node, ast.Name) and _is_cursor(value)):
            return False
        queries = self._asked(module, node) if where is module else _query_of(value)
        return bool(queries) and not self._queries.are_small(module, queries)


def _document_query(call: ast.Call) -> ast.Call | None:
    """The query of a document store that a call is, or goes on with: `collection.find({...}).sort("_id")`."""
    for _ in range(_CHAIN):
        if last_word(call.func) in ("find", "stream"):
            return call
        owner = call.func.value if isinstance(call.func, ast.Attribute) else None
        if last_word(call.func) not in _GOING_ON or not isinstance(owner, ast.Call):
            return None
        call = owner
    return None


def _is_unbounded_query(source: ProjectSource, module: Module, call: ast.Call) -> bool:
    """Whether a query of a document store asks for all that it finds."""
    if not isinstance(call.func, ast.Attribute) or any(keyword.arg == "limit" for keyword in call.keywords):
        return False
    first = source.resolver.value(module, call.args[0]).node if call.args else None
    bounded = any(last_word(each.func) in ("limit", "limit_to_last") for each in module.inside(call.func, ast.Call))
    return not bounded and (first is None or (isinstance(first, ast.Dict) and call.func.attr == "find"))


def _query_of(call: ast.Call) -> list[ast.expr]:
    """The query that a call is given, if any."""
    named = (keyword.value for keyword in call.keywords if keyword.arg in ("query", "sql", "statement", "operation"))
    first = call.args[0] if call.args else next(named, None)
    return [first] if first is not None and not isinstance(first, ast.Starred) else []


def _is_cursor(call: ast.Call) -> bool:
    return last_word(call.func) in ("cursor", "Cursor", "connect")


def _owner_word(call: ast.Call) -> str:
    return last_word(call.func.value) if isinstance(call.func, ast.Attribute) else ""
