"""Straight-line reading of what one function asks for, keeps in names, and sends."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple, cast

from .blocks import stored
from .module import FUNCTIONS, Module
from .names import last_word
from .page_loops import LOOPS, Loop
from .senders import Senders

_DEPTH = 8
# What runs its statements in line with those around.
_AROUND = (ast.If, ast.With, ast.AsyncWith, ast.Try)
# What gives the same rows again.
_SAME = frozenset({"enumerate", "sorted", "reversed", "list", "iter", "tuple", "tqdm"})
_EXTREMES = frozenset({"max", "min"})


class Path(NamedTuple):
    """A name that holds what a call gave, and the keys that lead from there: `data["items"]`."""

    root: str
    keys: tuple[str, ...] = ()


class Line:
    """The statements of a function that surely run one after the other, up to a place: within the loop around it."""

    def __init__(self, module: Module, place: ast.stmt) -> None:
        self.module, self.place = module, place
        self.before: list[ast.stmt] = []
        self.after: list[ast.stmt] = []
        self.loop: Loop | None = None
        self.ends = False
        self._climb(place)

    def _climb(self, place: ast.stmt) -> None:
        child: ast.stmt = place
        while True:
            parent = self.module.parents[child]
            block = _block(parent, child)
            index = next(number for number, each in enumerate(block) if each is child)
            self.before[:0] = block[:index]
            self.after += [] if self.ends else block[index + 1 :]
            self.ends = self.ends or _leaves(block[index + 1 :])
            if isinstance(parent, LOOPS):
                self.loop = parent
            if not isinstance(parent, _AROUND):
                return
            child = parent

    def giver(self, name: str) -> ast.stmt | None:
        """The last statement before the place that gives a name its value."""
        return next((each for each in reversed(self.before) if name in stored(self.module, each)), None)

    def resolved(self, node: ast.expr) -> ast.expr:
        """The expression that a name was given in the line, or the expression itself."""
        for _ in range(_DEPTH):
            giver = self.giver(node.id) if isinstance(node, ast.Name) else None
            value = _value(giver) if giver is not None else None
            if value is None:
                break
            node = value
        return node

    def path(self, node: ast.expr) -> Path | None:
        """Where rows lie: the name that a call filled and the keys behind it."""
        keys: list[str] = []
        for _ in range(_DEPTH * 2):
            inner, key = _stepped(node)
            if inner is not node:
                keys[:0] = [] if key is None else [key]
                node = inner
            elif isinstance(node, ast.Name):
                giver = self.giver(node.id)
                value = _value(giver) if giver is not None else None
                if value is None or isinstance(_stripped(value), ast.Call):
                    return Path(node.id, tuple(keys)) if self._is_given(node.id, giver) else None
                node = value
            else:
                return None
        return None

    def _is_given(self, name: str, giver: ast.stmt | None) -> bool:
        """Whether a name holds what a call gave, or what the loop around gives."""
        if giver is not None:
            made = self.module.inside(giver, ast.Assign, ast.AnnAssign) if isinstance(giver, _AROUND) else iter([giver])
            return any(isinstance(_stripped(value), ast.Call) for each in made if (value := _value(each)))
        if isinstance(self.loop, (ast.For, ast.AsyncFor)):
            return name in stored(self.module, self.loop.target)
        test = self.loop.test if isinstance(self.loop, ast.While) else None
        return test is not None and name in stored(self.module, test)

    def is_of_rows(self, value: ast.expr, rows: set[Path]) -> bool:
        """Whether a value is taken from one of the rows: the last of them, the largest, or each in turn."""
        module, found = self.module, self.resolved(value)
        if any(_is_end(part.slice) and self.path(part.value) in rows for part in module.inside(found, ast.Subscript)):
            return True
        for call in module.inside(found, ast.Call):
            if last_word(call.func) in _EXTREMES and self._takes(call, rows):
                return True
        giver = self.giver(found.id) if isinstance(found, ast.Name) else None
        return isinstance(giver, ast.For) and self.path(giver.iter) in rows and self._collects(giver, found)

    def _takes(self, call: ast.Call, rows: set[Path]) -> bool:
        sources = [each.iter for each in self.module.inside(call, ast.comprehension)]
        return any(self.path(part) in rows for part in (*call.args, *sources) if not isinstance(part, ast.Starred))

    def _collects(self, loop: ast.For, name: ast.expr) -> bool:
        """Whether a loop over the rows gives the name a value of a row."""
        rows = stored(self.module, loop.target)
        for each in self.module.inside(loop, ast.Assign):
            targets = {target.id for target in each.targets if isinstance(target, ast.Name)}
            loaded = {part.id for part in self.module.inside(each.value, ast.Name)}
            if isinstance(name, ast.Name) and name.id in targets and loaded & rows:
                return True
        return False


def sent_rows(line: Line, statement: ast.stmt, senders: Senders) -> set[Path]:
    """The rows that a statement sends, one by one or as a whole."""
    module, found = line.module, set[Path | None]()
    for call in module.inside(statement, ast.Call):
        if senders.call_sends(call):
            loops = [each for each in _around(module, call, statement) if isinstance(each, ast.For)]
            found |= {line.path(loop.iter) for loop in loops}
            given = (*call.args, *(keyword.value for keyword in call.keywords))
            found |= {line.path(part) for part in given if isinstance(part, (ast.Name, ast.Subscript))}
    return {path for path in found if path is not None}


def _around(module: Module, node: ast.AST, last: ast.stmt) -> Iterator[ast.AST]:
    while node is not last and not isinstance(node, FUNCTIONS):
        node = module.parents[node]
        yield node


def _block(parent: ast.AST, child: ast.stmt) -> list[ast.stmt]:
    for field in ("body", "orelse", "finalbody"):
        found: object = getattr(parent, field, None)
        block = cast("list[ast.stmt]", found) if isinstance(found, list) else []
        if any(each is child for each in block):
            return block
    return [child]


def _leaves(statements: list[ast.stmt]) -> bool:
    return any(isinstance(each, (ast.Return, ast.Raise, ast.Break, ast.Continue)) for each in statements)


def _value(statement: ast.stmt) -> ast.expr | None:
    """What a plain assignment to one name gives it."""
    if isinstance(statement, ast.AnnAssign):
        return statement.value
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1 and isinstance(statement.targets[0], ast.Name):
        return statement.value
    return None


def _stripped(node: ast.expr) -> ast.expr:
    while isinstance(node, (ast.Await, ast.BoolOp)):
        node = node.value if isinstance(node, ast.Await) else node.values[0]
    stepped, key = _stepped(node)
    return _stripped(stepped) if key is not None or stepped is not node else node


def _stepped(node: ast.expr) -> tuple[ast.expr, str | None]:
    """One step nearer to the name: the owner of a key with the key, or what a wrapper wraps."""
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str):
        return node.value, node.slice.value
    if isinstance(node, ast.BoolOp):
        return node.values[0], None
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
        key = node.args[0]
        if node.func.attr == "get" and isinstance(key, ast.Constant) and isinstance(key.value, str):
            # A text with a slash is an address: session.get("https://...") asks a source.
            return (node, None) if "/" in key.value else (node.func.value, key.value)
    if isinstance(node, ast.Call) and last_word(node.func) in _SAME and node.args:
        return node.args[0], None
    return node, None


def _is_end(index: ast.expr) -> bool:
    """Whether an index is that of the last or first item."""
    if isinstance(index, ast.UnaryOp) and isinstance(index.op, ast.USub):
        return isinstance(index.operand, ast.Constant) and index.operand.value == 1
    return isinstance(index, ast.Constant) and index.value == 0 and not isinstance(index.value, bool)
