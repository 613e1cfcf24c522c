"""Names and paths of any kind: they stay data."""

from __future__ import annotations

import ast
import json
import tempfile
from pathlib import Path

import pytest
from connector_sdk_mcp.tools.project import Workspace
from connector_sdk_mcp.tools.scaffold.choices import choose
from connector_sdk_mcp.tools.scaffold.engine import scaffold
from connector_sdk_mcp.tools.scaffold.literals import inline_code, literal, records_literal
from connector_sdk_mcp.tools.scaffold.models import TableSpec
from connector_sdk_mcp.tools.scaffold.render import render
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from .conftest import ruff

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=150).filter(lambda text: text.strip())
ODD = [
    'a"b',
    "a'b",
    "a'b\"c",
    "a\\b",
    "a\nb\r\tc",
    "{{ x }}{% y %}",
    '"""',
    "']}); import os; os.system('x') #",
    "日本語の表" * 12,
    "😀" * 60,
    "\u202ereversed",
    "\0",
    "x" * 60,
    "x" * 86,
    "ü" * 80,
    "`code` <script>alert(1)</script> [a](b) | c",
    "*bold* _x_ # h",
    "\\N{DASH}\\x41",
    "e\u0301" * 30,
]


@pytest.mark.parametrize("name", ODD)
def test_an_odd_name_becomes_data_of_a_clean_connector(workspace: Workspace, name: str) -> None:
    table = {"name": name, "path": name, "primary_key": [name, "id"], "cursor_field": name, "records_path": "a"}
    result = scaffold(workspace, "odd", pattern="rest_api", tables=[table], name=name)
    folder = Path(result.project)
    code = (folder / "connector.py").read_text("utf-8")
    assert constants(code)["TABLES"] == [table | {"cursor_parameter": "updated_since"}]
    assert (result.findings.error, result.findings.warning, result.findings.info) == (0, 0, 0)
    assert [ruff(folder, length) for length in (100, 120)] == ["", ""]


@given(name=TEXTS, path=TEXTS, key=st.lists(TEXTS, min_size=1, max_size=4, unique=True), parameter=TEXTS)
@settings(deadline=None)
def test_any_name_leaves_the_files_whole(name: str, path: str, key: list[str], parameter: str) -> None:
    table = {"name": name, "path": path, "primary_key": key, "cursor_field": key[0], "cursor_parameter": parameter}
    texts = render(CHOICE, [TableSpec.model_validate(table)], name=name, base_url="https://api.example.com")
    assert constants(texts["connector.py"])["TABLES"] == [table]
    assert without_tables(texts["connector.py"]) == without_tables(PLAIN)
    assert json.loads(texts["configuration.json"]) == {"base_url": "https://api.example.com", "page_size": "100"}
    assert headings(texts["README.md"]) == HEADINGS


@given(text=st.text("!#$%&()*+,-./0Az:;<=>?@[]^_`{|}~", min_size=1, max_size=60))
@settings(deadline=None, max_examples=20)
def test_any_option_leaves_the_files_whole(text: str) -> None:
    assume(all(text.split(".")) and text != "limit")
    options = {"next_cursor_path": text, "cursor_parameter": text}
    choice = choose("rest_api", auth="none", pagination="cursor", options=options)
    texts = render(choice, [SPEC], name="t", base_url="https://api.example.com")
    values = constants(texts["connector.py"])
    assert (values["NEXT_CURSOR_PATH"], values["CURSOR_PARAMETER"]) == (text, text)


# In the brackets alone it fits into 120 columns, behind its key it does not.
@example(records=[{"name": "000000" + "\x1f" * 12 + "\b\b" + "\U00010000" * 4, "primary_key": ["0"]}])
@given(records=st.lists(st.fixed_dictionaries({"name": TEXTS, "primary_key": st.lists(TEXTS, min_size=1)}), min_size=1))
@settings(max_examples=40, deadline=None)
def test_literals_are_written_as_ruff_writes_them(records: list[dict[str, str | list[str]]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "connector.py").write_text(f'"""Data."""\n\nTABLES = {records_literal(records)}\n', "utf-8")
        assert [ruff(Path(folder), length) for length in (100, 120)] == ["", ""]


@given(text=TEXTS)
def test_a_literal_is_its_text_again(text: str) -> None:
    assert ast.literal_eval(literal(text)) == text
    assert "\n" not in literal(text)


@given(text=TEXTS)
def test_inline_code_stays_in_its_line_and_its_fence(text: str) -> None:
    code = inline_code(text)
    fence = code[: len(code) - len(code.lstrip("`"))]
    assert code.isprintable()
    assert code.endswith(fence)
    inside = code[len(fence) : -len(fence)]
    assert fence not in inside.replace("`" * (len(fence) + 1), "")


def constants(code: str) -> dict[str, object]:
    """The constants of the code whose values are literals."""
    found = [node for node in ast.parse(code).body if isinstance(node, ast.Assign)]
    literals = [node for node in found if isinstance(node.value, (ast.Constant, ast.List))]
    return {ast.unparse(node.targets[0]): ast.literal_eval(node.value) for node in literals}


def without_tables(code: str) -> str:
    """The code without the value of TABLES."""
    tree = ast.parse(code)
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "TABLES":
            node.value = ast.Constant(None)
    return ast.dump(tree)


def headings(readme: str) -> list[str]:
    return [line for line in readme.splitlines() if line.startswith("#")][1:]


CHOICE = choose("rest_api", auth="none", pagination="page", options={})
SPEC = TableSpec(name="t", path="/t", primary_key=["id"], cursor_field="at")
RENDERED = render(CHOICE, [SPEC], name="t", base_url="https://api.example.com")
PLAIN, HEADINGS = RENDERED["connector.py"], headings(RENDERED["README.md"])
