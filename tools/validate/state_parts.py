"""What an expression that reads the state gives on a first sync, when the state is empty."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from .bindings import Binding
from .module import FUNCTIONS, Module
from .names import last_word
from .page_loops import LOOPS
from .parameter_reads import KeyRead
from .source import ProjectSource
from .state_reads import StateReads


def is_the_state(source: ProjectSource, reads: StateReads, read: KeyRead) -> bool:
    """Whether a read is certainly one of the state as the SDK gave it, not of something put in its place."""
    owner = _owner(read)
    if isinstance(owner, ast.Attribute):
        bindings = list(_set_by_methods(source, read.module, owner))
        return bool(bindings) and all(each.value is not None and _is_plain(reads, each.value) for each in bindings)
    if isinstance(owner, ast.Name):
        bindings = source.names(read.module).lookup(owner)
        return all(
            isinstance(each.node, ast.arg) or (each.value is not None and _is_plain(reads, each.value))
            for each in bindings
        )
    return owner is not None and _is_plain(reads, owner)


def _owner(read: KeyRead) -> ast.expr | None:
    if isinstance(read.node, ast.Subscript):
        return read.node.value
    called = read.node.func if isinstance(read.node, ast.Call) else None
    return called.value if isinstance(called, ast.Attribute) else None


def _set_by_methods(source: ProjectSource, module: Module, node: ast.Attribute) -> Iterator[Binding]:
    name = source.qualified(module, node.value) or ""
    for found in source.resolver.definitions.get(name.removesuffix("()"), ()) if name.endswith("()") else ():
        if isinstance(found.node, ast.ClassDef):
            yield from source.names(found.module).bound.attributes(found.node, node.attr)


def _is_plain(reads: StateReads, node: ast.expr) -> bool:
    """The state or a copy of it, with nothing but an empty dict in its place."""
    if isinstance(node, ast.BoolOp):
        return all(_is_plain(reads, value) or is_empty_dict(value) for value in node.values)
    if isinstance(node, ast.IfExp):
        return all(_is_plain(reads, value) or is_empty_dict(value) for value in (node.body, node.orelse))
    return reads.is_whole(node)


def is_empty_dict(node: ast.expr) -> bool:
    """`{}` or `dict()`."""
    if isinstance(node, ast.Call):
        return last_word(node.func) == "dict" and not node.args and not node.keywords
    return isinstance(node, ast.Dict) and not node.keys


def nested_failure(source: ProjectSource, read: KeyRead) -> tuple[ast.expr, str, str] | None:
    """Where the value of a key is used as a dict that holds something, what that raises, and the missing key."""
    module, node = read.module, read.node
    if not isinstance(node, ast.Call):
        return None
    place = _item_of(module, node)
    if read.how == "get":
        message = f"On the first sync state.get({read.key!r}) is None: this is a TypeError."
        return (place[0], message, read.key) if place is not None else None
    if len(node.args) < 2 or not is_empty_dict(node.args[1]):
        return None
    place = place or _first_item_of_name(source, module, node)
    message = f"On the first sync {read.key!r} is an empty dict, without the key"
    return (place[0], f"{message} {place[1]!r}: this is a KeyError.", place[1]) if place is not None else None


def may_be_filled(read: KeyRead, reads: StateReads) -> bool:
    """Whether another place may put something into the dict that lies under the key."""
    others = [each for each in reads.reads if each.key == read.key and each.node is not read.node]
    return any(each.how == "item" or _is_kept(each) for each in others)


def _is_kept(read: KeyRead) -> bool:
    return isinstance(read.node, ast.Call) and last_word(read.node.func) == "setdefault"


def _item_of(module: Module, node: ast.expr) -> tuple[ast.Subscript, str] | None:
    """The item that is read of an expression, with its key."""
    parent = module.parents[node]
    if not isinstance(parent, ast.Subscript) or parent.value is not node or not isinstance(parent.ctx, ast.Load):
        return None
    key = parent.slice
    return (parent, key.value) if isinstance(key, ast.Constant) and isinstance(key.value, str) else None


def _first_item_of_name(source: ProjectSource, module: Module, node: ast.expr) -> tuple[ast.Subscript, str] | None:
    """The item that is read first of the variable that keeps an expression, where nothing may have filled it."""
    statement = module.parents[node]
    target = statement.targets[0] if isinstance(statement, ast.Assign) and len(statement.targets) == 1 else None
    names = source.names(module)
    if not isinstance(target, ast.Name) or len(names.lookup(target)) != 1 or _in_loop(module, target):
        return None
    for use in module.named(target.id):
        if use is target or names.lookup(use) != names.lookup(target):
            continue
        found = None if module.callable_of(use) is not module.callable_of(target) else _item_of(module, use)
        if found is not None and not _in_branch(module, found[0]):
            return found
        if not _only_asks(module, use):
            return None
    return None


def _in_loop(module: Module, node: ast.AST) -> bool:
    return any(isinstance(parent, LOOPS) for parent in module.ancestors(node))


def _in_branch(module: Module, node: ast.AST) -> bool:
    """Whether the place may not run, or run again when something has filled the dict."""
    for parent in module.ancestors(node):
        if isinstance(parent, FUNCTIONS):
            return False
        if isinstance(parent, (ast.If, ast.IfExp, ast.BoolOp, ast.ExceptHandler, *LOOPS)):
            return True
    return False


def _only_asks(module: Module, use: ast.Name) -> bool:
    """Whether a use is `NAME.get(...)`."""
    parent = module.parents[use]
    return isinstance(parent, ast.Attribute) and parent.attr == "get"
