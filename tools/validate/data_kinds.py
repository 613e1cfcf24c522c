"""What an expression certainly is, where that is no record: a list, a text, an iterator."""

from __future__ import annotations

import ast

from .literals import followed
from .module import FUNCTIONS, Module
from .names import last_word
from .reach import Reach
from .resolve import Definition
from .source import ProjectSource

_LIST, _TEXT, _ITERATOR, _GENERATOR = "a list", "a text", "an iterator", "a generator"
_KINDS: dict[type[ast.expr], str] = {
    ast.List: _LIST,
    ast.ListComp: _LIST,
    ast.Tuple: "a tuple",
    ast.Set: "a set",
    ast.SetComp: "a set",
    ast.GeneratorExp: _GENERATOR,
    ast.JoinedStr: _TEXT,
    ast.Lambda: "a function",
}
_MAKERS = {
    "builtins.list": _LIST,
    "builtins.sorted": _LIST,
    "builtins.tuple": "a tuple",
    "builtins.set": "a set",
    "builtins.str": _TEXT,
    "builtins.map": _ITERATOR,
    "builtins.filter": _ITERATOR,
    "builtins.zip": _ITERATOR,
    "csv.reader": _ITERATOR,
    "csv.DictReader": _ITERATOR,
    "json.dumps": _TEXT,
}
_DEPTH = 6


class DataKinds:
    """Looks at expressions, the variables that they were assigned to, and what functions of the project return."""

    def __init__(self, source: ProjectSource, reach: Reach) -> None:
        self._source = source

    def of(self, module: Module, node: ast.expr, depth: int = _DEPTH) -> str | None:
        """`a list`, `a text`, ... for what is certainly no record, else None."""
        if depth == 0 or (isinstance(node, ast.Name) and _is_asked(module, node)):
            return None
        found = followed(self._source, module, node)
        module, node = found.module, found.node
        if isinstance(node, ast.Constant):
            value = node.value
            return _TEXT if isinstance(value, (str, bytes)) else None if value is ... else f"{value!r}"
        if isinstance(node, ast.Call):
            return self._of_call(module, node, depth - 1)
        if isinstance(node, ast.Name):
            return self._of_variable(module, node, depth - 1)
        if isinstance(node, ast.NamedExpr):
            return self.of(module, node.value, depth - 1)
        if isinstance(node, ast.IfExp):
            return self.of(module, node.body, depth - 1) and self.of(module, node.orelse, depth - 1)
        if isinstance(node, ast.BinOp):
            return self._of_sum(module, node, depth - 1)
        return _KINDS.get(type(node))

    def _of_sum(self, module: Module, node: ast.BinOp, depth: int) -> str | None:
        """Lists are added to lists only."""
        sides = (
            [self.of(module, side, depth) for side in (node.left, node.right)] if isinstance(node.op, ast.Add) else []
        )
        return _LIST if _LIST in sides else None

    def _of_variable(self, module: Module, node: ast.Name, depth: int) -> str | None:
        """The kind of a variable that is given only such values, or collects the further arguments of a function."""
        bindings = self._source.names(module).lookup(node)
        if len(bindings) == 1 and isinstance(bindings[0].node, ast.arg):
            around = module.parents[bindings[0].node]
            return "a tuple" if isinstance(around, ast.arguments) and around.vararg is bindings[0].node else None
        given = [each for each in bindings if not isinstance(module.parents.get(each.node), ast.AugAssign)]
        return self._of_all(module, [each.value for each in given], depth)

    def _of_call(self, module: Module, call: ast.Call, depth: int) -> str | None:
        if isinstance(call.func, ast.Attribute) and call.func.attr in ("fetchall", "fetchmany", "to_dict"):
            orients = [*call.args, *(keyword.value for keyword in call.keywords if keyword.arg == "orient")]
            records = any(isinstance(arg, ast.Constant) and arg.value == "records" for arg in orients)
            return _LIST if records or call.func.attr != "to_dict" else None
        name = self._source.qualified(module, call.func) or ""
        if name in _MAKERS or last_word(call.func) not in self._source.resolver.own_words:
            return _MAKERS.get(name)
        found = self._source.resolver.functions(name)
        return self._of_function(found[0], depth) if len(found) == 1 else None

    def _of_function(self, function: Definition, depth: int) -> str | None:
        """What every `return` of a plain function gives; of methods, only of those that stand in no class."""
        module, node = function
        in_class = isinstance(module.scope_of(node), ast.ClassDef)
        if not isinstance(node, ast.FunctionDef) or node.decorator_list or in_class:
            return None
        if next(module.own(node, ast.Yield, ast.YieldFrom), None) is not None:
            return _GENERATOR
        return self._of_all(module, [end.value for end in module.own(node, ast.Return)], depth)

    def _of_all(self, module: Module, values: list[ast.expr | None], depth: int) -> str | None:
        """The kind of the last of several values, if each is no record."""
        kind = None
        for value in values:
            kind = self.of(module, value, depth) if value is not None else None
            if kind is None:
                break
        return kind


def _is_asked(module: Module, node: ast.Name) -> bool:
    """Whether the line runs only if the variable is of some type: it may be another one than is visible here."""
    for parent in module.ancestors(node):
        if isinstance(parent, FUNCTIONS):
            break
        if isinstance(parent, (ast.If, ast.IfExp)):
            for call in module.inside(parent.test, ast.Call):
                first = call.args[0] if call.args else None
                if (
                    last_word(call.func) in ("isinstance", "type")
                    and isinstance(first, ast.Name)
                    and first.id == node.id
                ):
                    return True
    return False
