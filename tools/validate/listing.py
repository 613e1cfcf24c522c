"""The entries of a list of tables, as far as they can be read."""

from __future__ import annotations

from dataclasses import dataclass, field

from .resolve import Located

_MOST = 5000


@dataclass(frozen=True)
class Entry:
    """One entry of the list: its members by key, where it is a dict that can be read.

    `members` is None for anything but a dict; a dict is not `complete` where a spread or a computed key may add to it,
    and not `certain` where it is one of several that a loop or a branch makes.
    """

    place: Located
    members: dict[str, Located] | None = None
    complete: bool = True
    certain: bool = True


@dataclass
class Listing:
    """What one `return` of schema() gives; `problem` is an expression that is no list at all."""

    entries: list[Entry] = field(default_factory=list[Entry])
    complete: bool = True
    problem: Located | None = None


def unread() -> Listing:
    """What cannot be read."""
    return Listing(complete=False)


def join(found: Listing, other: Listing) -> None:
    """Adds the entries of another list."""
    found.entries += other.entries[: max(0, _MOST - len(found.entries))]
    found.complete = found.complete and other.complete and len(found.entries) < _MOST
    found.problem = found.problem or other.problem
