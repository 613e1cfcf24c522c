"""Secrets that are known again without being kept: a salted digest of each, by its length.

Standard library only: the supervisor of a run imports what imports it.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .files import regular_bytes

_SHORTEST, _LONGEST, _MOST = 6, 4_096, 200


@dataclass(frozen=True)
class Fingerprint:
    """One secret: how many characters it has, and their digest."""

    salt: str
    length: int
    digest: str

    @classmethod
    def of(cls, secret: str) -> Fingerprint:
        """With a salt of its own."""
        salt = os.urandom(16).hex()
        return cls(salt, len(secret), _digest(salt, secret))

    def find(self, text: str) -> int:
        """Where the secret begins in a text, -1 where it is not."""
        places = range(len(text) - self.length + 1)
        matching = (place for place in places if _digest(self.salt, text[place : place + self.length]) == self.digest)
        return next(matching, -1)


def remember(file: Path, secrets: Iterable[str]) -> None:
    """Adds the fingerprints of secrets that the file does not know yet; short ones and very long ones are left out."""
    known = recall(file)
    new = [secret for secret in secrets if _SHORTEST <= len(secret) <= _LONGEST and not _is_known(known, secret)]
    if not new:
        return
    every = [*known, *map(Fingerprint.of, sorted(new))][-_MOST:]
    beside = file.with_name(f".{file.name}.{os.getpid()}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as writing:
        json.dump([vars(each) for each in every], writing)
    beside.replace(file)


def recall(file: Path) -> tuple[Fingerprint, ...]:
    """What was remembered; nothing where there is no such file."""
    try:
        told: list[dict[str, Any]] = json.loads(regular_bytes(file) or b"[]")
        return tuple(Fingerprint(**each) for each in told)
    except (ValueError, TypeError):
        return ()


def known_in(text: str, fingerprints: Iterable[Fingerprint]) -> set[str]:
    """The secrets themselves that are in a text."""
    places = ((each, each.find(text)) for each in fingerprints)
    return {text[place : place + each.length] for each, place in places if place >= 0}


def _is_known(known: Iterable[Fingerprint], secret: str) -> bool:
    return any(each.length == len(secret) and each.find(secret) == 0 for each in known)


def _digest(salt: str, text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), key=salt.encode(), digest_size=16).hexdigest()
