"""The tables that a project's schema() declares, for those that compare them with the ones that are there."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from pathlib import Path

from .declared import dict_members
from .reach import Reach
from .resolve import Located
from .source import ProjectSource
from .tables import Tables


@dataclass(frozen=True)
class Declared:
    """What is declared of a table, in the source's names, as far as it stands in the code."""

    key: list[str] = field(default_factory=list[str])
    columns: list[str] = field(default_factory=list[str])


def declared_tables(project: Path) -> dict[str, Declared] | None:
    """What is declared of each table, by its name; None where not all of them stand in the code."""
    source = ProjectSource.read(project)
    reach = Reach(source)
    tables, dicts = reach.shared(Tables), reach.shared(dict_members)
    names = tables.names()
    found = {name: Declared() for name in names or ()}
    for entry in tables.entries() if names is not None else ():
        given = entry.members or {}
        members = dicts.of(given["columns"]) if "columns" in given else None
        if name := tables.name(entry):
            found[name] = Declared(_texts(given.get("primary_key")), [*members.by_name[0]] if members else [])
    reach.forget()
    return found if names is not None else None


def _texts(given: Located | None) -> list[str]:
    items = given.node.elts if given is not None and isinstance(given.node, (ast.List, ast.Tuple)) else []
    return [item.value for item in items if isinstance(item, ast.Constant) and isinstance(item.value, str)]
