"""Loops around a `try`: whether the next round asks for the same once more, and what runs after them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from .blocks import loaded, stored
from .handlers import TRIES
from .module import Module
from .page_loops import Loop, innermost

# A counter or a pause of a retry, whatever it is used for.
_ATTEMPT = re.compile(r"^_$|attempt|retr(?:y|ies)|(?:^|_)(?:try|tries)(?:_|$)|back_?off|delay|(?:^|_)wait", re.I)
_TAKING = frozenset({"next", "pop", "popleft", "popitem", "get_nowait", "fetchone"})
_LOGS = frozenset({"info", "fine", "debug", "warning", "error", "severe", "print"})
_LEAVING = (ast.Return, ast.Break, ast.Continue, ast.Raise)


def is_attempt(name: str) -> bool:
    """Whether a variable is called like the counter of a retry."""
    return _ATTEMPT.search(name) is not None


def repeats(module: Module, loop: Loop, tried: ast.Try, handler: ast.ExceptHandler) -> bool:
    """Whether a round after a failure asks for the same as the round before: nothing that is asked with has moved."""
    asked = _made_of(module, loop, tried, set(_asked_with(module, tried.body)))
    if not asked.isdisjoint(_moved(module, loop, tried, handler)):
        return False
    return not isinstance(loop, ast.While) or not _moves_by_itself(module, loop, tried, asked)


def repeats_call(module: Module, loop: Loop, call: ast.Call) -> bool:
    """Whether a `for` that a success leaves makes the same call each round."""
    if isinstance(loop, ast.While) or not is_left(module, loop):
        return False
    asked = {name.id for name in module.inside(call, ast.Name) if isinstance(name.ctx, ast.Load)}
    last = module.number(call)
    later = {n.id for n in module.inside(loop, ast.Name) if isinstance(n.ctx, ast.Store) and module.number(n) > last}
    return _made_of(module, loop, call, asked).isdisjoint(later | stored(module, loop.target))


def is_left(module: Module, loop: Loop) -> bool:
    """Whether a return, or a break of its own, ends the loop."""
    if any(innermost(module, node) is loop for node in module.inside(loop, ast.Break)):
        return True
    function = module.callable_of(loop)
    return any(module.callable_of(node) is function for node in module.inside(loop, ast.Return))


def counters(module: Module, loop: Loop) -> set[str]:
    """The names that may count the attempts of a loop."""
    heads = [loop.test] if isinstance(loop, ast.While) else [loop.target]
    found = {name.id for head in heads for name in module.inside(head, ast.Name)}
    counted = (node.target for node in module.inside(loop, ast.AugAssign))
    found |= {target.id for target in counted if isinstance(target, ast.Name)}
    return found | {name.id for name in module.inside(loop, ast.Name) if is_attempt(name.id)}


def around(module: Module, loop: Loop, tried: ast.stmt) -> tuple[list[ast.stmt], list[ast.stmt]]:
    """The statements of the loop's body before and after the one that holds `tried`."""
    inner: ast.AST = tried
    while module.parents[inner] is not loop:
        inner = module.parents[inner]
    index = next((number for number, each in enumerate(loop.body) if each is inner), 0)
    return loop.body[:index], loop.body[index + 1 :]


def leaves(statements: list[ast.stmt]) -> type[ast.stmt] | None:
    """How a list of statements ends, where it surely leaves: Return, Break or Raise."""
    last = statements[-1] if statements else None
    if isinstance(last, (ast.With, ast.AsyncWith)):
        return leaves(last.body)
    if isinstance(last, ast.If) and last.orelse:
        first, second = leaves(last.body), leaves(last.orelse)
        return second if first else None
    return type(last) if isinstance(last, _LEAVING) else None


def after(module: Module, statement: ast.stmt) -> Iterator[ast.stmt]:
    """What runs after a statement, up to the end of its function or to the next round of the loop around it."""
    child: ast.AST = statement
    for parent in module.ancestors(statement):
        for block in _blocks_of(parent):
            yield from block[next((number + 1 for number, each in enumerate(block) if each is child), len(block)) :]
        if not isinstance(parent, (ast.If, ast.With, ast.AsyncWith, ast.ExceptHandler, *TRIES)):
            return
        child = parent


def loops_around(module: Module, node: ast.AST) -> Iterator[Loop]:
    """The loops of its function that run `node`, innermost first."""
    loop = innermost(module, node)
    while loop is not None:
        yield loop
        loop = innermost(module, loop)


def _blocks_of(node: ast.AST) -> Iterator[list[ast.stmt]]:
    for field in ("body", "orelse", "finalbody"):
        block: list[ast.stmt] = getattr(node, field, [])
        yield block


def _asked_with(module: Module, statements: list[ast.stmt]) -> Iterator[str]:
    """The names that are read in statements, but for those of counters and of what is only logged."""
    logs = [module.span(call) for call in module.calls(_LOGS)]
    for name in (name for statement in statements for name in module.inside(statement, ast.Name)):
        number = module.number(name)
        logged = any(first <= number < last for first, last in logs)
        if isinstance(name.ctx, ast.Load) and not logged and not is_attempt(name.id):
            yield name.id


def _made_of(module: Module, loop: Loop, at: ast.AST, names: set[str]) -> set[str]:
    """The names, and those that a round of the loop makes their values of before it comes to `at`."""
    found, last = set(names), module.number(at)
    nodes = [*module.inside(loop, ast.Assign), *module.inside(loop, ast.AnnAssign), *module.inside(loop, ast.For)]
    for node in sorted(nodes, key=module.number, reverse=True):
        if module.number(node) < last and node is not loop:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            value = node.iter if isinstance(node, ast.For) else node.value
            if value is not None and not found.isdisjoint(*(stored(module, target) for target in targets)):
                found |= loaded(module, value)
    return found


def _moves_by_itself(module: Module, loop: ast.While, tried: ast.Try, asked: set[str]) -> bool:
    """Whether a success changes nothing that is asked with either: then the source itself goes on, like a queue."""
    given = {name for statement in tried.body for name in stored(module, statement)}
    if is_left(module, loop) or not asked.isdisjoint(given):
        return False
    done = (node for statement in tried.body for node in module.inside(statement, ast.Assign))
    flags = {
        name
        for node in done
        if isinstance(node.value, ast.Constant)
        for each in node.targets
        for name in stored(module, each)
    }
    return flags.isdisjoint(loaded(module, loop.test))


def _moved(module: Module, loop: Loop, tried: ast.Try, handler: ast.ExceptHandler) -> set[str]:
    """The names that mean something else in the next round, although the `try` failed."""
    before, behind = around(module, loop, tried)
    if leaves(handler.body) is ast.Continue and innermost(module, tried) is loop:
        behind = []
    found = stored(module, loop.test if isinstance(loop, ast.While) else loop.target)
    for statement in (*before, *behind, handler):
        counted = (node.target for node in module.inside(statement, ast.AugAssign))
        found |= {target.id for target in counted if isinstance(target, ast.Name)}
        for node in module.inside(statement, ast.Assign):
            names = {name for target in node.targets for name in stored(module, target)}
            taken = any(_takes(call) for call in module.inside(node.value, ast.Call))
            if taken or statement in behind or names & loaded(module, node.value):
                found |= names
    return found


def _takes(call: ast.Call) -> bool:
    called = call.func
    word = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
    return word in _TAKING and len(call.args) < 2
