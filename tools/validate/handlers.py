"""What an exception handler does with what it has caught."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from .module import FUNCTIONS, Module
from .names import last_word

# Conditions of data and of Python, which a narrow handler may well expect.
_EXPECTED = frozenset(
    {"KeyError", "ValueError", "TypeError", "AttributeError", "IndexError", "LookupError", "StopIteration"}
    | {"StopAsyncIteration", "JSONDecodeError", "UnicodeDecodeError", "UnicodeError", "ImportError", "Empty", "Full"}
    | {"ModuleNotFoundError", "FileNotFoundError", "FileExistsError", "IsADirectoryError", "NotADirectoryError"}
    | {"ZeroDivisionError", "OverflowError", "ArithmeticError", "InvalidOperation", "ParserError", "GeneratorExit"}
    | {"NotImplementedError", "KeyboardInterrupt", "RecursionError", "AssertionError", "NotFound", "NoSuchKey"}
    | {"DoesNotExist", "NoResultFound", "ParseError", "ExpatError", "CancelledError", "InvalidToken", "EmptyDataError"}
)
_FAILURE = re.compile(r"\w*(?:Exception|Error|Timeout|Fault|Failure)s?")
_EMPTY_MAKERS = frozenset({"list", "dict", "set", "tuple", "iter", "DataFrame"})
_LOGS = frozenset(
    {"debug", "fine", "info", "warning", "warn", "error", "severe", "critical", "exception", "print", "log"}
)
_PRINTS = frozenset({"print_exc", "print_exception", "format_exc", "str", "repr", "type", "format", "len"})


def catches_failures(handler: ast.ExceptHandler) -> bool:
    """Whether the handler takes what a source that fails raises, not only a condition that may be expected."""
    return any(name not in _EXPECTED and _FAILURE.fullmatch(name) for name in caught_names(handler))


def caught_names(handler: ast.ExceptHandler) -> list[str]:
    """The last words of the classes that are caught; a bare except catches BaseException."""
    if handler.type is None:
        return ["BaseException"]
    types = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return [last_word(each) for each in types]


def goes_on(module: Module, handler: ast.ExceptHandler, tried: list[ast.stmt]) -> bool:
    """Whether the handler only logs, and then the work goes on as if nothing was missing."""
    assigned = {node.id for statement in tried for node in module.inside(statement, ast.Name) if _is_stored(node)}
    return all(_is_idle(module, statement, assigned) for statement in handler.body)


def _is_idle(module: Module, statement: ast.stmt, assigned: set[str]) -> bool:
    """Logging, passing on, leaving with nothing, or putting nothing in the place of what was asked for."""
    if isinstance(statement, (ast.Pass, ast.Continue, ast.Break)):
        return True
    if isinstance(statement, ast.Return):
        return statement.value is None or _is_empty(statement.value)
    if isinstance(statement, ast.Expr):
        return isinstance(statement.value, ast.Constant) or _only_logs(module, statement.value)
    if isinstance(statement, ast.Assign):
        names = {target.id if isinstance(target, ast.Name) else "" for target in statement.targets}
        return names <= assigned and _is_empty(statement.value)
    return False


def _only_logs(module: Module, node: ast.expr) -> bool:
    if not isinstance(node, ast.Call) or last_word(node.func) not in _LOGS | _PRINTS:
        return False
    inner = (call for call in module.inside(node, ast.Call) if call is not node)
    return all(isinstance(call.func, ast.Attribute) or last_word(call.func) in _PRINTS for call in inner)


def _is_empty(node: ast.expr) -> bool:
    """None, False, 0, an empty text or collection, or a tuple of such."""
    if isinstance(node, ast.Constant):
        return not node.value
    if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
        return all(_is_empty(part) for part in node.elts)
    if isinstance(node, ast.Dict):
        return not node.keys
    return isinstance(node, ast.Call) and not node.args and not node.keywords and last_word(node.func) in _EMPTY_MAKERS


def _is_stored(node: ast.Name) -> bool:
    return isinstance(node.ctx, ast.Store)


def raises(module: Module, handler: ast.ExceptHandler) -> bool:
    """Whether the handler may raise in its own function."""
    function = module.callable_of(handler)
    return any(module.callable_of(node) is function for node in module.inside(handler, ast.Raise))


def is_retried(module: Module, handler: ast.ExceptHandler) -> bool:
    """Whether a loop around the `try` counts, or waits for, another attempt."""
    if any(last_word(call.func) in ("sleep", "wait") for call in module.inside(handler, ast.Call)):
        return True
    return any(_counts(loop) for loop in _loops(module, handler))


def _loops(module: Module, node: ast.AST) -> Iterator[ast.For | ast.While]:
    for parent in module.ancestors(node):
        if isinstance(parent, FUNCTIONS):
            return
        if isinstance(parent, (ast.For, ast.While)):
            yield parent


def _counts(loop: ast.For | ast.While) -> bool:
    """`for attempt in range(3)`, `while tries < 3`."""
    if isinstance(loop, ast.While):
        return not isinstance(loop.test, (ast.Constant, ast.Name, ast.Attribute, ast.NamedExpr))
    return isinstance(loop.iter, ast.Call) and last_word(loop.iter.func) == "range"
