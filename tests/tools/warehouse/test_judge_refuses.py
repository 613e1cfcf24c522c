"""Statements that reach beyond the rows of the warehouse; none of them is run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from connector_sdk_mcp.tools.errors import QueryRefused
from connector_sdk_mcp.tools.project import ConnectorProject
from connector_sdk_mcp.tools.warehouse.judge import Judge

STATEMENTS = {
    "stacked": "SELECT 1; SELECT 2",
    "stacked and written": "SELECT 1; COPY users TO '{file}'",
    "stacked behind a comment": "SELECT 1 /* ; */ ; -- x\n DROP TABLE users",
    "stacked behind a string": "SELECT ';'; DELETE FROM users",
    "stacked before a select": "ATTACH '{file}'; SELECT 1",
    "NUL hides the rest": "SELECT 1\0; COPY users TO '{file}'",
    "copy to": "COPY users TO '{file}'",
    "copy select to": "COPY (SELECT 1) TO '{file}' (FORMAT csv)",
    "copy from": "COPY users FROM '{file}'",
    "copy database": "COPY FROM DATABASE warehouse TO memory",
    "export": "EXPORT DATABASE '{folder}'",
    "import": "IMPORT DATABASE '{folder}'",
    "attach": "ATTACH '{file}' AS other",
    "detach": "DETACH warehouse",
    "use": "USE memory",
    "install": "INSTALL httpfs",
    "force install": "FORCE INSTALL httpfs FROM community",
    "load": "LOAD '{file}'",
    "set": "SET threads = 64",
    "set global": "SET GLOBAL memory_limit = '1TB'",
    "set variable": "SET VARIABLE x = 1",
    "reset": "RESET lock_configuration",
    "pragma": "PRAGMA database_list",
    "pragma assignment": "PRAGMA enable_logging = true",
    "call": "CALL pragma_version()",
    "call with a comment": "/* SELECT */ CALL enable_logging('QueryLog')",
    "checkpoint": "CHECKPOINT",
    "vacuum": "VACUUM",
    "analyze": "ANALYZE",
    "begin": "BEGIN",
    "insert": "INSERT INTO users (id) VALUES (9)",
    "insert returning": "INSERT INTO users (id) VALUES (9) RETURNING *",
    "insert after with": "WITH x AS (SELECT 1) INSERT INTO users SELECT * FROM x",
    "insert inside with": "WITH x AS (INSERT INTO users (id) VALUES (9) RETURNING *) SELECT * FROM x",
    "update": "UPDATE users SET name = 'x'",
    "delete": "DELETE FROM users",
    "truncate": "TRUNCATE users",
    "merge": "MERGE INTO users USING orders ON users.id = orders.id WHEN MATCHED THEN DELETE",
    "create table as": "CREATE TABLE x AS SELECT 1",
    "create temporary view": "CREATE TEMP VIEW x AS SELECT 1",
    "create macro": "CREATE MACRO f(x) AS x",
    "create secret": "CREATE SECRET (TYPE s3)",
    "drop": "DROP TABLE users",
    "alter": "ALTER TABLE users ADD COLUMN x INT",
    "comment on": "COMMENT ON TABLE users IS 'x'",
    "prepare": "PREPARE p AS SELECT 1",
    "execute": "EXECUTE p",
    "deallocate": "DEALLOCATE p",
    "select into": "SELECT * INTO x FROM users",
    "select for update": "SELECT * FROM users FOR UPDATE",
    "explain analyze": "EXPLAIN ANALYZE SELECT 1",
    "explain analyze in brackets": "EXPLAIN (ANALYZE) SELECT 1",
    "explain analyze copy": "EXPLAIN ANALYZE COPY users TO '{file}'",
    "explain analyze behind comments": "/**/EXPLAIN/**/ANALYZE/**/COPY users TO '{file}'",
    "explain copy": "EXPLAIN COPY users TO '{file}'",
    "explain of explain": "EXPLAIN EXPLAIN SELECT 1",
    "explain of two": "EXPLAIN SELECT 1; COPY users TO '{file}'",
    "explain of a file": "EXPLAIN SELECT * FROM '{file}'",
    "explain with options": "EXPLAIN (FORMAT json) SELECT 1",
    "describe a file": "DESCRIBE '{file}'",
    "describe a reading function": "DESCRIBE SELECT * FROM read_csv('{file}')",
    "summarize a file": "SUMMARIZE '{file}'",
    "summarize a reading function": "SUMMARIZE FROM read_text('{file}')",
    "show a file": "SHOW '{file}'",
    "show databases": "SHOW DATABASES",
    "show variables": "SHOW VARIABLES",
    "show a setting": "SHOW memory_limit",
    "show databases as a source": "SELECT * FROM (SHOW DATABASES)",
    "describe a file as a source": "SELECT * FROM (DESCRIBE FROM '{file}')",
    "file as a table": "SELECT * FROM '{file}'",
    "file in double quotes": 'SELECT * FROM "{file}"',
    "file after FROM": "FROM '{file}'",
    "file after TABLE": "TABLE '{file}'",
    "file in a schema": 'SELECT * FROM main."{file}"',
    "address as a table": "SELECT * FROM 'https://example.com/x.parquet'",
    "glob as a table": "SELECT * FROM '/etc/*.csv'",
    "file in a pivot": "PIVOT '{file}' ON a IN (1) USING count(*)",
    "file in an unpivot": "UNPIVOT '{file}' ON a INTO NAME n VALUE v",
    "file in a set operation": "SELECT 'x' UNION ALL SELECT content FROM read_text('{file}')",
    "file in parentheses": "((SELECT * FROM ((SELECT * FROM '{file}'))))",
    "values and a file": "SELECT * FROM (VALUES (1)) v(a), '{file}'",
    "file in WITH": "WITH x AS (FROM '{file}') SELECT * FROM x",
    "file in WITH not used": "WITH x AS (FROM '{file}') SELECT 1",
    "file in an inner WITH": "SELECT (WITH x AS MATERIALIZED (FROM '{file}') SELECT count(*) FROM x)",
    "file in WITH RECURSIVE": "WITH RECURSIVE r AS (SELECT 1 UNION ALL SELECT 1 FROM '{file}') FROM r",
    "WITH name outside its scope": "SELECT * FROM (WITH pg_settings AS (SELECT 1) FROM pg_settings), pg_settings",
    "WITH name before itself": "WITH pg_settings AS (FROM pg_settings) FROM pg_settings",
    "WITH name of a later query": "WITH a AS (FROM pg_settings), pg_settings AS (SELECT 1) FROM a",
    "recursive name on the left": "WITH RECURSIVE pg_settings AS (SELECT name FROM pg_settings UNION ALL SELECT '') "
    "FROM pg_settings",
    "read_csv": "SELECT * FROM read_csv('{file}')",
    "read_csv_auto": "SELECT * FROM read_csv_auto('{file}')",
    "read_json": "SELECT * FROM read_json('{file}')",
    "read_parquet": "SELECT * FROM read_parquet('{file}')",
    "parquet_metadata": "SELECT * FROM parquet_metadata('{file}')",
    "read_blob": "SELECT * FROM read_blob('{file}')",
    "read_text": "SELECT * FROM read_text('{file}')",
    "read_duckdb": "SELECT * FROM read_duckdb('{file}')",
    "sniff_csv": "SELECT * FROM sniff_csv('{file}')",
    "glob": "SELECT * FROM glob('/etc/*')",
    "quoted function name": "SELECT * FROM \"read_text\"('{file}')",
    "upper case function name": "SELECT * FROM READ_TEXT('{file}')",
    "function with its schema": "SELECT * FROM main.read_text('{file}')",
    "function with its database": "SELECT * FROM system.main.read_text('{file}')",
    "allowed function in a foreign schema": "SELECT * FROM tester.range(3)",
    "comment inside the call": "SELECT * FROM read_text/* x */('{file}')",
    "lateral": "SELECT * FROM users, LATERAL (SELECT * FROM read_text(users.name))",
    "full-width letters": "SELECT * FROM ｒｅａｄ＿ｔｅｘｔ('{file}')",
    "full-width select": "ＳＥＬＥＣＴ 1",
    "query": "SELECT * FROM query('COPY users TO ''{file}''')",
    "query of a select": "FROM query('SELECT 1')",
    "query_table": "SELECT * FROM query_table('{file}')",
    "query_table of a list": "SELECT * FROM query_table(['users', '{file}'])",
    "json_execute_serialized_sql": "SELECT * FROM json_execute_serialized_sql(json_serialize_sql('SELECT 1'))",
    "json_serialize_plan": "SELECT json_serialize_plan('SELECT * FROM read_text(''{file}'')')",
    "enable_logging": "SELECT * FROM enable_logging('QueryLog', storage := 'file', storage_path := '{folder}')",
    "disable_logging": "SELECT * FROM disable_logging()",
    "enable_profiling": "SELECT * FROM enable_profiling(save_location := '{file}')",
    "checkpoint function": "SELECT * FROM checkpoint('warehouse')",
    "seq_scan": "SELECT * FROM seq_scan('users')",
    "arrow_scan": "SELECT * FROM arrow_scan(1, 2, 3)",
    "repeat_row": "SELECT * FROM repeat_row(1, num_rows := 1000000000)",
    "duckdb_settings": "SELECT * FROM duckdb_settings()",
    "duckdb_secrets": "SELECT * FROM duckdb_secrets()",
    "duckdb_databases": "SELECT path FROM duckdb_databases",
    "duckdb_logs": "SELECT * FROM duckdb_logs",
    "duckdb_extensions": "SELECT * FROM duckdb_extensions()",
    "duckdb_functions": "SELECT * FROM duckdb_functions()",
    "pragma_database_list": "SELECT * FROM pragma_database_list",
    "pragma_version": "SELECT * FROM pragma_version()",
    "pg_settings": "SELECT * FROM pg_settings",
    "pg_catalog": "SELECT * FROM pg_catalog.pg_settings",
    "temporary catalogue": "SELECT * FROM temp.main.x",
    "which_secret": "SELECT * FROM which_secret('s3://x', 's3')",
    "current_setting": "SELECT current_setting('home_directory')",
    "current_setting quoted": "SELECT \"current_setting\"('threads')",
    "current_setting with its schema": "SELECT pg_catalog.current_setting('threads')",
    "current_setting as a method": "SELECT ('threads').current_setting()",
    "current_setting in a lambda": "SELECT list_transform(['threads'], lambda x: current_setting(x))",
    "getenv": "SELECT getenv('PATH')",
    "GetEnv in a default": "SELECT coalesce(GetEnv('PATH'), '')",
    "getvariable": "SELECT getvariable('x')",
    "nextval": "SELECT nextval('s')",
    "write_log": "SELECT write_log('x')",
    "sleep": "SELECT sleep_ms(100000)",
    "sleep as in postgres": "SELECT pg_sleep(100)",
    "unchecked internal function": "SELECT __internal_decompress_string(1)",
    "view that calls current_setting": "FROM tester.settings_view",
    "view above such a view": "SELECT 1 FROM above_settings",
    "stored macro": "SELECT stored_macro(1)",
    "stored table macro": "FROM stored_rows(1)",
    "parameter": "SELECT ?",
    "numbered parameter": "SELECT $1",
    "another database": "SELECT * FROM memory.main.users",
    "unknown table": "SELECT * FROM tester.nope",
    "nothing": "",
    "only a comment": "-- SELECT 1",
    "only a semicolon": " ; ",
    "a lone surrogate": "SELECT '\ud800'",
    "too long": "SELECT '" + "x" * 65536 + "'",
    "50,000 ORs": "SELECT 1 FROM users WHERE " + " OR ".join(["id = 1"] * 50_000),
    "deep brackets": "SELECT " + "(" * 30_000 + "1" + ")" * 30_000,
    "unclosed string": "SELECT 'x",
    "unclosed comment": "SELECT 1 /* x",
}

# Every place of a SELECT in which another one can stand; `{read}` reads a file.
PLACES = {
    "column": "SELECT {read} FROM users",
    "where": "SELECT 1 FROM users WHERE name = {read}",
    "group by": "SELECT 1 FROM users GROUP BY {read}",
    "having": "SELECT 1 FROM users GROUP BY name HAVING max(name) = {read}",
    "qualify": "SELECT 1 FROM users QUALIFY row_number() OVER () = length({read})",
    "order by": "SELECT 1 FROM users ORDER BY {read}",
    "limit": "SELECT 1 FROM users LIMIT (SELECT length({read}))",
    "offset": "SELECT 1 FROM users LIMIT 1 OFFSET (SELECT length({read}))",
    "distinct on": "SELECT DISTINCT ON ({read}) 1 FROM users",
    "join condition": "SELECT 1 FROM users JOIN orders ON users.name = {read}",
    "in": "SELECT 1 FROM users WHERE name IN (SELECT {read})",
    "exists": "SELECT EXISTS (SELECT {read})",
    "any": "SELECT 1 = ANY (SELECT length({read}))",
    "case": "SELECT CASE WHEN true THEN {read} END",
    "cast": "SELECT CAST({read} AS VARCHAR)",
    "between": "SELECT 'a' BETWEEN 'a' AND {read}",
    "list": "SELECT [{read}]",
    "struct": "SELECT {{'a': {read}}}",
    "map": "SELECT MAP {{'a': {read}}}",
    "slice": "SELECT 'abc'[1:length({read})]",
    "comprehension": "SELECT [x || {read} FOR x IN ['a'] IF x <> {read}]",
    "lambda": "SELECT list_transform([1], lambda x: {read})",
    "filter": "SELECT count(*) FILTER (WHERE name = {read}) FROM users",
    "ordered aggregate": "SELECT list(name ORDER BY {read}) FROM users",
    "window partition": "SELECT count(*) OVER (PARTITION BY {read}) FROM users",
    "window frame": "SELECT sum(id) OVER (ROWS BETWEEN length({read}) PRECEDING AND CURRENT ROW) FROM users",
    "named window": "SELECT count(*) OVER w FROM users WINDOW w AS (ORDER BY {read})",
    "replace": "SELECT * REPLACE ({read} AS name) FROM users",
    "columns": "SELECT COLUMNS(lambda c: c = {read}) FROM users",
    "values": "VALUES ({read})",
    "table function": "SELECT * FROM range(length({read}))",
    "unnest": "SELECT unnest([{read}])",
    "pivot aggregate": "PIVOT users ON id IN (1, 2) USING max({read})",
    "pivot source": "PIVOT (SELECT {read} AS a) ON a IN ('x') USING count(*)",
    "unpivot source": "UNPIVOT (SELECT {read} AS a) ON a INTO NAME n VALUE v",
    "time zone": "SELECT now() AT TIME ZONE {read}",
    "version": "SELECT * FROM users AT (VERSION => length({read}))",
    "collation": "SELECT {read} COLLATE nocase",
    "alias first": "SELECT a: {read}",
    "grouping sets": "SELECT 1 FROM users GROUP BY GROUPING SETS ((name), ({read}))",
    "except": "SELECT 'a' EXCEPT SELECT {read}",
    "right of a recursion": "WITH RECURSIVE r AS (SELECT 'a' AS a UNION ALL SELECT {read} FROM r) FROM r",
    "explain": "EXPLAIN SELECT {read}",
    "describe": "DESCRIBE SELECT {read}",
    "summarize": "SUMMARIZE SELECT {read} AS a",
}


@pytest.mark.parametrize("sql", STATEMENTS.values(), ids=STATEMENTS)
def test_a_statement_beyond_the_warehouse_is_refused(sql: str, judge: Judge, tmp_path: Path) -> None:
    sentinel = tmp_path / "sentinel.csv"
    sentinel.write_text("a\nsentinel-7\n")
    with pytest.raises(QueryRefused) as refused:
        judge.check(sql.replace("{file}", str(sentinel)).replace("{folder}", str(tmp_path)))
    assert "sentinel-7" not in str(refused.value)
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"sentinel.csv": "a\nsentinel-7\n"}


@pytest.mark.parametrize("sql", PLACES.values(), ids=PLACES)
def test_a_reading_function_is_found_in_every_place(sql: str, judge: Judge) -> None:
    with pytest.raises(QueryRefused, match=r"The function read_text\(\) is refused"):
        judge.check(sql.format(read="(SELECT content FROM read_text('/etc/hostname'))"))


def test_refusals_leave_the_warehouse_byte_for_byte(
    judge: Judge, project: ConnectorProject, fingerprint: Callable[[ConnectorProject], dict[str, str]]
) -> None:
    before = fingerprint(project)
    for sql in STATEMENTS.values():
        with pytest.raises(QueryRefused):
            judge.check(sql)
    assert fingerprint(project) == before


MESSAGES = {
    "SELECT 1; SELECT 2": "holds 2 statements; send one at a time. Allowed is one reading statement",
    "COPY users TO 'x'": "COPY is refused: a query only reads. Allowed is",
    "SELECT 1; COPY users TO 'x'": "holds several statements, not all of them queries",
    "EXPLAIN ANALYZE SELECT 1": "EXPLAIN ANALYZE is refused",
    "PIVOT users ON name": "PIVOT table ON column IN (1, 2) USING sum(x)",
    "SELECT 'ü',\n  id frm frm FROM users": "syntax error at or near \"frm\" (line 2, column 10, after '  id frm ')",
    "SELECT * FROM usrs": "There is no table 'usrs' in the warehouse; nearest: tester.users",
    "SELECT * FROM tester.orderz": "Its tables: tester.above_active, tester.above_settings, tester.active, ",
    "FROM read_csv('x')": "The function read_csv() is refused",
    "FROM glob('x')": "Allowed is one reading statement",
    "FROM repeat(1, 2)": "Allowed table functions: duckdb_columns, duckdb_tables, ",
    "SHOW DATABASES": "SHOW DATABASES is refused",
    "FROM above_settings": "The view tester.above_settings of the warehouse cannot be read. The view tester.settings",
}


@pytest.mark.parametrize(("sql", "reason"), MESSAGES.items(), ids=MESSAGES)
def test_a_refusal_says_why_and_what_is_allowed(sql: str, reason: str, judge: Judge) -> None:
    with pytest.raises(QueryRefused) as refused:
        judge.check(sql)
    assert reason in str(refused.value)
