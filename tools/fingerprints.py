"""Secrets that are known again without being kept: salted digests, by the number of characters.

Standard library only: the supervisor of a run imports what imports it.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from .files import regular_bytes

_SHORTEST, _LONGEST, _MOST = 6, 4_096, 500


@dataclass(frozen=True)
class Fingerprints:
    """The secrets of one record; all of them are looked for at once, so that they share a salt."""

    salt: str
    digests: frozenset[tuple[int, str]] = frozenset()

    @classmethod
    def read(cls, file: Path) -> Fingerprints:
        """What was remembered; nothing where there is no such file."""
        try:
            told: dict[str, Any] = json.loads(regular_bytes(file) or b"null")
            return cls(str(told["salt"]), frozenset((int(length), str(digest)) for length, digest in told["digests"]))
        except (ValueError, TypeError, KeyError):
            return cls(os.urandom(16).hex())

    def remember(self, file: Path, secrets: Iterable[str]) -> None:
        """Adds secrets to the record; very short and very long ones are left out."""
        kept = [secret for secret in secrets if _SHORTEST <= len(secret) <= _LONGEST]
        every = self.digests | {self._of(secret) for secret in kept[:_MOST]}
        if every == self.digests or len(every) > _MOST:
            return
        beside = file.with_name(f".{file.name}.{os.getpid()}")
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as writing:
            json.dump({"salt": self.salt, "digests": sorted(every)}, writing)
        beside.replace(file)

    def without(self, secrets: Iterable[str]) -> Fingerprints:
        """Those that are not among secrets which are known anyway."""
        return replace(self, digests=self.digests - {self._of(secret) for secret in secrets})

    def found_in(self, text: str) -> set[str]:
        """The secrets themselves, where a text holds them."""
        found: set[str] = set()
        for length in {length for length, _ in self.digests}:
            pieces = {text[place : place + length] for place in range(len(text) - length + 1)}
            found |= {piece for piece in pieces if self._of(piece) in self.digests}
        return found

    def _of(self, text: str) -> tuple[int, str]:
        data = text.encode("utf-8", "surrogatepass")
        return len(text), hashlib.blake2b(data, key=self.salt.encode(), digest_size=16).hexdigest()
