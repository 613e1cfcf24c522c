"""Which failures an exception handler takes, and whether it raises."""

from __future__ import annotations

import ast
import re

from .module import Module
from .names import last_word
from .source import ProjectSource

# Conditions of data and of Python, which a narrow handler may well expect.
_EXPECTED = frozenset(
    {"KeyError", "ValueError", "TypeError", "AttributeError", "IndexError", "LookupError", "StopIteration"}
    | {"StopAsyncIteration", "JSONDecodeError", "UnicodeDecodeError", "UnicodeError", "ImportError", "Empty", "Full"}
    | {"ModuleNotFoundError", "FileNotFoundError", "FileExistsError", "IsADirectoryError", "NotADirectoryError"}
    | {"ZeroDivisionError", "OverflowError", "ArithmeticError", "InvalidOperation", "ParserError", "GeneratorExit"}
    | {"NotImplementedError", "KeyboardInterrupt", "RecursionError", "AssertionError", "NotFound", "NoSuchKey"}
    | {"DoesNotExist", "NoResultFound", "ParseError", "ExpatError", "CancelledError", "InvalidToken", "EmptyDataError"}
)
_ABSENT = frozenset({"ImportError", "ModuleNotFoundError", "Exception", "BaseException"})
_FAILURE = re.compile(r"\w*(?:Exception|Error|Timeout|Fault|Failure)s?")
# `except*` is a class of its own since Python 3.11.
TRIES: tuple[type[ast.Try], ...] = (ast.Try, getattr(ast, "TryStar", ast.Try))


def catches_failures(source: ProjectSource, module: Module, handler: ast.ExceptHandler) -> bool:
    """Whether the handler takes what a source that fails raises, not only a condition that may be expected."""
    names = caught_names(handler)
    if isinstance(handler.type, ast.Name) and not _FAILURE.fullmatch(handler.type.id):
        kept = source.resolver.value(module, handler.type).node
        names = [last_word(each) for each in kept.elts] if isinstance(kept, ast.Tuple) else names
    return any(name not in _EXPECTED and _FAILURE.fullmatch(name) for name in names)


def caught_names(handler: ast.ExceptHandler) -> list[str]:
    """The last words of the classes that are caught; a bare except catches BaseException."""
    if handler.type is None:
        return ["BaseException"]
    types = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return [last_word(each) for each in types]


def raises(module: Module, handler: ast.ExceptHandler) -> bool:
    """Whether the handler may raise in its own function."""
    function = module.callable_of(handler)
    return any(module.callable_of(node) is function for node in module.inside(handler, ast.Raise))


def may_be_absent(module: Module, node: ast.AST) -> bool:
    """Whether the program goes on where an import at `node` fails: an `except` around it takes that and raises not."""
    child = node
    for parent in module.ancestors(node):
        if isinstance(parent, TRIES) and child in parent.body:
            taking = (each for each in parent.handlers if _ABSENT.intersection(caught_names(each)))
            if any(not raises(module, each) for each in taking):
                return True
        child = parent
    return False
