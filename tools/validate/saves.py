"""What each checkpoint of a project saves: key by key, through helpers that only save."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from .arguments import called_functions, given_to
from .module import Module
from .reach import Reach
from .senders import Senders
from .source import OperationCall, ProjectSource
from .tables import argument

# How many statements before a checkpoint are read: nobody writes more between a value and its checkpoint.
_MOST = 200


class Member(NamedTuple):
    """One value that is saved; the key is None where it is not a text in the code. `place` is where it is given."""

    key: str | None
    value: ast.expr
    place: ast.expr


class Save(NamedTuple):
    """A statement that saves `given`: a checkpoint, or the call of a helper that does nothing but save.

    Of a helper that makes the dict itself `members` holds the values, as far as they are arguments.
    """

    module: Module
    statement: ast.stmt
    node: ast.Call
    given: ast.expr | None
    members: tuple[Member, ...] = ()


class Saves:
    """Every statement of a project that saves a state."""

    def __init__(self, source: ProjectSource, reach: Reach) -> None:
        self._source = source
        self._senders = reach.shared(Senders)
        checkpoints = [call for call in source.operations if call.name == "checkpoint"]
        self.all = [found for call in checkpoints if (found := _direct(call))]
        helpers: dict[ast.AST | None, Save] = {}
        for save in self.all:
            if self._is_helper(save):
                helpers[save.module.callable_of(save.node)] = save
        words = {getattr(function, "name", "") for function in helpers}
        for module in source.modules if helpers else ():
            self.all += [found for call in module.calls(words) if (found := self._through(module, call, helpers))]

    def _is_helper(self, save: Save) -> bool:
        """Whether a function saves each time that it runs, and sends nothing."""
        function = save.module.callable_of(save.node)
        return (
            isinstance(function, ast.FunctionDef)
            and save.module.holds(function.body, save.statement)
            and not self._senders.sends(function)
        )

    def _through(self, module: Module, call: ast.Call, helpers: Mapping[ast.AST | None, Save]) -> Save | None:
        statement = _statement(module, call)
        called = called_functions(self._source, module, call) if statement else []
        save = helpers.get(called[0][1]) if len(called) == 1 else None
        if save is None or save.given is None or statement is None:
            return None
        arguments = {arg.arg: value for arg, value in given_to(call, called[0][1], called[0][2]).items()}
        if isinstance(save.given, ast.Name) and save.given.id in arguments:
            return Save(module, statement, call, arguments[save.given.id])
        made = [
            Member(key, arguments[value.id], arguments[value.id])
            for key, value in _passed(save.given)
            if value.id in arguments
        ]
        return Save(module, statement, call, None, tuple(made)) if made else None


def members(source: ProjectSource, save: Save, before: list[ast.stmt]) -> list[Member]:
    """The values that are saved, as far as the statements before give them."""
    if save.given is None:
        return list(save.members)
    found: list[Member] = []
    for statement in before[-_MOST:]:
        found = _after(source, save, statement, found)
    return [*found, *_of_dict(save.given)]


def _after(source: ProjectSource, save: Save, statement: ast.stmt, found: list[Member]) -> list[Member]:
    """What is known of the members behind one more statement."""
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        target = statement.targets[0]
        if isinstance(target, ast.Subscript) and _is_part(source, save, target.value):
            new = Member(_text(target.slice), statement.value, target)
            return [*(each for each in found if each.key is None or each.key != new.key), new]
        if save.given is not None and same(target, save.given):
            return _of_dict(statement.value)
    call = statement.value if isinstance(statement, ast.Expr) else None
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute) or call.func.attr != "update":
        return found
    if save.given is None or not same(call.func.value, save.given):
        return found
    given = [each for arg in call.args for each in _of_dict(arg)]
    return [*found, *given, *(Member(keyword.arg, keyword.value, keyword.value) for keyword in call.keywords)]


def _is_part(source: ProjectSource, save: Save, owner: ast.expr) -> bool:
    """Whether an expression is the saved dict, or one that lies in it."""
    for _ in range(4):
        if save.given is not None and same(owner, save.given):
            return True
        inner = source.resolver.value(save.module, owner).node if isinstance(owner, ast.Name) else owner
        if isinstance(inner, ast.Subscript):
            owner = inner.value
        elif isinstance(inner, ast.Call) and isinstance(inner.func, ast.Attribute) and inner.func.attr == "setdefault":
            owner = inner.func.value
        else:
            return False
    return False


def same(one: ast.expr, other: ast.expr) -> bool:
    """Whether two expressions are the same name, or the same attribute of one."""
    if isinstance(one, ast.Name) and isinstance(other, ast.Name):
        return one.id == other.id
    attributes = isinstance(one, ast.Attribute) and isinstance(other, ast.Attribute) and one.attr == other.attr
    return attributes and isinstance(one, ast.Attribute) and same(one.value, getattr(other, "value", one))


def _direct(call: OperationCall) -> Save | None:
    statement, given = _statement(call.module, call.node), argument(call, "state", 0)
    return Save(call.module, statement, call.node, given) if statement is not None and given is not None else None


def _statement(module: Module, call: ast.Call) -> ast.stmt | None:
    """The statement that a call is, where it is one by itself, yielded or not."""
    parent = module.parents[call]
    parent = module.parents[parent] if isinstance(parent, ast.Yield) else parent
    return parent if isinstance(parent, ast.Expr) else None


def _of_dict(node: ast.expr) -> list[Member]:
    if isinstance(node, ast.Dict):
        return [
            Member(_text(key), value, key) for key, value in zip(node.keys, node.values, strict=True) if key is not None
        ]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "dict":
        return [Member(keyword.arg, keyword.value, keyword.value) for keyword in node.keywords if keyword.arg]
    return []


def _passed(node: ast.expr) -> Iterator[tuple[str | None, ast.Name]]:
    """The members of a dict that are plain names."""
    for each in _of_dict(node):
        if isinstance(each.value, ast.Name):
            yield each.key, each.value


def _text(node: ast.expr | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None
