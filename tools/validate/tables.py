"""The tables of a project: what schema() declares, and what the operations name."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from .choices import Choices
from .declared import DeclaredSchema
from .listing import Entry, Listing
from .literals import literal
from .operation_calls import Given
from .reach import Reach
from .resolve import Located
from .source import OperationCall, ProjectSource


class Tables:
    """What is declared, as far as it stands in the code."""

    def __init__(self, source: ProjectSource, reach: Reach) -> None:
        self._source = source
        self._choices = reach.shared(Choices)
        listings = reach.shared(DeclaredSchema).listings
        # The last listing is that of the yields of a generator; without any it says nothing.
        self.listings: list[Listing] = [listing for listing in listings if listing.entries or listing.complete]
        generates = len(self.listings) == len(listings) or not listings
        self._is_whole = (
            bool(self.listings)
            and not generates
            and all(each.complete and each.problem is None for each in self.listings)
        )

    def entries(self) -> Iterator[Entry]:
        """Every entry that can be read; one that a function or a loop makes comes once for each table."""
        return (entry for listing in self.listings for entry in listing.entries)

    def names(self) -> set[str] | None:
        """The names of all declared tables; None where another one may be declared."""
        found = {self.name(entry) for entry in self.entries()} if self._is_whole else {None}
        return None if None in found else {name for name in found if name}

    def name(self, entry: Entry) -> str | None:
        """The name of an entry's table, where it is a text that can be read."""
        given = (entry.members or {}).get("table")
        return self.text(given) if given else None

    def text(self, given: Located) -> str | None:
        """The text that an expression certainly is."""
        found = literal(self._source, given)
        value = found.node.value if found and isinstance(found.node, ast.Constant) else None
        return value if isinstance(value, str) else None

    def table_of(self, call: OperationCall) -> tuple[ast.expr, str] | None:
        """The argument that names the table of an operation, and the name."""
        given = argument(call, "table", 0)
        name = self.text(Located(call.module, given)) if given is not None else None
        return (given, name) if given is not None and name is not None else None

    def tables_of(self, call: Given) -> list[tuple[Located, str]]:
        """The names that the table of an operation may have, as far as they can be read, each with its place."""
        given = call.argument("table", 0)
        choices = self._choices.of(call.module, given) if given is not None else []
        named = ((choice.place, self.text(choice.value)) for choice in choices)
        return [(place, name) for place, name in named if name]


def argument(call: OperationCall, name: str, position: int) -> ast.expr | None:
    """The argument of an operation by its name or place, where it is visible."""
    named = next((keyword.value for keyword in call.node.keywords if keyword.arg == name), None)
    before = call.node.args[: position + 1]
    if named is not None or call.partial or len(before) <= position:
        return named
    return None if any(isinstance(arg, ast.Starred) for arg in before) else before[position]
