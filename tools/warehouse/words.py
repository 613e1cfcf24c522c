"""The keywords and signs of an SQL text and where they stand, as DuckDB's tokenizer sees them."""

from __future__ import annotations

import re

import duckdb

_WORD = re.compile(rb"\w+|.", re.DOTALL)


def words(sql: str) -> list[tuple[int, str]]:
    """Keywords and signs in lower case with their byte offsets; comments, names and literals are left out."""
    data = sql.encode()
    return [
        (offset, found[0].decode(errors="replace").lower())
        for offset, kind in duckdb.tokenize(sql)
        if kind in (duckdb.token_type.keyword, duckdb.token_type.operator) and (found := _WORD.match(data, offset))
    ]


def first_word(sql: str) -> str:
    """The first keyword or sign, or nothing."""
    return next((word for _, word in words(sql)), "")


def after(sql: str, offset: int, word: str) -> str:
    """The text behind a word that stands at a byte offset."""
    return sql.encode()[offset + len(word) :].decode()


def without_explain(sql: str) -> str:
    """The statement that an EXPLAIN explains; any other text as it is."""
    tokens = duckdb.tokenize(sql)
    found = words(sql)
    if not found or found[0][1] != "explain" or found[0][0] != tokens[0][0]:
        return sql
    return after(sql, *found[0])


def view_query(sql: str) -> str:
    """The query in a `CREATE VIEW name (columns) AS query`."""
    depth = 0
    for offset, word in words(sql):
        depth += (word == "(") - (word == ")")
        if word == "as" and depth == 0:
            return after(sql, offset, word)
    return ""
