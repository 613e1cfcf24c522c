"""The calls that talk to a source: by HTTP, to a database, to files and clouds."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from .call_graph import CallGraph
from .module import Module
from .names import PARTIAL, last_word
from .reach import Reach
from .source import ProjectSource

HTTP_METHODS = frozenset({"get", "post", "put", "patch", "delete", "head", "options", "request", "stream", "send"})
_HTTP_WORDS = HTTP_METHODS | {"urlopen", "urlretrieve", "getresponse"}
_HTTP = re.compile(
    r"requests\.(?:api\.|sessions\.)?(?:[Ss]ession\(\)\.)?(?P<requests>get|post|put|patch|delete|head|options|request|send)"
    r"|(?:requests_oauthlib|authlib\.integrations\.requests_client)\.OAuth[12]Session\(\)\."
    r"(?P<oauth>get|post|put|patch|delete|head|options|request)"
    r"|httpx\.(?:(?:Async)?Client\(\)\.)?(?P<httpx>get|post|put|patch|delete|head|options|request|stream|send)"
    r"|urllib\.request\.(?P<urllib>urlopen|urlretrieve)|urllib3\.(?:PoolManager\(\)\.)?(?P<urllib3>request|urlopen)"
    r"|aiohttp\.(?:ClientSession\(\)\.)?(?P<aiohttp>get|post|put|patch|delete|head|options|request)"
    r"|http\.client\.HTTPS?Connection\(\)\.(?P<client>request|getresponse)"
)
_DATABASE_WORDS = frozenset(
    {"execute", "executemany", "fetchall", "fetchmany", "fetchone", "fetch_pandas_all", "fetch_pandas_batches"}
    | {"read_sql", "read_sql_query", "read_sql_table", "read_gbq", "scalars", "aggregate"}
)
_CLOUD_WORDS = frozenset(
    {"get_object", "list_objects_v2", "list_objects", "paginate", "download_file", "download_fileobj", "list_blobs"}
    | {
        "download_as_text",
        "download_as_bytes",
        "download_blob",
        "get_item",
        "batch_get_item",
        "get_records",
        "listdir_attr",
    }
    | {"search_scroll", "scroll", "query_and_wait", "query_all", "query_all_iter", "open_by_key", "get_all_records"}
)
_WORDS = _HTTP_WORDS | _DATABASE_WORDS | _CLOUD_WORDS
_POOLS = frozenset({"map", "submit", "imap", "imap_unordered", "apply_async"})
# What a client of HTTP is often called whose making is not in sight.
_CLIENTS = re.compile(r"_?(?:http_?|api_?)?(?:session|client|http)s?", re.IGNORECASE)


class SourceCall(NamedTuple):
    """One call: `library` is requests, httpx, urllib, urllib3, aiohttp, client; or database, cloud, or `client?`."""

    module: Module
    node: ast.Call
    library: str

    @property
    def is_http(self) -> bool:
        """Whether the call is certainly an HTTP request."""
        return self.library not in ("database", "cloud", "client?")


class SourceCalls:
    """Every such call, and which other calls lead to one."""

    def __init__(self, source: ProjectSource, reach: Reach) -> None:
        self._source = source
        self._reach = reach
        self._graph = reach.shared(CallGraph)

    @cached_property
    def all(self) -> list[SourceCall]:
        """In the order of files and lines."""
        found = [call for module in self._source.modules for call in self._of(module)]
        return sorted(found, key=lambda call: (call.module.file, call.module.number(call.node)))

    @cached_property
    def reached(self) -> list[SourceCall]:
        """Those that a sync can come to."""
        return [call for call in self.all if self._reach.is_reached(call.module, call.node)]

    def leads(self, call: ast.Call) -> bool:
        """Whether a call talks to a source, itself or through functions of the project."""
        return call in self._leading

    def library(self, call: ast.Call) -> str | None:
        """The library of a call that itself talks to a source."""
        return self._libraries.get(call)

    @cached_property
    def _libraries(self) -> dict[ast.Call, str]:
        return {call.node: call.library for call in self.all}

    @cached_property
    def _leading(self) -> set[ast.Call]:
        owners = {call.module.callable_of(call.node) for call in self.all}
        functions = self._graph.leading({owner for owner in owners if owner is not None})
        return {call.node for call in self.all} | self._graph.calls_into(functions)

    def _of(self, module: Module) -> Iterator[SourceCall]:
        yield from self._given_to_pools(module)
        yield from self._by_text(module)
        other = self._other_words(module)
        for node in module.calls(_WORDS | other):
            word = last_word(node.func)
            if word in other and (library := self._http(module, node)) not in (None, "client?"):
                yield SourceCall(module, node, library or "")
                continue
            if word in _HTTP_WORDS and (library := self._http(module, node)):
                yield SourceCall(module, node, library)
            elif isinstance(node.func, ast.Attribute) and word in _DATABASE_WORDS:
                yield SourceCall(module, node, "database")
            elif isinstance(node.func, ast.Attribute) and word in _CLOUD_WORDS:
                yield SourceCall(module, node, "cloud")

    def _given_to_pools(self, module: Module) -> Iterator[SourceCall]:
        """`pool.map(requests.get, urls)`."""
        for node in module.calls(_POOLS):
            given = node.args[0] if node.args else None
            named = given if isinstance(given, (ast.Name, ast.Attribute)) and last_word(given) in _HTTP_WORDS else None
            if named is not None and (library := _library(self._source.qualified(module, named))):
                yield SourceCall(module, node, library)

    def _by_text(self, module: Module) -> Iterator[SourceCall]:
        """`getattr(requests, method)(url)`."""
        for name in module.named("getattr"):
            found = module.parents[name]
            call = module.parents.get(found)
            if (
                isinstance(found, ast.Call)
                and isinstance(call, ast.Call)
                and call.func is found
                and len(found.args) > 1
            ):
                owner, key = self._source.qualified(module, found.args[0]), found.args[1]
                word = key.value if isinstance(key, ast.Constant) else "request"
                if owner and (library := _library(f"{owner}.{word}")):
                    yield SourceCall(module, call, library)

    def _other_words(self, module: Module) -> frozenset[str]:
        """The other names that a module gives a function of HTTP: by import, assignment or partial."""
        found = {
            alias.asname
            for node in module.each(ast.ImportFrom)
            for alias in node.names
            if alias.asname and alias.name in _HTTP_WORDS
        }
        for node in module.each(ast.Assign):
            value = node.value
            if isinstance(value, ast.Call) and last_word(value.func) == "partial" and value.args:
                value = value.args[0]
            if isinstance(value, ast.Attribute) and value.attr in _HTTP_WORDS:
                found |= {last_word(target) for target in node.targets}
        return frozenset(found - _WORDS - {""})

    def _http(self, module: Module, node: ast.Call) -> str | None:
        name = self._source.qualified(module, node.func)
        if library := _library(name):
            return library
        owner = last_word(node.func.value) if isinstance(node.func, ast.Attribute) else ""
        return "client?" if name is None and _CLIENTS.fullmatch(owner) else None


def _library(name: str | None) -> str | None:
    """The library of HTTP that a qualified name belongs to."""
    match = _HTTP.fullmatch((name or "").removesuffix(f".{PARTIAL}"))
    return "requests" if match and match.lastgroup == "oauth" else match.lastgroup if match else None
