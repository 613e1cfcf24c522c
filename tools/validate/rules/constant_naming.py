"""Rule `constant-naming`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from ..arguments import called_functions, given_to
from ..models import Category
from ..module import Module
from ..names import last_word
from ..rule import Invalid, Rule

_UPPER = re.compile(r"_*[A-Z][A-Z0-9_]*|__\w+__|_+")
_MAKING = frozenset({"frozenset", "tuple", "compile"})
_CHANGING = frozenset("append extend insert add update pop remove clear setdefault discard popitem sort".split())


class ConstantNaming(Rule):
    """A constant of a module is written in UPPER_CASE.

    Why: the reader sees at its use that nothing changes it. Only names count that are given one value at the top level
    and keep it; `connector` is the SDK's name.
    """

    section, category = "6.1", Category.STYLE
    VALID = (
        "PAGE_SIZE = 100\n_TABLES = ['a', 'b']\n__version__ = '1.0'\nURL: str = 'https://example.com'\n",
        "connector = 1\n",
        "session = requests.Session()\nrow = load()\n",
        "count = 0\ndef f():\n    global count\n    count += 1\n",
        "seen = []\ndef f(row):\n    seen.append(row)\n",
        "cache = {}\ndef f(key):\n    cache[key] = 1\n",
        "def f():\n    size = 100\n    return size\n",
        "if __name__ == '__main__':\n    size = 100\n",
        "size = 1\nsize = 2\nfor name in ('a',):\n    print(name)\n",
        "class A:\n    size = 100\n",
        "pending = []\ndef add(rows, row):\n    rows.append(row)\ndef f(row):\n    add(pending, row)\n",
        {"connector.py": "import tools\ndef f():\n    tools.token = 'x'\n", "tools.py": "token = ''\n"},
    )
    INVALID = (
        Invalid("page_size = 100\n", at=(1, 1)),
        Invalid("import json\n\nbaseUrl = 'https://example.com'\n", at=(3, 1)),
        Invalid("TABLES = 1; tables = ['a', 'b']\n", at=(1, 13)),
        Invalid("if True:\n    timeout: int = 60 * 60\n", at=(2, 5)),
        Invalid("headers = {'Accept': 'application/json'}\n", at=(1, 1)),
        Invalid("BASE = 'https://example.com'\norders_url = f'{BASE}/orders'\n", at=(2, 1)),
        Invalid("A_ROW, b_row = 1, 2\n", at=(1, 8)),
        Invalid("import re\n\npattern = re.compile(r'\\d+')\n", at=(3, 1)),
        Invalid("_retries = -1\n", at=(1, 1), file="a.py", others={"connector.py": "import a\n"}),
    )

    def check(self) -> None:
        for module in self.source.modules:
            top = (node for node in module.each(ast.Assign, ast.AnnAssign) if _is_top(module, node))
            for target, value in (each for node in top for each in _given(node)):
                if self._is_wrong(module, target, value):
                    hint = f"Call it {_upper(target.id)}."
                    self.report(module, target, f"The constant {target.id!r} is not in UPPER_CASE.", hint=hint)

    def _is_wrong(self, module: Module, target: ast.Name, value: ast.expr) -> bool:
        if _UPPER.fullmatch(target.id) or target.id == "connector" or not _is_constant(value):
            return False
        if module.in_main_block(target):
            return False
        bound = self.source.names(module).bound.of(module.tree, target.id)
        return len(bound) == 1 and not self._is_changed(module, target.id)

    def _is_changed(self, module: Module, name: str) -> bool:
        """Whether something changes what is in the variable: here, in another module, or in a function it is given."""
        for where in self.source.modules:
            uses = [*where.named(name)] if where is module or _imports(where, name) else []
            if any(_changes(where, use) or self._is_changed_inside(where, use) for use in uses):
                return True
            others = where.attributes((name,)) if where is not module else ()
            if any(not isinstance(use.ctx, ast.Load) or _changes(where, use) for use in others):
                return True
        return False

    def _is_changed_inside(self, module: Module, use: ast.Name) -> bool:
        """Whether a function of the project changes its parameter that is given the variable."""
        call = module.parents[use]
        for where, function, filled in (
            called_functions(self.source, module, call) if isinstance(call, ast.Call) else ()
        ):
            for parameter, value in given_to(call, function, filled).items() if isinstance(call, ast.Call) else ():
                inner = (each for each in where.named(parameter.arg) if where.function_of(each) is function)
                if value is use and any(_changes(where, each) for each in inner):
                    return True
        return False


def _is_top(module: Module, node: ast.stmt) -> bool:
    return isinstance(module.scope_of(node), ast.Module)


def _given(node: ast.Assign | ast.AnnAssign) -> Iterator[tuple[ast.Name, ast.expr]]:
    """The variables of an assignment, each with what it is given."""
    for target in node.targets if isinstance(node, ast.Assign) else (node.target,):
        if isinstance(target, ast.Name) and node.value is not None:
            yield target, node.value
        elif isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
            pairs = zip(target.elts, node.value.elts, strict=False)
            yield from ((name, value) for name, value in pairs if isinstance(name, ast.Name))


def _imports(module: Module, name: str) -> bool:
    return any(alias.name in (name, "*") for node in module.each(ast.ImportFrom) for alias in node.names)


def _is_constant(value: ast.expr) -> bool:
    """Whether an expression is made of literals and constants only; None is often filled in later."""
    if isinstance(value, ast.Name):
        return _UPPER.fullmatch(value.id) is not None
    if isinstance(value, ast.JoinedStr):
        return all(_is_constant(part) for part in value.values)
    if isinstance(value, ast.FormattedValue):
        return _is_constant(value.value)
    if isinstance(value, ast.Call):
        return last_word(value.func) in _MAKING and not value.keywords and all(map(_is_constant, value.args))
    if isinstance(value, ast.Constant):
        return value.value is not None
    if isinstance(value, (ast.List, ast.Tuple, ast.Set)):
        return all(_is_constant(part) for part in value.elts)
    if isinstance(value, ast.Dict):
        return all(part is not None and _is_constant(part) for part in (*value.keys, *value.values))
    if isinstance(value, ast.BinOp):
        return _is_constant(value.left) and _is_constant(value.right)
    return isinstance(value, ast.UnaryOp) and _is_constant(value.operand)


def _changes(module: Module, use: ast.Name | ast.Attribute) -> bool:
    parent = module.parents[use]
    if isinstance(parent, ast.Attribute):
        return parent.attr in _CHANGING
    if isinstance(parent, ast.Subscript):
        return not isinstance(parent.ctx, ast.Load)
    return isinstance(parent, ast.AugAssign)


def _upper(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).upper()
