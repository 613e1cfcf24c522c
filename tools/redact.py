"""Masks secrets in any text that is stored or leaves, in every form in which they travel.

Standard library only: the supervisor of a run imports it.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast
from urllib.parse import quote, quote_plus

from .fingerprints import Fingerprints
from .secrets import secret_values

MASK = "***"
_SHORT = 6
_LONG = 10
_PERCENT = re.compile("%[0-9A-F]{2}")
_NAME_PART = re.compile("[A-Z]*[a-z]+|[A-Z]+|[0-9]+")
_URL_USERINFO = re.compile(r"(?<=://)[^/\s@'\"<>]+(?=@)")


class Redactor:
    """Masks a fixed set of secrets: plain, JSON-escaped, URL-encoded, repr-escaped and in base64.

    What is known by its fingerprint only is masked as it is.
    """

    def __init__(self, secrets: Iterable[str] = (), fingerprints: Iterable[Fingerprints] = ()) -> None:
        self.fingerprints = frozenset(fingerprints)
        self.secrets = frozenset(secret for secret in secrets if secret)
        forms = sorted({form for secret in self.secrets for form in _forms(secret)}, key=len, reverse=True)
        self._pattern = re.compile("|".join(_bounded(form) for form in forms)) if forms else None
        self.forms = frozenset(forms)
        self.longest = max(map(len, forms), default=1)

    @classmethod
    def of(cls, *sources: Mapping[str, object]) -> Redactor:
        """A redactor for the secrets among the values of configurations and environments."""
        return cls({secret for source in sources for secret in secret_values(source)})

    def text(self, text: str) -> str:
        """`text` with each secret, and the userinfo of each URL, replaced by `***`."""
        masked = self._pattern.sub(MASK, text) if self._pattern else text
        for fingerprints in self.fingerprints:
            for secret in sorted(fingerprints.found_in(masked), key=len, reverse=True):
                masked = masked.replace(secret, MASK)
        return _URL_USERINFO.sub(MASK, masked)

    def texts(self, record: object) -> Any:
        """A record of ours, as JSON, with its texts masked; the names of its fields and its counts are no secret."""
        if isinstance(record, str):
            return self.text(record)
        if isinstance(record, Mapping):
            return {key: self.texts(member) for key, member in cast("Mapping[object, object]", record).items()}
        if isinstance(record, (list, tuple)):
            return [self.texts(item) for item in cast("list[object]", record)]
        return record

    def value(self, value: object) -> object:
        """A JSON value with its texts and keys masked; numbers and booleans that are no secret stay as they are."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            members = cast("Mapping[object, object]", value)
            return {self.text(str(key)): self.value(member) for key, member in members.items()}
        if isinstance(value, (list, tuple)):
            return [self.value(item) for item in cast("list[object]", value)]
        if isinstance(value, (int, float)) and str(value) in self.secrets:
            return MASK
        return value


def _forms(secret: str) -> Iterator[str]:
    for part in _parts(secret):
        yield part
        yield from _json_forms(part)
        yield from _repr_forms(part)
        for quoted in {quote(part, safe=""), quote(part), quote_plus(part)}:
            yield quoted
            yield _PERCENT.sub(lambda code: code[0].lower(), quoted)
        yield from _base64_forms(part.encode())
        yield from _as_name(part)


def _json_forms(secret: str) -> Iterator[str]:
    """Escaped once, and as a text inside a text: a state that holds JSON, or the repr of a dict."""
    for ascii_only in (True, False):
        once = json.dumps(secret, ensure_ascii=ascii_only)[1:-1]
        yield once
        yield json.dumps(once, ensure_ascii=ascii_only)[1:-1]
        yield from _repr_forms(once)


def _repr_forms(text: str) -> Iterator[str]:
    """As Python writes it, also inside a text that holds both kinds of quotes."""
    yield repr(text)[1:-1]
    both = "\"'"
    yield repr(both + text)[len(repr(both)) - 1 : -1]


def _as_name(secret: str) -> Iterator[str]:
    """As the SDK writes it where it is the name of a table or column."""
    name = "_".join(_NAME_PART.findall(secret)).lower()
    if len(name) >= _LONG:
        yield name


def _parts(secret: str) -> Iterator[str]:
    """The secret, and its lines: a log splits a private key at its line ends."""
    yield secret
    if "\n" in secret:
        yield from (line.strip() for line in secret.splitlines() if len(line.strip()) >= 8)


def _base64_forms(secret: bytes) -> Iterator[str]:
    """The letters that stand for the secret inside a longer base64 text, for each of the three alignments."""
    if len(secret) < _SHORT:
        return
    for shift in range(3):
        encoded = base64.b64encode(b"\0" * shift + secret)
        first = (shift * 8 + 5) // 6
        last = (shift + len(secret)) * 8 // 6
        core = encoded[first:last].decode()
        yield core
        yield core.replace("+", "-").replace("/", "_")


def _bounded(form: str) -> str:
    """A short secret counts only where it stands alone; otherwise it would mask parts of ordinary words."""
    escaped = re.escape(form)
    return rf"(?<![A-Za-z0-9]){escaped}(?![A-Za-z0-9])" if len(form) < _SHORT else escaped
