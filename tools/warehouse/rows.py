"""Rows of a judged query that fit into one answer."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import duckdb

from ..errors import QueryRefused
from .protocol import Json
from .values import exact, to_json

ANSWER_CHARACTERS = 20_000
CELL_CHARACTERS = 2_000
_TYPE_CHARACTERS = 300
_CHUNK_ROWS = 200


@dataclass
class _Answer:
    """Rows taken so far, within what is left of the characters of the answer."""

    budget: int
    rows: list[list[Json]] = field(default_factory=list[list[Json]])
    cut_cells: int = 0
    full: bool = False

    def take(self, values: Sequence[object]) -> None:
        """Keeps a row if it still fits; of the very first one the cells are cut until it does."""
        row = [to_json(value) for value in values]
        limit = CELL_CHARACTERS
        cut = [cut_cell(cell, limit) for cell in row]
        while not self.rows and _size(cut) > self.budget and (limit := limit // 2):
            cut = [cut_cell(cell, limit) for cell in row]
        self.full = self.full or (_size(cut) > self.budget and bool(self.rows))
        if not self.full:
            self.budget -= _size(cut)
            self.rows.append(cut)
            self.cut_cells += sum(after is not before for after, before in zip(cut, row, strict=True))


def fetch(connection: duckdb.DuckDBPyConnection, sql: str, max_rows: int) -> dict[str, Json]:
    """The answer to a query: columns, rows, row_count, truncated, elapsed_ms, more."""
    started = time.monotonic()
    relation = connection.sql(sql)
    columns: list[Json] = [
        {"name": name, "type": str(cut_cell(str(kind), _TYPE_CHARACTERS))}
        for name, kind in zip(relation.columns, relation.types, strict=True)
    ]
    answer = _Answer(ANSWER_CHARACTERS - _room_for(columns))
    selected = ", ".join(exact(f"#{place}", kind) for place, kind in enumerate(relation.types, start=1))
    limited = relation.limit(max_rows + 1).project(selected)
    seen = 0
    while chunk := limited.fetchmany(_CHUNK_ROWS):
        for values in chunk[: max_rows - seen]:
            answer.take(values)
        seen += len(chunk)
    return {
        "columns": columns,
        "rows": [*answer.rows],
        "row_count": len(answer.rows),
        "truncated": seen > len(answer.rows),
        "elapsed_ms": round((time.monotonic() - started) * 1000),
        "more": _more(answer, seen, max_rows),
    }


def cut_cell(cell: Json, limit: int) -> Json:
    """The cell itself when its text has at most `limit` characters, else the beginning of its text with a mark."""
    text = cell if isinstance(cell, str) else _compact(cell)
    return cell if len(text) <= limit else f"{text[:limit]}… ({len(text)} characters)"


def _size(row: list[Json]) -> int:
    return len(_compact(row)) + 1


def _compact(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _room_for(columns: list[Json]) -> int:
    size = _size(columns)
    if size > ANSWER_CHARACTERS * 3 // 5:
        raise QueryRefused(
            f"The result has {len(columns)} columns, whose names and types alone are {size:,} characters of an answer "
            f"of {ANSWER_CHARACTERS:,}. Name the columns you need instead of *."
        )
    return size


def _more(answer: _Answer, seen: int, max_rows: int) -> str | None:
    shown, notes = len(answer.rows), list[str]()
    if answer.full:
        left = f"At least {seen - shown:,}" if seen > max_rows else f"{seen - shown:,}"
        notes.append(
            f"{left} more rows were left out, because an answer holds {ANSWER_CHARACTERS:,} characters. Select fewer "
            f"columns, aggregate, or add ORDER BY ... OFFSET {shown}."
        )
    elif seen > max_rows:
        notes.append(
            f"The query has more rows than max_rows ({max_rows:,}). Raise max_rows, aggregate, or add ORDER BY ... "
            f"OFFSET {shown}."
        )
    if answer.cut_cells:
        notes.append(f"{answer.cut_cells:,} cells were cut; read the rest with substr(column, start, length).")
    return " ".join(notes) or None
