"""What a name means: through imports, aliases, classes, parameters and the modules of a project."""

from __future__ import annotations

import ast
from collections.abc import Mapping

import pytest
from connector_sdk_mcp.tools.validate.rule import example_files
from connector_sdk_mcp.tools.validate.source import ProjectSource

HEAD = "from fivetran_connector_sdk import Connector, Operations as op\n"
UPSERT = "fivetran_connector_sdk.Operations.upsert"


def meaning(source: str, others: Mapping[str, str] | None = None) -> str | None:
    """The qualified name of the last `X` of connector.py that is written `meant(X)`."""
    project = ProjectSource(example_files({"connector.py": source, **(others or {})}))
    module = project.connector
    assert module is not None, project.broken
    calls = [c for c in module.each(ast.Call) if isinstance(c.func, ast.Name) and c.func.id == "meant"]
    return project.qualified(module, calls[-1].args[0])


@pytest.mark.parametrize(
    "source",
    [
        HEAD + "meant(op.upsert)",
        "from fivetran_connector_sdk import Operations\nmeant(Operations.upsert)",
        "from fivetran_connector_sdk import Operations as operations\nmeant(operations.upsert)",
        "import fivetran_connector_sdk\nmeant(fivetran_connector_sdk.Operations.upsert)",
        "import fivetran_connector_sdk as sdk\nmeant(sdk.Operations.upsert)",
        "from fivetran_connector_sdk import operations\nmeant(operations.Operations.upsert)",
        "from fivetran_connector_sdk.operations import Operations as op\nmeant(op.upsert)",
        "from fivetran_connector_sdk import *\nmeant(Operations.upsert)",
        "def f():\n    from fivetran_connector_sdk import Operations as op\n    meant(op.upsert)",
        f"try:\n    {HEAD}except ImportError:\n    op = None\nmeant(op.upsert)",
        f"try:\n    {HEAD}except ImportError:\n    from mocks import op\nmeant(op.upsert)",
        HEAD + "up = op.upsert\nsend = up\nmeant(send)",
        HEAD + "x, y = 1, op\nmeant(y.upsert)",
        HEAD + "(o := op)\nmeant(o.upsert)",
        HEAD + "meant(getattr(op, 'upsert'))",
        HEAD + "def f():\n    def g():\n        meant(op.upsert)",
        HEAD + "class A:\n    op = 1\n    def f(self):\n        meant(op.upsert)",
        HEAD + "class A:\n    o = op\n    def f(self):\n        meant(self.o.upsert)",
        HEAD
        + "class A:\n    o = None\n    def __init__(self):\n        self.o = op\n"
        + "    def f(self):\n        meant(self.o.upsert)",
        HEAD + "class Mine(op):\n    pass\nmeant(Mine.upsert)",
        HEAD + "def f(o):\n    meant(o.upsert)\nf(op)",
        HEAD + "def f(o=op):\n    meant(o.upsert)\nf()\nf(o=op)",
        HEAD + "def g(o):\n    f(o)\n    g(o)\ndef f(o):\n    meant(o.upsert)\ng(op)",
        HEAD + "class A:\n    def f(self, *, o):\n        meant(o.upsert)\nA().f(o=op)",
        HEAD + "class A:\n    def __init__(self, o):\n        self.o = o\nmeant(A(op).o.upsert)",
        HEAD + "def f():\n    return op\nmeant(f().upsert)",
        HEAD + "def f():\n    global o\n    o = op\nmeant(o.upsert)",
        HEAD + "[meant(op.upsert) for x in y]",
    ],
)
def test_an_operation_is_known_under_every_spelling(source: str) -> None:
    assert meaning(source) in (UPSERT, UPSERT.replace("Operations", "Operations()"))


@pytest.mark.parametrize(
    "source",
    [
        "meant(op.upsert)",
        HEAD + "def f(op):\n    meant(op.upsert)",
        HEAD + "def f(o):\n    meant(o.upsert)\nf(op)\nf(other)",
        HEAD + "def f(o):\n    meant(o.upsert)\nf(*things)",
        HEAD + "def f(o):\n    meant(o.upsert)\nf(op)\nlater(f)",
        HEAD + "for op in []:\n    meant(op.upsert)",
        HEAD + "op = other\nmeant(op.upsert)",
        HEAD + "[meant(op.upsert) for op in []]",
        HEAD + "lambda op: meant(op.upsert)",
        HEAD + "with x as op:\n    meant(op.upsert)",
        HEAD + "try:\n    pass\nexcept E as op:\n    meant(op.upsert)",
        HEAD + "match x:\n    case {'a': 1, **op}:\n        meant(op.upsert)",
        HEAD + "class A:\n    def f(self):\n        meant(self.op.upsert)",
        HEAD + "a = b\nb = a\nmeant(a.upsert)",
        "from vendor import *\nmeant(op.upsert)",
        "class A(B, C):\n    pass\nclass B(A):\n    pass\nmeant(A.upsert)",
    ],
)
def test_what_may_be_something_else_is_no_operation(source: str) -> None:
    assert "fivetran_connector_sdk" not in (meaning(source) or "")


@pytest.mark.parametrize(
    ("others", "source"),
    [
        ({"lib.py": HEAD}, "from lib import op\nmeant(op.upsert)"),
        ({"lib.py": HEAD}, "from lib import *\nmeant(op.upsert)"),
        ({"lib.py": HEAD}, "import lib as l\nmeant(l.op.upsert)"),
        ({"a.py": "from b import *\n", "b.py": HEAD}, "from a import *\nmeant(op.upsert)"),
        ({"p/sdk.py": HEAD, "p/__init__.py": "from .sdk import op as o\n"}, "from p import o\nmeant(o.upsert)"),
        ({"p/sdk.py": HEAD, "p/q/r.py": "from ..sdk import op\n"}, "import p.q.r\nmeant(p.q.r.op.upsert)"),
        (
            {"lib.py": "class A:\n    def __init__(self, o):\n        self.o = o\n"},
            HEAD + "import lib\nmeant(lib.A(op).o.upsert)",
        ),
    ],
)
def test_a_name_is_followed_across_the_modules(others: dict[str, str], source: str) -> None:
    assert meaning(source, others) in (UPSERT, UPSERT.replace("Operations", "Operations()"))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import requests\nmeant(requests.get)", "requests.get"),
        ("import requests\ns = requests.Session()\nmeant(s.get)", "requests.Session().get"),
        ("import os.path\nmeant(os.path.join)", "os.path.join"),
        ("meant(print)", "builtins.print"),
        ("def print(): ...\nmeant(print)", "connector.print"),
        ("def f():\n    def g(): ...\n    meant(g)", "connector.f.<locals>.g"),
        ("class A:\n    def f(self):\n        meant(self)", "connector.A()"),
        ("class A:\n    @classmethod\n    def f(cls):\n        meant(cls)", "connector.A"),
        ("class B:\n    def g(self): ...\nclass A(B): ...\nmeant(A().g)", "connector.B.g"),
        ("from functools import partial\ndef f(): ...\nmeant(partial(f, 1))", "connector.f.<partial>"),
    ],
)
def test_other_names_are_qualified_as_python_does(source: str, expected: str) -> None:
    assert meaning(source) == expected
