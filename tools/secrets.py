"""Which values are secrets: by the name of their key, by a known format, by entropy, or as the userinfo of a URL.

Standard library only: the supervisor of a run imports it.
"""

from __future__ import annotations

import contextlib
import json
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import cast
from urllib.parse import unquote, urlsplit

_CREDENTIAL = re.compile(
    r"(?:api)?key|apikeys|tokens?|secrets?|passw(?:or)?ds?|pwd|pass(?:phrase|code)|pin|credentials?|sig(?:nature)?"
    r"|auth(?:orization)?"
    r"|bearer|jwt|cookie|private|cert(?:ificate)?|pem|sas|dsn"
)
_CERTAIN = re.compile(r"(?:api)?key|token|secret|passw(?:or)?d|pwd|pass(?:phrase|code)|pin|credentials?")
_KEYS_OF_ACCESS = frozenset({"api", "access", "private", "auth"})
_KEY_OF_DATA = re.compile(r"primary|foreign|sort|partition|cursor|column|field|page|next|public")
_ABOUT_A_CREDENTIAL = re.compile(
    r"type|method|mode|ur[il]|endpoint|name|path|file|ttl|seconds|minutes|expir\w*|id|header|param(?:eter)?|scheme|grant"
    r"|scopes?|algorithm|location|prefix|count|limit|env"
)
# A password that holds a slash or a question mark ends what a URL's reader takes for the host.
_UNQUOTED_USERINFO = re.compile(r"[a-zA-Z][\w+.-]*://([^/@:\s]*):(?!\d+/)([^@\s]+)@(?=[\w.\[])")
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?")
_DATE = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?")
_PLACEHOLDER = re.compile(r"<[^<>]*>|\$\{[^}]*\}|\{\{[^}]*\}\}|YOUR[_-][A-Z_-]+|(?:x{3,}|\*{3,}|\.{3})", re.IGNORECASE)
_KNOWN_FORMAT = re.compile(
    r"AKIA[0-9A-Z]{16}|ASIA[0-9A-Z]{16}|gh[pousr]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|xox[abprs]-[\w-]{10,}"
    r"|[sr]k_(?:live|test)_\w{10,}|sk-[\w-]{20,}|AIza[\w-]{30,}|ya29\.[\w-]{20,}|SG\.[\w-]{10,}\.[\w-]{10,}"
    r"|eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?|-----BEGIN [A-Z ]*PRIVATE KEY-----|shp(?:at|ss|ca)_[0-9a-f]{16,}"
    r"|dapi[0-9a-f]{24,}|npm_\w{30,}|pypi-[\w-]{40,}|hf_\w{20,}"
)
# `Bearer abc` in a header; `Password=abc` in a connection string.
_SCHEME = re.compile(r"(?:bearer|basic|token|apikey|api-key|digest|ssws|hmac)\s+(?P<value>\S{6,})", re.IGNORECASE)
_ASSIGNED = re.compile(
    r"(?:password|passwd|pwd|account_?key|shared_?access_?(?:key|signature)|access_?key|secret_?key|api_?key"
    r"|client_?secret|auth_?token|access_?token)\s*=\s*(?P<value>\"[^\"]+\"|'[^']+'|[^;&\s]{4,})",
    re.IGNORECASE,
)
_LONG_PIECE, _SHORT_PIECE = 8, 6
_OPAQUE = re.compile(r"[A-Za-z0-9+/_=.~-]{20,}")
_HEX = re.compile(r"[0-9a-fA-F]{32,}")
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def names_credential(key: str) -> bool:
    """Whether a key's name says that its value is a credential: `api_key`, `clientSecret`, not `primary_key`."""
    words = [word.lower() for word in _WORD.findall(key)]
    if not words or _ABOUT_A_CREDENTIAL.fullmatch(words[-1]) or any(map(_KEY_OF_DATA.fullmatch, words)):
        return False
    plural = words[-1] == "keys" and not _KEYS_OF_ACCESS.isdisjoint(words)
    return plural or words[-1] == "pass" or any(map(_CREDENTIAL.fullmatch, words))


def known_formats() -> re.Pattern[str]:
    """The forms of credentials that are known by themselves."""
    return _KNOWN_FORMAT


def looks_secret(value: str) -> bool:
    """Whether a value is a credential by its own form, whatever its key is called."""
    if _KNOWN_FORMAT.search(value):
        return True
    if _is_plain(value) or _UUID.fullmatch(value) or "://" in value:
        return False
    if _HEX.fullmatch(value):
        return _entropy(value) >= 3.0
    classes = (any(c.islower() for c in value), any(c.isupper() for c in value), any(c.isdigit() for c in value))
    made_of_words = len(value) / max(1, len(_WORD.findall(value))) >= 3.5
    return bool(_OPAQUE.fullmatch(value)) and all(classes) and not made_of_words and _entropy(value) >= 3.7


def secret_values(values: Mapping[str, object]) -> set[str]:
    """The secrets among the values of a configuration or an environment, JSON inside a value included."""
    found: set[str] = set()
    for key, value in values.items():
        if isinstance(value, str):
            found.update(_secrets_of(key, value))
        elif isinstance(value, (int, float)) and not isinstance(value, bool):
            found.update(_secrets_of(key, str(value)))
        else:
            found.update(_nested(key, value))
    return {secret for secret in found if secret}


def _secrets_of(key: str, value: str) -> Iterator[str]:
    yield from _userinfo(value)
    if value.lstrip()[:1] in ("{", "["):
        with contextlib.suppress(ValueError, RecursionError):
            yield from _nested(key, cast(object, json.loads(value)))
    yield from (match["value"].strip("\"'") for match in _ASSIGNED.finditer(value))
    scheme = _SCHEME.fullmatch(value.strip())
    if looks_secret(value) or (names_credential(key) and not _is_harmless(key, value)):
        yield value
        yield from _pieces(value)
    elif scheme and not _PLACEHOLDER.fullmatch(scheme["value"]):
        yield from (value, scheme["value"])


def _pieces(value: str) -> Iterator[str]:
    """What a connector makes of a credential before it sends it: the parts between separators, without a scheme."""
    yield value.strip()
    if scheme := _SCHEME.fullmatch(value.strip()):
        yield scheme["value"]
    if "://" in value or value.lstrip()[:1] in ("{", "[") or "-----BEGIN" in value:
        return
    parts = [part.strip() for part in re.split("[,;]", value)]
    yield from (part for part in parts if len(parts) > 1 and len(part) >= _LONG_PIECE)
    user, colon, password = value.strip().partition(":")
    if user and colon and ":" not in password and len(password) >= _SHORT_PIECE:
        yield password


def _nested(key: str, value: object) -> set[str]:
    if isinstance(value, dict):
        return secret_values({str(k): v for k, v in cast("dict[object, object]", value).items()})
    if isinstance(value, list):
        items = cast("list[object]", value)
        return {secret for item in items for secret in secret_values({key: item})}
    return set()


def _is_harmless(key: str, value: str) -> bool:
    """Under a credential's name: placeholders, booleans, URLs, and numbers unless the name leaves no doubt."""
    if _PLACEHOLDER.fullmatch(value) or value.lower() in ("", "true", "false", "null", "none"):
        return True
    if _NUMBER.fullmatch(value) or _DATE.fullmatch(value):
        words = [word.lower() for word in _WORD.findall(key)]
        return not words or not _CERTAIN.fullmatch(words[-1]) or len(value) < 4
    return bool(re.match(r"[a-z][a-z0-9+.-]*://", value, re.IGNORECASE)) and not re.search(r"[?#]", value)


def _is_plain(value: str) -> bool:
    return bool(
        _NUMBER.fullmatch(value)
        or _DATE.fullmatch(value)
        or _PLACEHOLDER.fullmatch(value)
        or value.lower() in ("true", "false")
    )


def _userinfo(value: str) -> Iterator[str]:
    if "://" not in value:
        return
    try:
        parts = urlsplit(value.strip())
        password, username = parts.password, parts.username
    except ValueError:
        return
    if password is None and (unquoted := _UNQUOTED_USERINFO.match(value.strip())):
        username, password = unquoted.groups()
    # A user name beside a password is often an ordinary word; alone it is a token.
    for part in (password or username, username if looks_secret(username or "") else None):
        if part:
            yield part
            yield unquote(part)


def _entropy(value: str) -> float:
    counts = Counter(value).values()
    return -sum(n / len(value) * math.log2(n / len(value)) for n in counts)
