"""What JSON cannot hold, told from the expression that makes it."""

from __future__ import annotations

import ast

from .bindings import Binding
from .module import Module
from .names import last_word
from .source import ProjectSource

_MOMENT, _DAY, _SET = "a datetime", "a date", "a set"
_MAKERS = {
    "datetime.datetime()": _MOMENT,
    "datetime.datetime.now()": _MOMENT,
    "datetime.datetime.utcnow()": _MOMENT,
    "datetime.datetime.today()": _MOMENT,
    "datetime.datetime.fromisoformat()": _MOMENT,
    "datetime.datetime.fromtimestamp()": _MOMENT,
    "datetime.datetime.strptime()": _MOMENT,
    "datetime.datetime.combine()": _MOMENT,
    "datetime.date()": _DAY,
    "datetime.date.today()": _DAY,
    "datetime.date.fromisoformat()": _DAY,
    "datetime.timedelta()": "a timedelta",
    "pandas.Timestamp.now()": _MOMENT,
    "pandas.to_datetime()": _MOMENT,
    "decimal.Decimal()": "a Decimal",
    "builtins.set()": _SET,
    "builtins.frozenset()": _SET,
    "builtins.bytes()": "bytes",
    "base64.b64encode()": "bytes",
    "base64.urlsafe_b64encode()": "bytes",
    "builtins.map()": "an iterator",
    "builtins.filter()": "an iterator",
    "uuid.uuid4()": "a UUID",
    "uuid.UUID()": "a UUID",
    "numpy.int64()": "a number of numpy",
    "numpy.int32()": "a number of numpy",
}
_WORDS = frozenset(name.removesuffix("()").rpartition(".")[2] for name in _MAKERS)
_KINDS: dict[type[ast.expr], str] = {ast.Set: _SET, ast.SetComp: _SET, ast.GeneratorExp: "a generator"}
_SAME = frozenset({"astimezone", "replace"})
_VIEWS = frozenset({"keys", "values", "items"})
_DEPTH = 6


class JsonKinds:
    """Looks at expressions, and at the variables that they were assigned to."""

    def __init__(self, source: ProjectSource) -> None:
        self._source = source

    def of(self, module: Module, node: ast.expr, depth: int = _DEPTH) -> str | None:
        """`a datetime`, `a set`, ... for a value that JSON certainly cannot hold, else None."""
        if depth == 0:
            return None
        found = self._source.resolver.value(module, node)
        module, node = found.module, found.node
        if isinstance(node, ast.Constant):
            return "bytes" if isinstance(node.value, bytes) else None
        if isinstance(node, ast.Name):
            return self._of_all(module, self._source.names(module).lookup(node), depth)
        if isinstance(node, ast.BinOp):
            return self._of_sum(module, node, depth)
        if isinstance(node, ast.IfExp):
            return self.of(module, node.body, depth - 1) and self.of(module, node.orelse, depth - 1)
        return self._of_call(module, node, depth) if isinstance(node, ast.Call) else _KINDS.get(type(node))

    def _of_all(self, module: Module, bindings: list[Binding], depth: int) -> str | None:
        """The kind of a variable that is given only such values, moved on by `+=` or not."""
        given = [each for each in bindings if not isinstance(module.parents.get(each.node), ast.AugAssign)]
        kinds = [self.of(module, each.value, depth - 1) if each.value is not None else None for each in given]
        return kinds[0] if kinds and all(kinds) else None

    def _of_sum(self, module: Module, node: ast.BinOp, depth: int) -> str | None:
        sides = [self.of(module, side, depth - 1) for side in (node.left, node.right)]
        if isinstance(node.op, (ast.Add, ast.Sub)) and sides[0] in (_MOMENT, _DAY, "a timedelta"):
            return next((side for side in sides if side in (_MOMENT, _DAY)), None)
        return _SET if isinstance(node.op, (ast.BitOr, ast.BitAnd, ast.Sub)) and sides[0] == _SET else None

    def _of_call(self, module: Module, node: ast.Call, depth: int) -> str | None:
        word = last_word(node.func)
        if isinstance(node.func, ast.Attribute) and word in _SAME:
            inner = self.of(module, node.func.value, depth - 1)
            return inner if inner == _MOMENT else None
        if isinstance(node.func, ast.Attribute) and word in _VIEWS and not node.args:
            owner = self._source.resolver.value(module, node.func.value).node
            return "a view of a dict" if isinstance(owner, ast.Dict) else None
        if word == "encode" and isinstance(node.func, ast.Attribute):
            return "bytes" if isinstance(node.func.value, (ast.Constant, ast.JoinedStr)) else None
        if isinstance(node.func, ast.Name) and word in ("max", "min"):
            rows = node.args[0] if len(node.args) == 1 else None
            return self.of(module, rows.elt, depth - 1) if isinstance(rows, (ast.GeneratorExp, ast.ListComp)) else None
        return _MAKERS.get(self._source.qualified(module, node) or "") if word in _WORDS else None
