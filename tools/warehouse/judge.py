"""Decides whether one SQL text is one reading statement over the warehouse, from DuckDB's own syntax tree."""

from __future__ import annotations

from typing import TypeAlias, cast

from ..errors import QueryRefused
from ..nearest import nearest
from .allowed import (
    QUERY_NODES,
    SHOWN_LISTS,
    SYSTEM_SCHEMA,
    SYSTEM_VIEWS,
    TABLE_FUNCTIONS,
    TABLE_REFERENCES,
    is_refused_function,
)
from .catalogue import Catalogue
from .parse import Parser
from .protocol import ALLOWED, Json
from .words import view_query

_Node: TypeAlias = dict[str, Json]
_Scope: TypeAlias = frozenset[str]

_SHOWN_NAMES = 40


class Judge:
    """Judges texts against the names of one warehouse."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._parser = Parser()
        self._judged_views: set[tuple[str, str]] = set()

    def check(self, sql: str) -> None:
        """Returns when the text may run. Raises QueryRefused with the reason and what is allowed."""
        waiting: list[tuple[Json, _Scope]] = [(self._parser.tree(sql), frozenset())]
        while waiting:
            node, scope = waiting.pop()
            if isinstance(node, list):
                waiting.extend((item, scope) for item in node)
            elif isinstance(node, dict):
                inner = self._with_ctes(node, scope, waiting)
                self._check_node(node, inner)
                waiting.extend((value, inner) for key, value in node.items() if key not in ("cte_map", "right"))
                waiting.append((node.get("right"), inner | _recursive_name(node)))

    def _with_ctes(self, node: _Node, scope: _Scope, waiting: list[tuple[Json, _Scope]]) -> _Scope:
        """The scope inside `node`: a WITH query sees those before it, and not itself."""
        entries = cast("_Node", node.get("cte_map") or {}).get("map") or []
        for entry in cast("list[_Node]", entries):
            waiting.append((entry["value"], scope))
            scope |= {str(entry["key"]).lower()}
        return scope

    def _check_node(self, node: _Node, scope: _Scope) -> None:
        kind = node.get("type")
        if "modifiers" in node and kind not in QUERY_NODES:
            raise QueryRefused(f"A query node {kind} is not known here. {ALLOWED}")
        if "sample" in node and "alias" in node:
            self._check_reference(node, str(kind), scope)
        elif "function_name" in node:
            self._check_function(_name(node, "function_name"))

    def _check_reference(self, node: _Node, kind: str, scope: _Scope) -> None:
        if kind not in TABLE_REFERENCES:
            raise QueryRefused(f"A source of rows of the kind {kind} is not known here. {ALLOWED}")
        if kind == "TABLE_FUNCTION":
            self._check_table_function(cast("_Node", node["function"]))
        if kind == "SHOW_REF" and not node.get("query"):
            _check_show(node)
        if kind == "BASE_TABLE":
            self._check_table(_name(node, "catalog_name"), _name(node, "schema_name"), _name(node, "table_name"), scope)

    def _check_table_function(self, function: _Node) -> None:
        name = _name(function, "function_name")
        self._check_function(name)
        if name not in TABLE_FUNCTIONS or _name(function, "schema") not in ("", "main"):
            allowed = ", ".join(sorted(TABLE_FUNCTIONS))
            raise QueryRefused(f"The table function {name}() is refused. Allowed table functions: {allowed}. {ALLOWED}")

    def _check_table(self, database: str, schema: str, name: str, scope: _Scope) -> None:
        # `recurring` is DuckDB's name for the rows so far of WITH RECURSIVE ... USING KEY.
        if not database and schema in ("", "recurring") and name in scope:
            return
        found = self._catalogue.find(database, schema, name)
        if found in self._catalogue.views:
            self._check_view(cast("tuple[str, str]", found))
        elif not found and not self._is_system_view(database, schema, name):
            raise QueryRefused(
                _unknown_table(".".join(filter(None, (database, schema, name))), self._catalogue.names())
            )

    def _is_system_view(self, database: str, schema: str, name: str) -> bool:
        if database not in ("", "system", self._catalogue.database):
            return False
        return schema == SYSTEM_SCHEMA or (schema in ("", "main") and name in SYSTEM_VIEWS)

    def _check_view(self, view: tuple[str, str]) -> None:
        if view in self._judged_views:
            return
        self._judged_views.add(view)
        try:
            self.check(view_query(self._catalogue.views[view]))
        except QueryRefused as error:
            self._judged_views.discard(view)
            raise QueryRefused(f"The view {'.'.join(view)} of the warehouse cannot be read. {error}") from error

    def _check_function(self, name: str) -> None:
        if name in self._catalogue.functions:
            raise QueryRefused(f"{name}() is a macro stored in the warehouse; those are not run. {ALLOWED}")
        if is_refused_function(name):
            raise QueryRefused(f"The function {name}() is refused: it reaches beyond the warehouse's rows. {ALLOWED}")


def _recursive_name(node: _Node) -> _Scope:
    """Only the right side of a recursive query sees the rows so far; on its left the name is the catalogue's."""
    recursive = node.get("type") == "RECURSIVE_CTE_NODE"
    return frozenset({_name(node, "cte_name")} if recursive else ())


def _unknown_table(name: str, known: list[str]) -> str:
    if not known:
        return f"There is no table {name!r}: the warehouse holds no tables. Run a sync that sends rows first."
    bare = {full.partition(".")[2]: full for full in known}
    likely = ", ".join(bare[word] for word in nearest(name.rpartition(".")[2], bare))
    more = f" and {len(known) - _SHOWN_NAMES} more" if len(known) > _SHOWN_NAMES else ""
    shown = ", ".join(known[:_SHOWN_NAMES]) + more
    return f"There is no table {name!r} in the warehouse; nearest: {likely}. Its tables: {shown}. {ALLOWED}"


def _check_show(node: _Node) -> None:
    name = _name(node, "table_name").strip('"')
    if name not in SHOWN_LISTS and node.get("show_type") != "SHOW_FROM":
        raise QueryRefused(f"SHOW {name.upper()} is refused: it shows the server. {ALLOWED}")


def _name(node: _Node, key: str) -> str:
    return str(node.get(key) or "").lower()
