"""Rule `constant-naming`."""

from __future__ import annotations

import ast
import re

from ..models import Category
from ..module import Module
from ..rule import Invalid, Rule

_UPPER = re.compile(r"_*[A-Z][A-Z0-9_]*|__\w+__|_+")
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
    )
    INVALID = (
        Invalid("page_size = 100\n", at=(1, 1)),
        Invalid("import json\n\nbaseUrl = 'https://example.com'\n", at=(3, 1)),
        Invalid("TABLES = 1; tables = ['a', 'b']\n", at=(1, 13)),
        Invalid("if True:\n    timeout: int = 60 * 60\n", at=(2, 5)),
        Invalid("headers = {'Accept': 'application/json'}\n", at=(1, 1)),
        Invalid("_retries = -1\n", at=(1, 1), file="a.py", others={"connector.py": "import a\n"}),
    )

    def check(self) -> None:
        for module in self.source.modules:
            for node in module.each(ast.Assign, ast.AnnAssign):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                target = targets[0] if len(targets) == 1 else None
                if (
                    isinstance(target, ast.Name)
                    and node.value is not None
                    and self._is_wrong(module, target, node.value)
                ):
                    hint = f"Call it {_upper(target.id)}."
                    self.report(module, target, f"The constant {target.id!r} is not in UPPER_CASE.", hint=hint)

    def _is_wrong(self, module: Module, target: ast.Name, value: ast.expr) -> bool:
        if _UPPER.fullmatch(target.id) or target.id == "connector" or not _is_constant(value):
            return False
        if not isinstance(module.scope_of(target), ast.Module) or module.in_main_block(target):
            return False
        bound = self.source.names(module).bound.of(module.tree, target.id)
        return len(bound) == 1 and not any(_changes(module, use) for use in module.named(target.id))


def _is_constant(value: ast.expr) -> bool:
    """Whether an expression is made of literals only; None is often filled in later."""
    if isinstance(value, ast.Constant):
        return value.value is not None
    if isinstance(value, (ast.List, ast.Tuple, ast.Set)):
        return all(_is_constant(part) for part in value.elts)
    if isinstance(value, ast.Dict):
        return all(part is not None and _is_constant(part) for part in (*value.keys, *value.values))
    if isinstance(value, ast.BinOp):
        return _is_constant(value.left) and _is_constant(value.right)
    return isinstance(value, ast.UnaryOp) and _is_constant(value.operand)


def _changes(module: Module, use: ast.Name) -> bool:
    parent = module.parents[use]
    if isinstance(parent, ast.Attribute):
        return parent.attr in _CHANGING
    if isinstance(parent, ast.Subscript):
        return not isinstance(parent.ctx, ast.Load)
    return isinstance(parent, ast.AugAssign)


def _upper(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).upper()
