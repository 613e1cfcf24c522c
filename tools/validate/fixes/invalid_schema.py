"""Puts the one column of a primary key into a list."""

from __future__ import annotations

import ast
import re

from ..fixing.context import Context
from ..fixing.edits import Edit, Held
from ..models import Finding


def fix(context: Context, finding: Finding) -> list[Edit]:
    """`"id"` becomes `["id"]`, a tuple a list."""
    module, node = context.node(finding, ast.Constant, ast.Tuple)
    written = context.text(module, node)
    if isinstance(node, ast.Tuple) and written.startswith("("):
        return [context.replace(module, node, f"[{written[1:-1].rstrip().removesuffix(',')}]")]
    if isinstance(node, ast.Constant) and re.fullmatch(r"\w+", str(node.value)):
        return [context.replace(module, node, f"[{written}]")]
    raise Held("Which columns are meant cannot be told.")
