"""What the SDK refuses in the list of tables that schema() returns."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from .columns import columns_problems
from .dict_members import DictMembers
from .listing import Entry, Listing
from .literals import literal
from .models import Severity
from .resolve import Located
from .schema_problem import Problem
from .source import ProjectSource

_COLLECTIONS = (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp)
_KEY = "Write primary_key as a list of column names: ['id']."
_ENTRY = "Every entry is a dict: {'table': NAME, 'primary_key': [...]}."


def listing_problems(source: ProjectSource, dicts: DictMembers, listing: Listing) -> Iterator[Problem]:
    """Everything that is visibly wrong with what schema() returns."""
    if listing.problem is not None and not _is_empty(listing.problem.node):
        yield Problem(listing.problem, "schema() returns this instead of a list of tables.", _ENTRY)
    seen: set[tuple[object, object]] = set()
    for entry in listing.entries:
        yield from _entry_problems(source, dicts, entry)
        name = _identity(source, entry)
        if name is not None and entry.members is not None:
            if name in seen:
                yield Problem(entry.members["table"], f"The table {name[1]!r} is declared twice.")
            seen.add(name)


def _entry_problems(source: ProjectSource, dicts: DictMembers, entry: Entry) -> Iterator[Problem]:
    members = entry.members
    if members is None:
        yield Problem(entry.place, "An entry of schema() is no dict.", _ENTRY)
        return
    if "table" not in members and entry.complete:
        yield Problem(entry.place, "The entry has no 'table'.", _ENTRY)
    if (table := _value(source, members.get("table"))) is not None and not _may_be_name(table.node):
        yield Problem(members["table"], "The name of a table is a text that is not empty.")
    if (key := _value(source, members.get("primary_key"))) is not None:
        yield from _key_problems(members["primary_key"], key)
    if "columns" in members:
        yield from columns_problems(source, dicts, members["columns"])


def _key_problems(place: Located, key: Located) -> Iterator[Problem]:
    node = key.node
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value) < 2:
        yield Problem(place, "primary_key is a text, not a list.", _KEY, Severity.WARNING, fixable=True)
    elif isinstance(node, (ast.Constant, ast.JoinedStr)):
        text = isinstance(node, ast.JoinedStr) or isinstance(node.value, str)
        told = "primary_key is a text, read letter by letter." if text else "primary_key is no list."
        yield Problem(place, told, _KEY, fixable=text and isinstance(node, ast.Constant))
    elif isinstance(node, (ast.List, ast.Tuple, ast.Set)):
        wrong = next((item for item in node.elts if _is_no_text(item)), None)
        if wrong is not None:
            yield Problem(Located(key.module, wrong), "A column of primary_key is no text.", _KEY)
        elif not isinstance(node, ast.List):
            tuples = isinstance(node, ast.Tuple)
            yield Problem(place, "primary_key is not a list.", _KEY, Severity.WARNING, fixable=tuples)
    elif isinstance(node, ast.Dict):
        yield Problem(place, "primary_key is a dict, not a list.", _KEY, Severity.WARNING)


def _identity(source: ProjectSource, entry: Entry) -> tuple[object, object] | None:
    """Schema and name of a table that is certainly declared; None where either cannot be read."""
    if not entry.certain or not entry.complete or "table" not in (entry.members or {}):
        return None
    values = [_value(source, (entry.members or {}).get(key)) for key in ("schema", "table")]
    names = [value.node.value if value and isinstance(value.node, ast.Constant) else None for value in values]
    if values[0] is None and "schema" in (entry.members or {}):
        return None
    return (names[0], names[1]) if isinstance(names[1], str) else None


def _value(source: ProjectSource, given: Located | None) -> Located | None:
    return literal(source, given) if given is not None else None


def _may_be_name(node: ast.expr) -> bool:
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str) and bool(node.value.strip())
    return not isinstance(node, (ast.List, ast.Tuple, ast.Set, ast.Dict))


def _is_no_text(node: ast.expr) -> bool:
    """Whether an expression is certainly another thing than the name of a column."""
    return isinstance(node, _COLLECTIONS) or (isinstance(node, ast.Constant) and not isinstance(node.value, str))


def _is_empty(node: ast.expr) -> bool:
    """Whether there is nothing to read in it, so that it passes for an empty list."""
    return (isinstance(node, ast.Dict) and not node.keys) or (isinstance(node, ast.Constant) and node.value == "")
