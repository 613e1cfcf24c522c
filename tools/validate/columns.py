"""What the SDK refuses in the `columns` of a declared table."""

from __future__ import annotations

import ast

from .literals import literal
from .resolve import Located
from .schema_problem import Problem
from .source import ProjectSource

TYPES = (
    *("BOOLEAN", "SHORT", "INT", "LONG", "DECIMAL", "FLOAT", "DOUBLE", "NAIVE_DATE", "NAIVE_DATETIME"),
    *("UTC_DATETIME", "BINARY", "XML", "STRING", "JSON"),
)
_CLASSES = frozenset(f"builtins.{kind}" for kind in ("str", "int", "float", "bool", "dict", "list", "bytes"))
_DECIMAL = "Write {'type': 'DECIMAL', 'precision': 15, 'scale': 2}."
_LISTED = f"The types are {', '.join(TYPES)}."


def column_problem(source: ProjectSource, name: Located, column: Located) -> Problem | None:
    """What is wrong with the name or the type of one column, as far as it stands there."""
    if isinstance(name.node, ast.Constant) and not isinstance(name.node.value, str):
        return Problem(name, "The name of a column is a text.")
    if source.qualified(column.module, column.node) in _CLASSES:
        return Problem(column, "The type of a column is a text, not a class of Python.", _LISTED)
    found = literal(source, column)
    if found is not None and isinstance(found.node, ast.Constant):
        return _type_problem(column, found.node.value)
    return _decimal_problem(column, found) if found is not None else None


def _type_problem(place: Located, written: object) -> Problem | None:
    """The SDK takes the types in upper and lower case."""
    if not isinstance(written, str):
        return Problem(place, "The type of a column is a text.", _LISTED)
    if written.upper() == "DECIMAL":
        return Problem(place, "A DECIMAL needs its precision and its scale.", _DECIMAL)
    return None if written.upper() in TYPES else Problem(place, f"There is no type {written!r}.", _LISTED)


def _decimal_problem(place: Located, found: Located) -> Problem | None:
    """A type that is a dict is a DECIMAL with two whole numbers."""
    node = found.node
    if not isinstance(node, ast.Dict) or not all(isinstance(key, ast.Constant) for key in node.keys):
        return None
    members = {
        key.value: value for key, value in zip(node.keys, node.values, strict=True) if isinstance(key, ast.Constant)
    }
    kind = members.get("type")
    if kind is None:
        return Problem(place, "A type that is a dict needs its 'type'.", _DECIMAL)
    if isinstance(kind, ast.Constant) and not (isinstance(kind.value, str) and kind.value.upper() == "DECIMAL"):
        return Problem(place, "Only DECIMAL is written as a dict.", "Write the type as a text.")
    for name in ("precision", "scale"):
        if name not in members:
            return Problem(place, f"The DECIMAL has no {name!r}.", _DECIMAL)
        number = members[name]
        if isinstance(number, ast.Constant) and not isinstance(number.value, int):
            return Problem(Located(found.module, number), f"The {name} of a DECIMAL is a whole number.", _DECIMAL)
    return None
