"""Statements after which nothing is better than before: they log, count, wait, or leave with nothing."""

from __future__ import annotations

import ast

from .call_graph import CallGraph
from .handlers import TRIES
from .module import Module
from .names import last_word
from .reach import Reach
from .source import ProjectSource

_EMPTY_MAKERS = frozenset({"list", "dict", "set", "tuple", "iter", "DataFrame"})
_LOGS = frozenset(
    {"debug", "fine", "info", "warning", "warn", "error", "severe", "critical", "exception", "print", "log"}
)
_TEXTS = frozenset({"print_exc", "print_exception", "format_exc", "str", "repr", "type", "format", "len", "getattr"})
_ALSO_IDLE = frozenset({"sleep", "wait", "rollback", "close", "disconnect", "collect", "flush"})
_ADDING = frozenset({"append", "add", "extend"})
_READING = frozenset({"get", "join", "format", "strip", "lower", "upper", "isoformat", "format_exc"})
_DEPTH = 4


class Idle:
    """Asked about the statements of a handler and about those that run after one."""

    def __init__(self, source: ProjectSource, reach: Reach) -> None:
        self._source = source
        self._reach = reach

    def are(self, module: Module, statements: list[ast.stmt], expected: set[str], depth: int = _DEPTH) -> bool:
        """Whether all are idle; `expected` are the names of what was asked for, which may be given nothing instead."""
        return depth > 0 and all(self._is(module, statement, expected, depth) for statement in statements)

    def logs(self, module: Module, node: ast.expr) -> bool:
        """Whether an expression only makes or logs a text: by the log, print, or a function of the project."""
        if not isinstance(node, ast.Call):
            return False
        if last_word(node.func) not in _LOGS | _TEXTS:
            return self._is_logger(module, node)
        inner = (call for call in module.inside(node, ast.Call) if call is not node)
        texts = all(isinstance(call.func, ast.Attribute) or last_word(call.func) in _TEXTS for call in inner)
        return texts and self._source.operation_name(module, node.func) != "error"

    def _is(self, module: Module, statement: ast.stmt, expected: set[str], depth: int) -> bool:
        if isinstance(statement, (ast.Pass, ast.Continue, ast.Break)):
            return True
        if isinstance(statement, ast.Return):
            return self._returns_nothing(module, statement)
        if isinstance(statement, ast.Expr):
            return isinstance(statement.value, ast.Constant) or self._does_nothing(module, statement.value)
        if isinstance(statement, ast.If):
            again = bool(statement.body) and _asks_again(module, statement.body[-1])
            taken = statement.body[:-1] if again else statement.body
            return self.are(module, taken, expected, depth - 1) and self.are(
                module, statement.orelse, expected, depth - 1
            )
        if isinstance(statement, TRIES):
            parts = [statement.body, *(handler.body for handler in statement.handlers)]
            return all(self.are(module, part, expected, depth - 1) for part in parts)
        if isinstance(statement, ast.With):
            return self.are(module, statement.body, expected, depth - 1)
        if isinstance(statement, ast.Assign):
            return all(self._takes_nothing(module, each, statement.value, expected) for each in statement.targets)
        return isinstance(statement, ast.AugAssign) and self.is_only_logged(module, statement.target)

    def _returns_nothing(self, module: Module, statement: ast.Return) -> bool:
        """Whether the caller cannot tell the answer from that of a source that has no rows."""
        value, function = statement.value, module.function_of(statement)
        if value is None or is_empty(value):
            return True
        if isinstance(value, ast.Name) and function is not None:
            others = (node.value for node in module.own(function, ast.Return) if node is not statement)
            if any(isinstance(other, ast.Name) and other.id == value.id for other in others):
                return True
        return isinstance(value, (ast.Dict, ast.Constant, ast.Name)) and self._is_thrown_away(module, statement)

    def _is_thrown_away(self, module: Module, statement: ast.Return) -> bool:
        function = module.function_of(statement)
        if function is None:
            return False
        sites = [(where, call) for where in self._source.modules for call in where.calls([function.name])]
        return bool(sites) and all(isinstance(where.parents[call], ast.Expr) for where, call in sites)

    def _does_nothing(self, module: Module, node: ast.expr) -> bool:
        if not isinstance(node, ast.Call):
            return False
        word = last_word(node.func)
        if word in _ADDING and isinstance(node.func, ast.Attribute):
            return self.is_only_logged(module, node.func.value)
        if word in _ALSO_IDLE:
            return True
        return self.logs(module, node) or self._source.operation_name(module, node.func) == "checkpoint"

    def _takes_nothing(self, module: Module, target: ast.expr, value: ast.expr, expected: set[str]) -> bool:
        flag = isinstance(value, ast.Constant) and isinstance(value.value, bool)
        if isinstance(target, ast.Name) and target.id in expected and is_empty(value) and not flag:
            return True
        made = not isinstance(value, ast.Call) or last_word(value.func) in _READING or self.logs(module, value)
        return made and self.is_only_logged(module, target)

    def is_only_logged(self, module: Module, target: ast.expr, depth: int = 2) -> bool:
        """Whether what a variable or its items hold comes to nothing but log lines."""
        while isinstance(target, ast.Subscript):
            target = target.value
        if isinstance(target, ast.Attribute):
            uses = [(where, use) for where in self._source.modules for use in where.attributes([target.attr])]
        elif isinstance(target, ast.Name):
            names = self._source.names(module)
            bound = names.lookup(target)
            uses = [(module, use) for use in module.named(target.id) if names.lookup(use) is bound]
        else:
            return False
        return all(self._is_mere(where, use, depth) for where, use in uses)

    def _is_mere(self, module: Module, use: ast.Name | ast.Attribute, depth: int) -> bool:
        if not isinstance(use.ctx, ast.Load):
            return True
        child: ast.AST = use
        for parent in module.ancestors(use):
            if isinstance(parent, ast.Call) and (self._is_added_to(module, parent, child) or self.logs(module, parent)):
                return True
            if isinstance(parent, ast.Subscript) and parent.value is child and not isinstance(parent.ctx, ast.Load):
                return True
            if isinstance(parent, ast.If):
                return parent.test is child and self.are(module, [parent], set(), 2)
            if isinstance(parent, ast.Assign) and depth:
                return all(self.is_only_logged(module, target, depth - 1) for target in parent.targets)
            if isinstance(parent, ast.stmt):
                return False
            child = parent
        return False

    def _is_added_to(self, module: Module, call: ast.Call, child: ast.AST) -> bool:
        adds = call.func is child and last_word(call.func) in _ADDING
        return adds and isinstance(module.parents[call], ast.Expr)

    def _is_logger(self, module: Module, call: ast.Call) -> bool:
        """Whether the call runs a function of the project that does nothing but log."""
        called = self._reach.shared(CallGraph).called(call)
        return len(called) == 1 and any(self._only_logs(where, called[0]) for where in self._source.modules)

    def _only_logs(self, module: Module, function: ast.AST) -> bool:
        if function not in module.parents or any(True for _ in module.inside(function, ast.Raise, ast.For, ast.While)):
            return False
        calls = [call for call in module.inside(function, ast.Call) if module.callable_of(call) is function]
        words = {last_word(call.func) for call in calls}
        plain = all(last_word(call.func) in _LOGS | _TEXTS | _READING for call in calls)
        operations = any(self._source.operation_name(module, call.func) for call in calls)
        return plain and not operations and not words.isdisjoint(_LOGS)


def is_empty(node: ast.expr) -> bool:
    """None, False, 0, an empty text or collection, or a tuple or record of such."""
    if isinstance(node, ast.Constant):
        return not node.value
    if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
        return all(is_empty(part) for part in node.elts)
    if isinstance(node, ast.Dict):
        return all(is_empty(value) for value in node.values)
    return isinstance(node, ast.Call) and not node.args and not node.keywords and last_word(node.func) in _EMPTY_MAKERS


def _asks_again(module: Module, statement: ast.stmt) -> bool:
    """Whether a function calls itself: `return fetch(url)`."""
    value = statement.value if isinstance(statement, (ast.Return, ast.Expr)) else None
    function = module.function_of(statement)
    return isinstance(value, ast.Call) and function is not None and last_word(value.func) == function.name
