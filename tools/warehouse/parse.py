"""SQL text to DuckDB's own syntax tree, or a refusal with the place of the fault."""

from __future__ import annotations

import json
from typing import cast

import duckdb

from ..errors import QueryRefused
from .protocol import ALLOWED, Json, check_text
from .words import first_word, without_explain, words


class Parser:
    """Reads one statement of the SELECT family, or EXPLAIN of one, without running anything."""

    def __init__(self) -> None:
        self._connection = duckdb.connect(":memory:", config={"threads": 1, "enable_external_access": False})
        self._connection.execute("SET lock_configuration = true")

    def tree(self, sql: str) -> dict[str, Json]:
        """The tree of the statement. Raises QueryRefused when it is not one reading statement."""
        check_text(sql)
        query = without_explain(sql)
        answer = self._serialized(query)
        if answer.get("error"):
            raise QueryRefused(_fault(query, answer))
        statements = cast("list[dict[str, Json]]", answer["statements"])
        if not statements:
            raise QueryRefused(f"The SQL holds no statement. {ALLOWED}")
        if len(statements) > 1:
            raise QueryRefused(f"The SQL holds {len(statements)} statements; send one at a time. {ALLOWED}")
        if statements[0].get("named_param_map"):
            raise QueryRefused("The SQL holds parameters ($1 or ?), for which there are no values. Write the values.")
        return statements[0]

    def _serialized(self, sql: str) -> dict[str, Json]:
        try:
            row = self._connection.execute("SELECT json_serialize_sql(?::VARCHAR)", [sql]).fetchone()
            return cast("dict[str, Json]", json.loads(row[0]) if row else {})
        except RecursionError as error:
            raise QueryRefused("The SQL is nested too deeply. Split it with WITH, or into several queries.") from error
        except duckdb.Error as error:
            raise QueryRefused(f"DuckDB cannot read the SQL: {error}. {ALLOWED}") from error


def _fault(sql: str, answer: dict[str, Json]) -> str:
    if answer.get("error_type") == "not implemented":
        return _not_a_query(sql)
    if first_word(sql) == "analyze":
        return f"EXPLAIN ANALYZE is refused, because it runs what it explains. Use EXPLAIN. {ALLOWED}"
    message = str(answer.get("error_message"))
    return f"DuckDB cannot read the SQL: {message}{_place(sql, answer.get('position'))}. {ALLOWED}"


def _not_a_query(sql: str) -> str:
    found = [word for _, word in words(sql)]
    if "pivot" in found[:1]:
        return f"A PIVOT must name its values here: PIVOT table ON column IN (1, 2) USING sum(x). {ALLOWED}"
    if ";" in found[:-1]:
        return f"The SQL holds several statements, not all of them queries; send one at a time. {ALLOWED}"
    return f"{' '.join(found[:1]).upper()} is refused: a query only reads. {ALLOWED}"


def _place(sql: str, position: Json) -> str:
    """Line and column of a character offset, with the text before it."""
    if position is None:
        return ""
    before = sql[: int(str(position))].split("\n")
    read = f", after {before[-1][-40:]!r}" if before[-1] else ""
    return f" (line {len(before)}, column {len(before[-1]) + 1}{read})"
