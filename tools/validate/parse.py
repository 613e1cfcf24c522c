"""From the bytes of a file to its module, or to what is wrong with them."""

from __future__ import annotations

import ast
import io
import sys
import threading
import tokenize
import warnings
from dataclasses import dataclass

from .module import Module
from .text import Lines, decode_error

# The filters of warnings belong to the whole process: two threads must not set them at a time.
_FILTERS = threading.Lock()
_PYTHON = f"Python {sys.version_info.major}.{sys.version_info.minor}"


@dataclass(frozen=True)
class Broken:
    """A file that cannot be parsed: where, and why."""

    line: int
    column: int
    reason: str


def parse_module(name: str, file: str, data: bytes) -> Module | Broken:
    """The module of a file's bytes, or what is wrong with them."""
    text = _decode(data)
    if isinstance(text, Broken):
        return text
    if "\0" in text:
        return Broken(*Lines(text).at(text.index("\0")), "the file holds a NUL character")
    try:
        with _FILTERS, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
            return _compile(Module(name, file, text, tree))
    except SyntaxError as error:
        return Broken(error.lineno or 1, max(error.offset or 1, 1), _reason(error))
    except (RecursionError, MemoryError, ValueError, OverflowError) as error:
        return Broken(1, 1, f"{_PYTHON} cannot compile the file: {_first_line(error)}")


def _decode(data: bytes) -> str | Broken:
    """The text, which has to be UTF-8 whatever the file declares: the SDK reads it so."""
    if (place := decode_error(data)) is not None:
        return Broken(*place, "the file is not UTF-8 text")
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        return data.decode(encoding)
    except (SyntaxError, LookupError, ValueError) as error:
        return Broken(1, 1, f"the file is not valid text: {_first_line(error)}")


def _compile(module: Module) -> Module | Broken:
    """What the parser lets pass and the compiler refuses, as a `return` outside of a function."""
    try:
        compile(module.tree, "<connector>", "exec", dont_inherit=True)
    except SyntaxError as error:
        line = error.lineno or 1
        return Broken(line, module.lines.column(line, max((error.offset or 1) - 1, 0)), _reason(error))
    return module


def _reason(error: SyntaxError) -> str:
    return f"{error.msg or 'invalid syntax'} ({_PYTHON})"


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
