"""Rule `missing-docstring`."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..models import Category
from ..module import FUNCTIONS, Function, Module
from ..rule import Invalid, Rule


class MissingDocstring(Rule):
    """Every function has a docstring.

    Why: the specification asks for it, of every def: nested ones, methods and `__init__` too. One finding names all of
    a file.
    """

    section, category = "6.1", Category.SPEC
    VALID = (
        'def f():\n    """Does it."""\n',
        "class A:\n    def __init__(self):\n        'Keeps it.'\n        self.a = 1\n",
        "f = lambda: None\n",
        "from typing import overload\n@overload\ndef f(a: int) -> int: ...\n@overload\ndef f(a: str) -> str: ...\n"
        'def f(a):\n    """Gives it back."""\n    return a\n',
        'def f():\n    r"""Does it \\d."""\n\n    async def g():\n        """Inside."""\n',
    )
    INVALID = (
        Invalid("def f():\n    return 1\n", at=(1, 1)),
        Invalid('"""Text."""\nimport json\n\n\ndef f():\n    # no docstring\n    return json\n', at=(5, 1)),
        Invalid(
            'class A:\n    """Text."""\n\n    def __init__(self):\n        self.a = 1\n    def g(self): return 1\n',
            at=(4, 5),
        ),
        Invalid('def f():\n    """Text."""\n    def inner():\n        return f"""no"""\n    return inner\n', at=(3, 5)),
        Invalid("import functools\n\n@functools.cache\nasync def f():\n    f'text'\n", at=(4, 1)),
        Invalid("def f():\n    '  '\n", at=(1, 1)),
        Invalid("def f():\n\tb'bytes'\n", at=(1, 1), file="a.py", others={"connector.py": "import a\n"}),
    )

    def check(self) -> None:
        for module in self.source.modules:
            found = sorted(_undocumented(module), key=module.position)
            if found:
                listed = ", ".join(f"{function.name} (line {function.lineno})" for function in found)
                count = "1 function has" if len(found) == 1 else f"{len(found)} functions have"
                hint = "Say in its first line what the caller gets."
                self.report(module, found[0], f"{count} no docstring: {listed}.", hint=hint)


def _undocumented(module: Module) -> Iterator[Function]:
    for function in module.each(*FUNCTIONS):
        first = function.body[0]
        text = first.value if isinstance(first, ast.Expr) else None
        value = text.value if isinstance(text, ast.Constant) else None
        if not (isinstance(value, str) and value.strip()) and not _is_overload(function):
            yield function


def _is_overload(function: Function) -> bool:
    names = (
        mark.attr if isinstance(mark, ast.Attribute) else getattr(mark, "id", "") for mark in function.decorator_list
    )
    return "overload" in names
