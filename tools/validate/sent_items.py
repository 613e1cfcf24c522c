"""Whether a loop sends the items that it goes through, and not only what it asks for by them."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from .elements import Elements
from .module import Module
from .page_loops import innermost
from .reach import Reach
from .senders import Senders
from .source import ProjectSource
from .source_calls import SourceCalls

_DATA = frozenset({"data", "modified", "keys"})


class SentItems:
    """An account whose orders are asked for is no row that is sent; the account itself is one."""

    def __init__(self, source: ProjectSource, reach: Reach) -> None:
        self._senders = reach.shared(Senders)
        self._calls = reach.shared(SourceCalls)
        self._elements = reach.shared(Elements)

    def are_sent(self, module: Module, loop: ast.For | ast.AsyncFor) -> bool:
        """Whether an item, or what is made of it, is given to an operation or a function that sends."""
        names = self._made_of_items(module, loop)
        for call in module.inside(loop, ast.Call):
            if self._senders.call_sends(call):
                own = call in self._senders.operations
                near = own and innermost(module, call) is loop
                given = _data_of(call) if own else [*call.args, *(keyword.value for keyword in call.keywords)]
                if any(self._takes(module, each, names, near=near) for each in given):
                    return True
        return False

    def _made_of_items(self, module: Module, loop: ast.For | ast.AsyncFor) -> set[str]:
        """The variables that hold an item, or a value made of one."""
        found = {name.id for name in module.inside(loop.target, ast.Name)}
        made: list[tuple[ast.expr, ast.expr]] = []
        for node in module.inside(loop, ast.Assign, ast.AnnAssign, ast.AugAssign, ast.For):
            if node is not loop:
                made += _assignments(node)
        for target, value in sorted(made, key=lambda each: module.number(each[1])):
            if not self._elements.is_small(module, value) and self._takes(module, value, found, near=True):
                found |= {name.id for name in module.inside(target, ast.Name)}
        return found

    def _takes(self, module: Module, node: ast.expr, names: set[str], *, near: bool) -> bool:
        """Whether an expression holds one of the variables, be it by its identifier where that is `near` enough."""
        for use in module.inside(node, ast.Name):
            asked = use.id not in names or self._is_asked_by(module, use, node)
            if not asked and (near or not self._is_identifier(module, use)):
                return True
        return False

    def _is_asked_by(self, module: Module, use: ast.Name, root: ast.expr) -> bool:
        """Whether a source is asked with the variable, within the expression."""
        for parent in module.ancestors(use):
            if isinstance(parent, ast.Call) and self._calls.leads(parent) and not self._senders.call_sends(parent):
                return True
            if parent is root:
                return False
        return False

    def _is_identifier(self, module: Module, use: ast.Name) -> bool:
        parent = module.parents[use]
        call = module.parents.get(parent)
        if isinstance(parent, ast.Attribute) and isinstance(call, ast.Call) and call.func is parent:
            return self._elements.is_small(module, call)
        return isinstance(parent, (ast.Subscript, ast.Attribute)) and self._elements.is_small(module, parent)


def _data_of(call: ast.Call) -> list[ast.expr]:
    """The row that an operation is given."""
    named = [keyword.value for keyword in call.keywords if keyword.arg is None or keyword.arg in _DATA]
    return [*call.args[1:], *named]


def _assignments(node: ast.Assign | ast.AnnAssign | ast.AugAssign | ast.For) -> Iterator[tuple[ast.expr, ast.expr]]:
    """What is stored where."""
    if isinstance(node, ast.For):
        yield node.target, node.iter
    elif node.value is not None:
        for target in node.targets if isinstance(node, ast.Assign) else (node.target,):
            yield target, node.value
