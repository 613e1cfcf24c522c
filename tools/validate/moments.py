"""The present moment, as code asks for it."""

from __future__ import annotations

import ast

from .module import Module
from .names import last_word
from .source import ProjectSource

_ASKING = frozenset(
    {"datetime.datetime.now", "datetime.datetime.utcnow", "datetime.datetime.today", "datetime.date.today"}
    | {"time.time", "time.time_ns", "time.gmtime", "time.localtime", "pandas.Timestamp.now", "pandas.Timestamp.utcnow"}
)
_WRITING = frozenset({"isoformat", "strftime", "timestamp", "replace", "astimezone", "date", "rstrip", "str", "int"})
_WORDS = frozenset(name.rpartition(".")[2] for name in _ASKING)
_DEPTH = 8


def is_moment(source: ProjectSource, module: Module, node: ast.expr) -> bool:
    """Whether a value is the present moment, written in whatever form."""
    for _ in range(_DEPTH):
        found = source.resolver.value(module, node)
        module, node = found.module, found.node
        if not isinstance(node, ast.Call):
            return False
        word = last_word(node.func)
        if word in _WORDS and source.qualified(module, node.func) in _ASKING:
            return True
        if word == "strftime" and source.qualified(module, node.func) == "time.strftime":
            return len(node.args) == 1
        if word not in _WRITING:
            return False
        inner = node.func.value if isinstance(node.func, ast.Attribute) else next(iter(node.args), None)
        if inner is None:
            return False
        node = inner
    return False
