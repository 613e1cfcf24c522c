"""Reading statements of many kinds: the judge lets them pass and they run."""

from __future__ import annotations

import duckdb
import pytest
from connector_sdk_mcp.tools.errors import ConnectorSdkError
from connector_sdk_mcp.tools.warehouse.judge import Judge
from connector_sdk_mcp.tools.warehouse.rows import fetch
from hypothesis import given, settings
from hypothesis import strategies as st

# The statement and its number of rows, at most 100.
ALLOWED = {
    "SELECT 1": 1,
    "SELECT 1;": 1,
    "SELECT 1 ; -- the end": 1,
    "/* a; b */ SELECT 1 -- COPY x": 1,
    "(SELECT 1)": 1,
    "SELECT 'COPY users TO ''x''; DROP TABLE users' AS harmless": 1,
    "SELECT * FROM tester.users": 3,
    "select * from USERS": 3,
    "SELECT * FROM warehouse.tester.users": 3,
    'SELECT "id" FROM "tester"."users"': 3,
    "SELECT * FROM other": 0,
    "SELECT * FROM tester_second.other": 0,
    "SELECT * FROM main._fivetran_metadata": 1,
    'SELECT * FROM tester."odd ""name"': 0,
    "FROM users": 3,
    "FROM users SELECT name WHERE id = 1": 1,
    "TABLE users": 3,
    "VALUES (1), (2)": 2,
    "SELECT '李' AS \"名前\", 'Zoë'": 1,
    "SELECT name FROM users WHERE NOT _fivetran_deleted ORDER BY id DESC LIMIT 1 OFFSET 1": 1,
    "SELECT count(*), avg(total) FROM orders GROUP BY ALL": 1,
    "SELECT user_id, count(*) FROM orders GROUP BY ROLLUP (user_id)": 4,
    "SELECT user_id, sum(total) FROM orders GROUP BY user_id HAVING sum(total) > 1 ORDER BY ALL": 3,
    "WITH a AS (SELECT 1 AS x), b AS (SELECT x + 1 AS x FROM a) SELECT * FROM a JOIN b ON a.x < b.x": 1,
    "WITH a AS MATERIALIZED (FROM users) FROM a AS b, a AS c": 9,
    "WITH a AS (SELECT 1) SELECT * FROM (WITH b AS (FROM a) FROM b), (FROM a)": 1,
    "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 5) FROM r": 5,
    "WITH RECURSIVE r(a, b) USING KEY (a) AS (SELECT 1, 1 UNION (SELECT a, b + 1 FROM r WHERE b < 3)) FROM r": 1,
    "SELECT *, row_number() OVER (PARTITION BY user_id ORDER BY id) FROM orders": 10,
    "SELECT id, lag(id) OVER w FROM users WINDOW w AS (ORDER BY id ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)": 3,
    "SELECT * FROM orders QUALIFY row_number() OVER (PARTITION BY user_id ORDER BY id) = 1": 3,
    "PIVOT orders ON line IN (0, 1) USING sum(total) GROUP BY user_id": 3,
    "SELECT * FROM orders PIVOT (count(*) FOR line IN (0, 1) GROUP BY user_id)": 3,
    "UNPIVOT (SELECT 1 AS a, 2 AS b) ON a, b INTO NAME n VALUE v": 2,
    "SELECT id FROM users UNION SELECT id FROM orders": 5,
    "SELECT id FROM users INTERSECT SELECT id FROM orders": 3,
    "SELECT id FROM users EXCEPT ALL SELECT 1": 2,
    "SELECT 1 AS a UNION ALL BY NAME SELECT 2 AS b": 2,
    "SELECT * FROM users LEFT JOIN orders ON users.id = orders.user_id WHERE orders.id IS NULL": 0,
    "SELECT * FROM users ASOF JOIN orders ON users.id = orders.user_id AND users.id >= orders.id": 3,
    "SELECT * FROM users POSITIONAL JOIN range(2)": 3,
    "SELECT u.id, o.n FROM users u, LATERAL (SELECT count(*) AS n FROM orders WHERE user_id = u.id) o": 3,
    "SELECT * FROM users WHERE EXISTS (FROM orders WHERE user_id = users.id) AND id IN (SELECT id FROM orders)": 3,
    "SELECT unnest([1, 2, 3])": 3,
    "SELECT * FROM unnest([1, 2]) WITH ORDINALITY": 2,
    "SELECT * FROM range(5) t(i)": 5,
    "SELECT * FROM generate_series(DATE '2024-01-01', DATE '2024-01-03', INTERVAL 1 DAY)": 3,
    "SELECT details->>'n', json_extract(details, '$.n') FROM orders": 10,
    'SELECT * FROM json_each(\'{"a": 1, "b": 2}\')': 2,
    "SELECT * FROM orders, json_tree(details)": 20,
    "SELECT list_transform([1, 2], lambda x: x + 1), list_filter([1, 2], lambda x: x > 1)": 1,
    "SELECT [x * 2 FOR x IN [1, 2, 3] IF x > 1], {'a': 1}.a, MAP {'k': 1}['k'], 'abc'[1:2]": 1,
    "SELECT * EXCLUDE (name) REPLACE (id + 1 AS id) FROM users": 3,
    "SELECT min(COLUMNS('id|name')) FROM users": 1,
    "SELECT * FROM users USING SAMPLE 2 ROWS": 2,
    "SELECT DISTINCT ON (user_id) * FROM orders ORDER BY user_id, id": 3,
    "SELECT list(name ORDER BY id) FILTER (WHERE id > 1), any_value(score), quantile_cont(score, 0.5) FROM users": 1,
    "SELECT ('Ada').upper(), regexp_matches(name, '^A'), strftime(_fivetran_synced, '%Y') FROM users": 3,
    "SELECT current_date, now() > TIMESTAMPTZ '2020-01-01', version(), typeof(1), current_schema()": 1,
    "SELECT try_cast('x' AS INT), TRY_CAST('1' AS HUGEINT), 1::DECIMAL(5, 2)": 1,
    "SELECT total: id * 2, id FROM users": 3,
    "DESCRIBE users": 5,
    "DESC tester.users": 5,
    "DESCRIBE SELECT 1 AS a, 2 AS b": 2,
    "SELECT column_name FROM (DESCRIBE users)": 5,
    "SUMMARIZE users": 5,
    "SUMMARIZE SELECT 1 AS a": 1,
    "SHOW users": 5,
    "SHOW TABLES": 9,
    "SHOW ALL TABLES": 9,
    "SHOW TABLES FROM tester": 7,
    "DESCRIBE": 9,
    "EXPLAIN SELECT * FROM users": 1,
    "explain -- why\n select 1": 1,
    "/* ü */ EXPLAIN FROM users;": 1,
    "EXPLAIN DESCRIBE users": 1,
    "SELECT table_name FROM information_schema.tables WHERE table_schema = 'tester'": 7,
    "SELECT table_name, column_name FROM information_schema.columns WHERE table_name = 'users'": 5,
    "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'tester'": 3,
    "SELECT table_name FROM duckdb_tables WHERE schema_name = 'tester'": 3,
    "SELECT column_name FROM duckdb_columns() WHERE table_name = 'users'": 5,
    "SELECT name FROM sqlite_master WHERE type = 'table'": 5,
    "SELECT name, pk FROM pragma_table_info('tester.users')": 5,
    "FROM tester.active": 2,
    'SELECT x, "as" FROM above_active': 2,
    "SELECT 1 WHERE " + " OR ".join(["1 = 1"] * 5_000): 1,
}


@pytest.mark.parametrize(("sql", "rows"), ALLOWED.items(), ids=[sql[:60] for sql in ALLOWED])
def test_a_reading_statement_is_allowed_and_runs(
    sql: str, rows: int, judge: Judge, connection: duckdb.DuckDBPyConnection
) -> None:
    judge.check(sql)
    assert fetch(connection, sql, max_rows=100)["row_count"] == rows


_WORDS = st.sampled_from(
    [
        *(
            "SELECT",
            "FROM",
            "WITH",
            "RECURSIVE",
            "AS",
            "VALUES",
            "WHERE",
            "UNION",
            "ALL",
            "PIVOT",
            "ON",
            "IN",
            "lambda",
        ),
        *("EXPLAIN", "ANALYZE", "DESCRIBE", "SHOW", "TABLES", "COPY", "TO", "ATTACH", "SET", "PRAGMA", "CALL"),
        *("x", "users", "'a'", '"b"', "1", "read_text", "$1", "?", "(", ")", "[", "]", "{", "}", ",", ";", ":", "*"),
        *("lambda", "--", "/*", "*/", "$$", "\n"),
    ]
)


@settings(max_examples=400, deadline=None)
@given(sql=st.one_of(st.text(), st.lists(_WORDS, max_size=25).map(" ".join)))
def test_any_text_is_allowed_or_refused(sql: str, judge: Judge) -> None:
    try:
        judge.check(sql)
    except ConnectorSdkError as refusal:
        assert refusal.code == "QueryRefused"


DEEP = {
    "operators": " || ".join(["name"] * 900),
    "brackets": "(" * 900 + "1" + ")" * 900,
    "lists": "[" * 900 + "]" * 900,
    "subqueries": "(SELECT " * 300 + "1" + ")" * 300,
    "casts": "1" + "::INT" * 900,
    "conditions": "CASE WHEN true THEN " * 400 + "1" + " END" * 400,
}


@pytest.mark.parametrize("expression", DEEP.values(), ids=DEEP)
def test_deep_nesting_is_judged_or_refused(expression: str, judge: Judge) -> None:
    try:
        judge.check(f"SELECT {expression} FROM users")
    except ConnectorSdkError as refusal:
        assert refusal.code == "QueryRefused"
