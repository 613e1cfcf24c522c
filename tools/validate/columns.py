"""What the SDK refuses in the `columns` of a declared table."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from .dict_members import DictMembers, Member
from .literals import literal
from .resolve import Located
from .schema_problem import Problem
from .source import ProjectSource

TYPES = (
    *("BOOLEAN", "SHORT", "INT", "LONG", "DECIMAL", "FLOAT", "DOUBLE", "NAIVE_DATE", "NAIVE_DATETIME"),
    *("UTC_DATETIME", "BINARY", "XML", "STRING", "JSON"),
)
_NO_DICTS = (ast.List, ast.Tuple, ast.Set, ast.Constant, ast.JoinedStr, ast.ListComp, ast.SetComp)
_CLASSES = frozenset(f"builtins.{kind}" for kind in ("str", "int", "float", "bool", "dict", "list", "bytes"))
_DECIMAL = "Write {'type': 'DECIMAL', 'precision': 15, 'scale': 2}."
_LISTED = f"The types are {', '.join(TYPES)}."


def columns_problems(source: ProjectSource, dicts: DictMembers, columns: Located) -> Iterator[Problem]:
    """What is wrong with the columns of a table, and with each of them."""
    found = dicts.of(columns)
    value = literal(source, columns)
    if value is not None and isinstance(value.node, _NO_DICTS):
        yield Problem(columns, "columns is no dict of column names and types.", "Write {'id': 'INT'}.")
    for member in _standing(found.each) if found is not None else ():
        if member.key is not None and member.value is not None:
            problem = _column_problem(source, dicts, member, member.value)
            yield from [problem] if problem else []


def _standing(members: tuple[Member, ...]) -> list[Member]:
    """The members that no later one of the same name takes the place of, nor one that cannot be read."""
    found: dict[object, Member] = {}
    for member in members:
        if member.key is None and member.name is None:
            found.clear()
        else:
            found[member.name if member.name is not None else member] = member
    return list(found.values())


def _column_problem(source: ProjectSource, dicts: DictMembers, member: Member, column: Located) -> Problem | None:
    """What is wrong with the name or the type of one column, as far as it stands there."""
    if member.name is None and member.key is not None and isinstance(member.key.node, ast.Constant):
        return Problem(member.key, "The name of a column is a text.")
    if source.qualified(column.module, column.node) in _CLASSES:
        return Problem(column, "The type of a column is a text, not a class of Python.", _LISTED)
    found = literal(source, column)
    if found is not None and isinstance(found.node, ast.Constant):
        return _type_problem(column, found.node.value)
    members = dicts.of(column)
    return _decimal_problem(source, column, *members.by_name) if members is not None else None


def _type_problem(place: Located, written: object) -> Problem | None:
    """The SDK takes the types in upper and lower case."""
    if not isinstance(written, str):
        return Problem(place, "The type of a column is a text.", _LISTED)
    if written.upper() == "DECIMAL":
        return Problem(place, "A DECIMAL needs its precision and its scale.", _DECIMAL)
    return None if written.upper() in TYPES else Problem(place, f"There is no type {written!r}.", _LISTED)


def _decimal_problem(
    source: ProjectSource, place: Located, members: dict[str, Located], complete: bool
) -> Problem | None:
    """A type that is a dict is a DECIMAL with two whole numbers."""
    if not complete:
        return None
    if "type" not in members:
        return Problem(place, "A type that is a dict needs its 'type'.", _DECIMAL)
    kind = literal(source, members["type"])
    written = kind.node.value if kind is not None and isinstance(kind.node, ast.Constant) else "DECIMAL"
    if not isinstance(written, str) or written.upper() != "DECIMAL":
        return Problem(place, "Only DECIMAL is written as a dict.", "Write the type as a text.")
    for name in ("precision", "scale"):
        if name not in members:
            return Problem(place, f"The DECIMAL has no {name!r}.", _DECIMAL)
        number = literal(source, members[name])
        if number is not None and isinstance(number.node, ast.Constant) and not isinstance(number.node.value, int):
            return Problem(members[name], f"The {name} of a DECIMAL is a whole number.", _DECIMAL)
    return None
