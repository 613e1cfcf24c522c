"""The search answers what people ask: a table of questions, written before the ranking and not changed to fit it."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any

import pytest
from connector_sdk_mcp.tools.reference.catalogue import entries
from connector_sdk_mcp.tools.reference.search import search
from connector_sdk_mcp.tools.reference.words import terms
from hypothesis import given
from hypothesis import strategies as st

TOML: Any = importlib.import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
# The second table was worded by somebody who had not read the pages, and is never looked at when the ranking changes.
TABLES: dict[str, list[dict[str, Any]]] = {
    name: TOML.loads((Path(__file__).parent / f"{name}.toml").read_text(encoding="utf-8"))["question"]
    for name in ("questions", "held_out_questions")
}


def place(question: dict[str, Any]) -> int:
    """The place of the first right page among the hits, from 1; 99 when it is none of them."""
    found = [hit.uri for hit in search(question["ask"], limit=3).hits]
    return min((found.index(answer) + 1 for answer in question["answers"] if answer in found), default=99)


@pytest.mark.parametrize("table", TABLES)
def test_the_answer_is_found_first_and_among_the_first_three(table: str) -> None:
    places = {question["ask"]: place(question) for question in TABLES[table]}
    first, third = (sum(p <= k for p in places.values()) / len(places) for k in (1, 3))
    missed = [f"{place}: {ask}" for ask, place in places.items() if place > 1]
    assert len(places) >= 80
    assert (first >= 0.8, third >= 0.95) == (True, True), f"hit@1 {first:.2f}, hit@3 {third:.2f}\n" + "\n".join(missed)


@pytest.mark.parametrize("table", TABLES)
def test_every_answer_of_a_table_exists(table: str) -> None:
    known = {entry.uri for entry in entries()}
    assert {answer for question in TABLES[table] for answer in question["answers"]} - known == set()


def test_a_kind_keeps_only_its_pages() -> None:
    assert {hit.kind for hit in search("checkpoint state cursor", kind="rules", limit=10).hits} == {"rules"}


def test_more_hits_are_counted() -> None:
    result = search("pagination", limit=1)
    assert len(result.hits) == 1
    assert result.more is not None


@pytest.mark.parametrize("query", ["", "   ", "???", '"', "NEAR(", "a OR", "*", "ünïcödé", "x" * 10_000, "the of and"])
def test_odd_queries_find_little_and_break_nothing(query: str) -> None:
    assert isinstance(search(query).hits, list)


@given(st.text(max_size=200))
def test_no_text_breaks_the_search(query: str) -> None:
    assert len(search(query, limit=3).hits) <= 3


@pytest.mark.parametrize(
    ("asked", "page"),
    [
        ("paging", "csdk://patterns/page_pagination"),
        ("next page", "csdk://patterns/next_url_pagination"),
        ("bookmark", "csdk://sdk/state"),
        ("watermark", "csdk://patterns/incremental_sync"),
        ("primary key", "csdk://sdk/schema"),
        ("secret", "csdk://sdk/security"),
        ("credential", "csdk://sdk/security"),
        ("throttling", "csdk://patterns/rate_limits"),
    ],
)
def test_the_synonyms_of_the_field_lead_to_the_page(asked: str, page: str) -> None:
    assert page in [hit.uri for hit in search(asked, limit=5).hits]


@pytest.mark.parametrize(
    ("typed", "meant"), [("pagnation", "pagination"), ("chekpoint", "checkpoint"), ("incremetal", "incremental")]
)
def test_typing_errors_are_mended(typed: str, meant: str) -> None:
    asked, _ = terms(typed, {"pagination", "checkpoint", "incremental", "state"})
    assert asked == [meant]
