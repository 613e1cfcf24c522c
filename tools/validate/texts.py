"""The text that an expression is made of: f-strings, sums, joined paths."""

from __future__ import annotations

import ast
import posixpath
from collections.abc import Sequence

from .literals import literal
from .resolve import Located
from .source import ProjectSource

_DEPTH = 8
_PATHS = frozenset({"pathlib.Path", "pathlib.PurePath", "pathlib.PosixPath", "builtins.str"})


def text_of(source: ProjectSource, given: Located, depth: int = _DEPTH) -> str | None:
    """The text or path that an expression certainly is, or None."""
    found = literal(source, given) if depth else None
    if found is None:
        return None
    node, module = found.node, found.module
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.FormattedValue):
        return None if node.format_spec or node.conversion >= 0 else text_of(source, Located(module, node.value), depth)
    if isinstance(node, ast.JoinedStr):
        return _joined(_texts(source, found, node.values, depth), "")
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Div)):
        return _joined(
            _texts(source, found, [node.left, node.right], depth), "" if isinstance(node.op, ast.Add) else "/"
        )
    if isinstance(node, ast.NamedExpr):
        return text_of(source, Located(module, node.value), depth - 1)
    if isinstance(node, ast.Call) and not node.keywords:
        name = source.qualified(module, node.func) or ""
        if name in _PATHS or name.endswith("path.join"):
            return _joined(_texts(source, found, node.args, depth), "/")
    return None


def _texts(source: ProjectSource, within: Located, parts: Sequence[ast.expr], depth: int) -> list[str | None]:
    return [text_of(source, Located(within.module, part), depth - 1) for part in parts]


def _joined(parts: list[str | None], separator: str) -> str | None:
    known = [part for part in parts if part is not None]
    if not known or len(known) < len(parts):
        return None
    return posixpath.join(*known) if separator else "".join(known)
