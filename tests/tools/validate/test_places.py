"""Places in files: characters not bytes, every kind of line end, and where Python states an error."""

from __future__ import annotations

import ast
import json

import pytest
from connector_sdk_mcp.tools.validate.json_places import JsonPlaces
from connector_sdk_mcp.tools.validate.module import Module
from connector_sdk_mcp.tools.validate.parse import Broken, parse_module
from connector_sdk_mcp.tools.validate.requirement_lines import requirement_lines


def parsed(data: bytes) -> Module | Broken:
    return parse_module("connector", "connector.py", data)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("before", ["", "    é = '😀'; ", "\t"])
def test_a_place_counts_lines_of_every_kind_and_characters(end: str, before: str) -> None:
    text = f"if True:{end}{before or ' '}here(){end}"
    module = parsed(text.encode())
    assert isinstance(module, Module)
    (call,) = module.each(ast.Call)
    assert module.position(call) == (2, len(before or " ") + 1)


@pytest.mark.parametrize(
    ("data", "place"),
    [
        (b"x = = 1\n", (1, 5)),
        ("é = 'ü'; return x\n".encode(), (1, 10)),
        ("é = (1 = 2)\n".encode(), (1, 6)),
        (b"def f():\n    x = 1\n    global x\n", (3, 5)),
        (b"x = 1\n\xff\n", (2, 1)),
        (b"# coding: nonsense\nx = 1\n", (1, 1)),
        (b"x = 1\ny = '\0'\n", (2, 6)),
        (b"\xef\xbb\xbfx = = 1\n", (1, 5)),
    ],
)
def test_a_broken_file_says_where_as_python_states_it(data: bytes, place: tuple[int, int]) -> None:
    broken = parsed(data)
    assert isinstance(broken, Broken)
    assert (broken.line, broken.column, broken.certain) == (*place, True)


def test_a_limit_of_depth_is_not_certain_to_be_the_fault_of_the_file() -> None:
    broken = parsed(b"x = " + b"-" * 20_000 + b"1\n")
    assert isinstance(broken, Broken)
    assert not broken.certain


def test_what_python_compiles_is_never_called_broken_for_its_depth() -> None:
    assert isinstance(parsed(b"x = a" + b".b()" * 900 + b"\n"), Module)


@pytest.mark.parametrize("text", ['{"a": "x", "b": [1, {"c": 2}], "a": null}', '\n{\r\n\t"é" : 1e400 ,"b":-0}\n', "{}"])
def test_the_members_of_an_object_stand_where_they_are_written(text: str) -> None:
    places = JsonPlaces.parse(text)
    assert {member.key: member.value for member in places.members} == json.loads(text)
    for member in places.listed:
        assert json.loads(text[member.key_offset :].partition(":")[0]) == member.key
        assert places.lines.text[member.value_offset] not in " \t\r\n:,"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Re_quests==1\n", [("re-quests", 1, 1)]),
        ("a==1\r\n\r\n  B.c[x,y]>=2 ; python_version<'3.12' # z\r\n", [("a", 1, 1), ("b-c", 3, 3)]),
        ("# a\n-r other.txt\n--hash=sha256:00\n\n", []),
        ("a \\\n  ==1 \\\n  --hash=sha256:00\nb\n", [("a", 1, 1), ("b", 4, 1)]),
        ("\\\n\\\n a\n", [("a", 3, 2)]),
        ("-e git+https://x.org/y.git@main#egg=My_Thing\n", [("my-thing", 1, 1)]),
        ("https://x.org/My_Thing-1.0-py3-none-any.whl\n./thing-2.0.tar.gz", [("my-thing", 1, 1), ("thing", 2, 1)]),
        ("a @ https://x.org/b-1.0.zip\n./folder\n", [("a", 1, 1), (None, 2, 1)]),
        ("\ufeffa=1\n", [("a", 1, 1)]),
    ],
)
def test_requirements_are_read_as_pip_reads_them(text: str, expected: list[tuple[str | None, int, int]]) -> None:
    found = requirement_lines(text.encode())
    assert [(requirement.name, requirement.line, requirement.column) for requirement in found] == expected


EVERY_KIND = """\
import a.b as c
from . import d as e
@dec(1)
class A(B, metaclass=M):
    x: int = 1
    y: str
    def f(self, a, /, b=1, *args, c: int, d=2, **kw) -> int:
        global g
        for i, in z: break
        else: pass
        while t: continue
        with o as p, q: pass
        try: raise E from F
        except (X, Y) as h: pass
        except: ...
        else: pass
        finally: del u[1:2:3]
        assert 1, 2
        x += 1
        return lambda v, w=1: (yield v)
async def h():
    async for i in j: await k
    async with l: pass
    return [x async for x in y if z] + [*m] or {**n, 1: 2} and {1, 2} if not o else {a: b for a, b in c}
match s:
    case {"a": 1, **rest}: pass
    case [1, *_, None]: pass
    case A(1, b=2) | True as q if r: pass
f"{a!r:>{b}}" ; (n := 5); x[1, ...]; "a" < b <= c; -d
"""
SHARED = (ast.expr_context, ast.operator, ast.unaryop, ast.boolop, ast.cmpop)


def test_the_index_holds_every_node_that_has_a_place_of_its_own() -> None:
    module = parsed(EVERY_KIND.encode())
    assert isinstance(module, Module)
    expected = {node for node in ast.walk(module.tree) if not isinstance(node, SHARED)}
    assert len(module.below(module.tree)) == len(expected)
    assert set(module.below(module.tree)) == expected
