"""How DuckDB's types travel as JSON, and what one answer holds."""

from __future__ import annotations

import json

import duckdb
import pytest
from connector_sdk_mcp.tools.errors import QueryRefused
from connector_sdk_mcp.tools.warehouse.protocol import Json
from connector_sdk_mcp.tools.warehouse.rows import ANSWER_CHARACTERS, fetch

VALUES: dict[str, tuple[str, Json]] = {
    "NULL": ("INTEGER", None),
    "true": ("BOOLEAN", True),
    "42::TINYINT": ("TINYINT", 42),
    "(-32768)::SMALLINT": ("SMALLINT", -32768),
    "255::UTINYINT": ("UTINYINT", 255),
    "65535::USMALLINT": ("USMALLINT", 65535),
    "4294967295::UINTEGER": ("UINTEGER", 4294967295),
    "(-2147483648)::INTEGER": ("INTEGER", -2147483648),
    "'POINT(1 2)'::GEOMETRY": ("GEOMETRY", "POINT (1 2)"),
    "{'a': [1]}::VARIANT": ("VARIANT", "{'a': [1]}"),
    "9007199254740992": ("BIGINT", 9007199254740992),
    "9007199254740993": ("BIGINT", "9007199254740993"),
    "-9007199254740993": ("BIGINT", "-9007199254740993"),
    "18446744073709551615::UBIGINT": ("UBIGINT", "18446744073709551615"),
    "1::HUGEINT": ("HUGEINT", "1"),
    "170141183460469231731687303715884105727": ("HUGEINT", "170141183460469231731687303715884105727"),
    "340282366920938463463374607431768211455::UHUGEINT": ("UHUGEINT", "340282366920938463463374607431768211455"),
    "'123456789012345678901234567890123456789012345'::BIGNUM": (
        "BIGNUM",
        "123456789012345678901234567890123456789012345",
    ),
    "0.1::FLOAT": ("FLOAT", 0.1),
    "1e300": ("DOUBLE", 1e300),
    "0.1::DOUBLE + 0.2::DOUBLE": ("DOUBLE", 0.30000000000000004),
    "'nan'::DOUBLE": ("DOUBLE", "NaN"),
    "'nan'::FLOAT": ("FLOAT", "NaN"),
    "'inf'::DOUBLE": ("DOUBLE", "Infinity"),
    "'-inf'::FLOAT": ("FLOAT", "-Infinity"),
    "12345678901234567890.123456789012345678::DECIMAL(38,18)": (
        "DECIMAL(38,18)",
        "12345678901234567890.123456789012345678",
    ),
    "1.50": ("DECIMAL(3,2)", "1.50"),
    "'Zoë 李 🙂'": ("VARCHAR", "Zoë 李 🙂"),
    "'a' || chr(0) || 'b'": ("VARCHAR", "a\0b"),
    "''": ("VARCHAR", ""),
    "'{\"a\": [1, null]}'::JSON": ("JSON", '{"a": [1, null]}'),
    "'\\xAB\\x00c'::BLOB": ("BLOB", "\\xab0063"),
    "''::BLOB": ("BLOB", "\\x"),
    "'10101'::BIT": ("BIT", "10101"),
    "'550e8400-e29b-41d4-a716-446655440000'::UUID": ("UUID", "550e8400-e29b-41d4-a716-446655440000"),
    "'b'::ENUM('a', 'b')": ("ENUM('a', 'b')", "b"),
    "DATE '2024-02-29'": ("DATE", "2024-02-29"),
    "DATE '5877640-06-25'": ("DATE", "5877640-06-25"),
    "DATE '0044-03-15 (BC)'": ("DATE", "0044-03-15 (BC)"),
    "DATE 'infinity'": ("DATE", "infinity"),
    "TIME '24:00:00'": ("TIME", "24:00:00"),
    "TIME '01:02:03.000004'": ("TIME", "01:02:03.000004"),
    "'01:02:03.123456789'::TIME_NS": ("TIME_NS", "01:02:03.123456789"),
    "TIMETZ '12:00:00+02'": ("TIME WITH TIME ZONE", "12:00:00+02"),
    "TIMESTAMP '2024-01-02 03:04:05.000006'": ("TIMESTAMP", "2024-01-02T03:04:05.000006"),
    "TIMESTAMP '0044-03-15 (BC) 10:00:00'": ("TIMESTAMP", "0044-03-15 (BC)T10:00:00"),
    "TIMESTAMP '-infinity'": ("TIMESTAMP", "-infinity"),
    "'2024-01-01 00:00:00.123456789'::TIMESTAMP_NS": ("TIMESTAMP_NS", "2024-01-01T00:00:00.123456789"),
    "'2024-01-01 00:00:00'::TIMESTAMP_S": ("TIMESTAMP_S", "2024-01-01T00:00:00"),
    "'2024-01-01 00:00:00.5'::TIMESTAMP_MS": ("TIMESTAMP_MS", "2024-01-01T00:00:00.5"),
    "TIMESTAMPTZ '2024-07-01 12:00:00+02:30'": ("TIMESTAMP WITH TIME ZONE", "2024-07-01T09:30:00Z"),
    "TIMESTAMPTZ '290000-01-01 00:00:00+00'": ("TIMESTAMP WITH TIME ZONE", "290000-01-01T00:00:00Z"),
    "TIMESTAMPTZ 'infinity'": ("TIMESTAMP WITH TIME ZONE", "infinity"),
    "INTERVAL '1 month -3 days 04:05:06.7'": ("INTERVAL", "1 month -3 days 04:05:06.7"),
    "[1, NULL, 3]": ("INTEGER[]", [1, None, 3]),
    "[]": ("INTEGER[]", []),
    "[1.5, 2.5]::DECIMAL(3,1)[2]": ("DECIMAL(3,1)[2]", ["1.5", "2.5"]),
    "[[DATE '2024-01-01'], NULL]": ("DATE[][]", [["2024-01-01"], None]),
    "['nan'::DOUBLE]": ("DOUBLE[]", ["NaN"]),
    "{'a b\"c''d': 1::HUGEINT, 'n': NULL::DATE}": (
        'STRUCT("a b""c\'d" HUGEINT, n DATE)',
        {"a b\"c'd": "1", "n": None},
    ),
    "NULL::STRUCT(a DATE)": ("STRUCT(a DATE)", None),
    "row(1, DATE '2024-01-01')": ("STRUCT(INTEGER, DATE)", [1, "2024-01-01"]),
    "MAP {'k': [TIMESTAMPTZ '2024-01-01 00:00:00+00']}": (
        "MAP(VARCHAR, TIMESTAMP WITH TIME ZONE[])",
        {"k": ["2024-01-01T00:00:00Z"]},
    ),
    "MAP {DATE '2024-01-01': 1.5}": ("MAP(DATE, DECIMAL(2,1))", [{"key": "2024-01-01", "value": "1.5"}]),
    "NULL::MAP(VARCHAR, DATE)": ("MAP(VARCHAR, DATE)", None),
    "union_value(num := 2)::UNION(num INTEGER, str VARCHAR)": (
        "UNION(num INTEGER, str VARCHAR)",
        {"tag": "num", "value": "2"},
    ),
    "[{'m': MAP {1: [1::HUGEINT]}}]": (
        "STRUCT(m MAP(INTEGER, HUGEINT[]))[]",
        [{"m": [{"key": 1, "value": ["1"]}]}],
    ),
}


@pytest.mark.parametrize(("expression", "expected"), VALUES.items(), ids=VALUES)
def test_a_value_travels_without_loss(
    expression: str, expected: tuple[str, Json], connection: duckdb.DuckDBPyConnection
) -> None:
    answer = fetch(connection, f"SELECT {expression} AS value", max_rows=1)
    kind, value = expected
    assert answer["columns"] == [{"name": "value", "type": kind}]
    assert json.loads(json.dumps(answer["rows"], allow_nan=False)) == [[value]]


def test_a_very_deep_type_travels_as_text(connection: duckdb.DuckDBPyConnection) -> None:
    answer = fetch(connection, "SELECT " + "[" * 20 + "DATE '2024-01-01'" + "]" * 20, max_rows=1)
    assert answer["rows"] == [[json.loads("[" * 12 + '"' + "[" * 8 + "2024-01-01" + "]" * 8 + '"' + "]" * 12)]]


def test_columns_of_one_name_keep_their_own_values(connection: duckdb.DuckDBPyConnection) -> None:
    answer = fetch(connection, "SELECT 1 AS a, 2.5 AS a, 'x' AS \"_item1\", [DATE '2024-01-01'] AS a", max_rows=1)
    assert answer["rows"] == [[1, "2.5", "x", ["2024-01-01"]]]


LIMITS: dict[str, tuple[str, int, int, bool, str | None]] = {
    "all rows": ("FROM range(5)", 5, 5, False, None),
    "one row too many": ("FROM range(6)", 5, 5, True, "more rows than max_rows (5). Raise max_rows, aggregate, or add"),
    "no rows": ("FROM users WHERE false", 5, 0, False, None),
    "more than a chunk": ("FROM range(5000)", 1000, 1000, True, "OFFSET 1000"),
    "long rows": ("SELECT repeat('x', 1500) FROM range(30)", 100, 13, True, "17 more rows were left out"),
    "long rows beyond max_rows": ("SELECT repeat('x', 1500) FROM range(99)", 50, 13, True, "At least 38 more rows"),
    "long cell": ("SELECT repeat('x', 5000)", 5, 1, False, "1 cells were cut"),
    "long first row": (f"SELECT {', '.join(['repeat(chr(1), 5000)'] * 100)}", 5, 1, False, "100 cells were cut"),
}


@pytest.mark.parametrize(("sql", "max_rows", "shown", "truncated", "more"), LIMITS.values(), ids=LIMITS)
def test_an_answer_says_what_it_left_out(
    sql: str, max_rows: int, shown: int, truncated: bool, more: str | None, connection: duckdb.DuckDBPyConnection
) -> None:
    answer = fetch(connection, sql, max_rows)
    assert (answer["row_count"], answer["truncated"]) == (shown, truncated)
    assert (more in str(answer["more"])) if more else answer["more"] is None
    assert len(json.dumps(answer, ensure_ascii=False, separators=(",", ":"))) < ANSWER_CHARACTERS + 1000


def test_a_cut_cell_tells_its_full_length(connection: duckdb.DuckDBPyConnection) -> None:
    answer = fetch(connection, "SELECT repeat('ü', 2001), range(2000)", max_rows=1)
    text, numbers = json.loads(json.dumps(answer["rows"]))[0]
    assert text == "ü" * 2000 + "… (2001 characters)"
    assert numbers.startswith("[0,1,2,") and numbers.endswith("… (8891 characters)")


def test_a_result_of_too_many_columns_is_refused(connection: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(QueryRefused, match=r"1000 columns.*Name the columns you need"):
        fetch(connection, "SELECT " + ", ".join(f"{i} AS column_{i}" for i in range(1000)), max_rows=1)


def test_a_long_type_name_is_cut(connection: duckdb.DuckDBPyConnection) -> None:
    fields = ", ".join(f"'field_{i}': 1" for i in range(100))
    [column] = json.loads(json.dumps(fetch(connection, f"SELECT {{{fields}}} AS s", max_rows=1)["columns"]))
    assert column["type"].startswith("STRUCT(field_0 INTEGER, ") and column["type"].endswith(" characters)")


def test_the_order_of_the_query_is_kept(connection: duckdb.DuckDBPyConnection) -> None:
    answer = fetch(connection, "SELECT i FROM range(100000) t(i) ORDER BY i DESC", max_rows=3)
    assert answer["rows"] == [[99999], [99998], [99997]]


# What no column of a table can be, and types that are made of others.
_NO_COLUMNS = {"NULL", "TYPE"}
_WHOLE = {
    "ENUM": "ENUM('a')", "LIST": "INTEGER[]", "ARRAY": "INTEGER[2]", "STRUCT": "STRUCT(a INTEGER)",
    "MAP": "MAP(VARCHAR, INTEGER)", "UNION": "UNION(a INTEGER)",
}  # fmt: skip


def test_every_type_of_the_installed_duckdb_is_in_the_table(connection: duckdb.DuckDBPyConnection) -> None:
    known = {kind.partition("(")[0].partition("[")[0] for kind, _ in VALUES.values()}
    types = {str(name) for (name,) in connection.execute("SELECT DISTINCT logical_type FROM duckdb_types()").fetchall()}
    missing: set[str] = set()
    for name in types - _NO_COLUMNS:
        try:
            kind = str(duckdb.sqltype(_WHOLE.get(name, name)))
        except duckdb.Error:
            continue
        if kind.partition("(")[0].partition("[")[0] not in known:
            missing.add(kind)
    assert missing == set()
