"""From the bytes of a file to its module, or to what is wrong with them."""

from __future__ import annotations

import ast
import io
import sys
import threading
import tokenize
import warnings
from dataclasses import dataclass

from .compiles import may_be_refused
from .module import Module
from .text import Lines, decode_error

# The filters of warnings belong to the whole process: two threads must not set them at a time.
_FILTERS = threading.Lock()
_LIMITS = (RecursionError, MemoryError, ValueError, OverflowError)
_PYTHON = f"Python {sys.version_info.major}.{sys.version_info.minor}"


@dataclass(frozen=True)
class Broken:
    """A file that cannot be parsed: where, and why.

    It is not `certain` where only a limit of this process was met, which another Python may not have.
    """

    line: int
    column: int
    reason: str
    certain: bool = True


def parse_module(name: str, file: str, data: bytes) -> Module | Broken:
    """The module of a file's bytes, or what is wrong with them."""
    text = _decode(data)
    if isinstance(text, Broken):
        return text
    tree = _parsed(text)
    if isinstance(tree, Broken):
        return tree
    module = Module(name, file, text, tree)
    return (_refused(text) if may_be_refused(module) else None) or module


def _decode(data: bytes) -> str | Broken:
    """The text, which has to be UTF-8 whatever the file declares: the SDK reads it so."""
    if (place := decode_error(data)) is not None:
        return Broken(*place, "the file is not UTF-8 text")
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        return data.decode(encoding)
    except (SyntaxError, LookupError, ValueError) as error:
        return Broken(1, 1, f"the file is not valid text: {_first_line(error)}")


def _parsed(text: str) -> ast.Module | Broken:
    """The tree of a text that parses."""
    if "\0" in text:
        return Broken(*Lines(text).at(text.index("\0")), "the file holds a NUL character")
    try:
        with _FILTERS, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except SyntaxError as error:
        return Broken(error.lineno or 1, max(error.offset or 1, 1), _reason(error))
    except _LIMITS as error:
        return _beyond(error)


def _refused(text: str) -> Broken | None:
    """What the parser lets pass and the compiler refuses, as a `return` outside of a function.

    The text is compiled, not the tree: a tree has narrower limits of depth. The compiler counts columns in bytes.
    """
    try:
        with _FILTERS, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(text, "<connector>", "exec", dont_inherit=True)
    except SyntaxError as error:
        line = error.lineno or 1
        return Broken(line, Lines(text).column(line, max((error.offset or 1) - 1, 0)), _reason(error))
    except _LIMITS as error:
        return _beyond(error)
    return None


def _beyond(error: BaseException) -> Broken:
    return Broken(1, 1, f"{_PYTHON} cannot compile the file: {_first_line(error)}", certain=False)


def _reason(error: SyntaxError) -> str:
    return f"{error.msg or 'invalid syntax'} ({_PYTHON})"


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
