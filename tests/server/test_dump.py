"""What a client gets of a model: required fields always, optional ones when they have a value."""

from __future__ import annotations

from enum import Enum
from typing import Any, Literal

import pytest
from connector_sdk_mcp.server.dump import dump
from connector_sdk_mcp.server.fit import MAX_CHARS, fit, size
from pydantic import BaseModel, Field


class Kind(str, Enum):
    A = "a"


class Part(BaseModel):
    schema_name: str = Field(alias="schema")
    note: str | None = None


class Whole(BaseModel):
    code: int | None
    hint: str | None = None
    kind: Kind
    parts: list[Part]
    extra: dict[str, Part | None]


def test_required_fields_stay_when_null_and_optional_ones_go() -> None:
    whole = Whole(code=None, kind=Kind.A, parts=[Part(schema="s")], extra={"x": Part(schema="t", note="n"), "y": None})
    assert dump(whole) == {
        "code": None,
        "kind": "a",
        "parts": [{"schema": "s"}],
        "extra": {"x": {"schema": "t", "note": "n"}, "y": None},
    }


def test_texts_are_masked_and_the_words_of_the_schema_stay() -> None:
    class Told(BaseModel):
        kind: Kind
        status: Literal["pass", "fail"]
        note: str
        parts: list[Part]
        counts: dict[str, int]

    told = Told(kind=Kind.A, status="pass", note="a pass", parts=[Part(schema="a")], counts={"pass": 7})
    assert dump(told, lambda text: text.replace("pass", "*").replace("a", "*")) == {
        "kind": "a",
        "status": "pass",
        "note": "* *",
        "parts": [{"schema": "*"}],
        "counts": {"pass": 7},
    }


@pytest.mark.parametrize(
    ("result", "cut"),
    [
        ({"findings": [{"message": "m" * 100}] * 1000, "truncated": False}, "findings"),
        ({"rows": [["x" * 50] * 5] * 1000, "row_count": 1000, "truncated": False}, "rows"),
        ({"log_lines": ["l" * 400] * 500, "errors": []}, "log_lines"),
        ({"tables": [{"name": "t" * 60}] * 2000}, "tables"),
        ({"warnings": ["w" * 1000] * 20, "errors": ["e" * 1000] * 20, "log_tail": ["t"] * 5}, "errors"),
    ],
)
def test_a_large_result_is_cut_counted_and_says_how_to_get_the_rest(result: dict[str, Any], cut: str) -> None:
    fitted = fit(result)
    assert size(fitted) <= MAX_CHARS
    left = len(result[cut]) - len(fitted[cut])
    assert left > 0
    assert f"{left} {cut} left out for size: " in fitted["more"]
    assert fitted.get("truncated", True) is True
    if cut == "rows":
        assert fitted["row_count"] == len(fitted["rows"])


def test_a_large_state_is_cut_and_a_small_result_stays() -> None:
    assert fit({"a": 1}) == {"a": 1}
    fitted = fit({"state_after": {"x": "y" * 50_000}, "errors": []})
    assert size(fitted) <= MAX_CHARS
    assert fitted["state_after"].endswith(" characters)")
