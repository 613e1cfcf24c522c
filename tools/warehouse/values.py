"""DuckDB values to JSON without loss: each type is cast in SQL to one that Python and JSON hold exactly."""

from __future__ import annotations

import math
from typing import cast

from duckdb.sqltypes import DuckDBPyType

from .protocol import Json
from .quoting import identifier, text

_EXACT_INTEGER = 2**53
_DEEPEST = 12
_INTEGERS = {"tinyint", "smallint", "integer", "bigint", "utinyint", "usmallint", "uinteger", "ubigint"}
_KEPT = frozenset({"boolean", "double", "varchar", "enum", *_INTEGERS})
_TIMESTAMPS = frozenset({"timestamp", "timestamp_s", "timestamp_ms", "timestamp_ns", "timestamp with time zone"})
# ISO 8601 from DuckDB's text; years BC keep DuckDB's mark. The session's time zone is UTC.
_ISO = r"regexp_replace(regexp_replace({0}::VARCHAR, ' (\d)', 'T\1'), '\+00$', 'Z')"
_BY_TYPE = {
    # The shortest text of a 32-bit number, as a number: 0.1 and not 0.10000000149011612.
    "float": "{0}::VARCHAR::DOUBLE",
    "blob": r"'\x' || lower(hex({0}))",
    **dict.fromkeys(_TIMESTAMPS, _ISO),
}


def exact(expression: str, kind: DuckDBPyType, depth: int = 0) -> str:
    """An SQL expression with the value of `expression` in a form that `to_json` can hold.

    Text: HUGEINT, DECIMAL, BLOB as \\x hex, dates and times as ISO in UTC, everything that is not listed.
    MAP is an object when its keys are VARCHAR, else a list of {key, value}; UNION is {tag, value as text}.
    """
    if kind.id in _KEPT:
        return expression
    nested = {"list": _list, "array": _list, "struct": _struct, "map": _map, "union": _union}
    if kind.id in nested and depth < _DEEPEST:
        return nested[kind.id](expression, kind, depth + 1)
    return _BY_TYPE.get(kind.id, "{0}::VARCHAR").format(expression)


def to_json(value: object) -> Json:
    """A fetched value of an `exact` expression; integers over 2^53 and what is not finite become text."""
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, int):
        return value if abs(value) <= _EXACT_INTEGER else str(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else _NOT_FINITE[str(value)]
    if isinstance(value, (list, tuple)):
        return [to_json(item) for item in cast("list[object]", value)]
    if isinstance(value, dict):
        return {str(key): to_json(item) for key, item in cast("dict[object, object]", value).items()}
    raise TypeError(f"{type(value).__name__} is not covered by exact()")


_NOT_FINITE = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}


def _children(kind: DuckDBPyType) -> list[tuple[str, DuckDBPyType]]:
    return [(name, child) for name, child in kind.children if isinstance(child, DuckDBPyType)]


def _list(expression: str, kind: DuckDBPyType, depth: int) -> str:
    item = f"_item{depth}"
    inner = exact(item, _children(kind)[0][1], depth)
    return expression if inner == item else f"list_transform({expression}, lambda {item}: {inner})"


def _struct(expression: str, kind: DuckDBPyType, depth: int) -> str:
    members: list[str] = []
    for position, (name, child) in enumerate(_children(kind), start=1):
        place = text(name) if name else str(position)
        value = exact(f"struct_extract({expression}, {place})", child, depth)
        members.append(f"{identifier(name)} := {value}" if name else value)
    maker = "struct_pack" if _children(kind)[0][0] else "row"
    return f"CASE WHEN {expression} IS NOT NULL THEN {maker}({', '.join(members)}) END"


def _map(expression: str, kind: DuckDBPyType, depth: int) -> str:
    (_, key), (_, value) = _children(kind)
    entry = f"_item{depth}"
    parts = f"key := {exact(f'{entry}.key', key, depth)}, value := {exact(f'{entry}.value', value, depth)}"
    entries = f"list_transform(map_entries({expression}), lambda {entry}: struct_pack({parts}))"
    return f"map_from_entries({entries})" if key.id == "varchar" else entries


def _union(expression: str, kind: DuckDBPyType, depth: int) -> str:
    made = f"struct_pack(tag := union_tag({expression})::VARCHAR, value := {expression}::VARCHAR)"
    return f"CASE WHEN {expression} IS NOT NULL THEN {made} END"
