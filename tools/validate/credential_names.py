"""Which names say that their value is a credential: the last word decides, `password_policy` is a policy."""

from __future__ import annotations

import re
from functools import lru_cache

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_PASSWORD = re.compile(r"(?:\w*[a-z])?(?:passw(?:or)?d|passphrase|passcode)|pwd|pin")
_CREDENTIAL = re.compile(
    r"secret|token|credentials?|bearer|jwt|cookie|apikey"
    r"|(?:api|access|auth|bearer|client|private|refresh|secret)(?:key|token|secret)"
)
# The word before `key` that makes it one; a `project_key` or `s3_key` names a thing of the source.
_KEYS = frozenset(
    {"api", "access", "secret", "private", "account", "auth", "authentication", "authorization", "encryption"}
    | {"decryption", "signing", "subscription", "license", "licence", "client", "consumer", "master", "service"}
    | {"shared", "security", "session", "admin", "developer", "personal", "application", "hmac", "rsa", "aes", "ssh"}
    | {"cipher", "sas", "token"}
)
# Tokens that say where to go on reading, or count words.
_OF_READING = frozenset(
    {"page", "pages", "paging", "pagination", "next", "previous", "prev", "last", "first", "start", "end", "stop"}
    | {"sync", "delta", "change", "changes", "continuation", "continue", "resume", "scroll", "cursor", "skip"}
    | {"stream", "position", "offset", "marker", "watermark", "bookmark", "history", "max", "min", "csrf", "xsrf"}
    | {"idempotency", "input", "output", "prompt", "completion", "special"}
)
# A name that begins so says whether there is one, or what is wrong with it.
_ASKING = frozenset(
    {"use", "uses", "using", "has", "have", "is", "are", "no", "with", "verify", "validate", "check", "enable"}
    | {"disable", "require", "requires", "need", "needs", "allow", "accept", "show", "mask", "rotate", "include"}
    | {"exclude", "invalid", "missing", "expired", "bad", "wrong", "unknown", "empty", "masked", "redacted", "public"}
    | {"encrypted", "hashed", "hash", "field", "column"}
)
# What may follow the word that counts, and says no more than which of several values it is.
_TAIL = re.compile(
    r"\d+|v|b|base|value|json|pem|encoded|plain|raw|prod|production|live|dev|sandbox|staging|test|us|eu|primary|secondary"
)
_UNSURE = frozenset({"key", "auth", "authorization", "signature", "sig", "sas"})


@lru_cache(maxsize=2048)
def is_credential_name(name: str) -> bool:
    """Whether a value of this name is certainly a credential: `api_key`, `clientSecret`, not `s3_key`."""
    words = _words(name)
    if not words or words[0] in _ASKING or "public" in words:
        return False
    if words[-1] == "key":
        return len(words) > 1 and words[-2] in _KEYS
    if words[-1] == "token" and not _OF_READING.isdisjoint(words):
        return False
    return bool(_PASSWORD.fullmatch(words[-1]) or _CREDENTIAL.fullmatch(words[-1]))


@lru_cache(maxsize=2048)
def is_password_name(name: str) -> bool:
    """Whether a value of this name is a password, which people think up."""
    return is_credential_name(name) and _PASSWORD.fullmatch(_words(name)[-1]) is not None


@lru_cache(maxsize=2048)
def may_be_credential_name(name: str) -> bool:
    """Whether a value of this name is a credential where it looks like one: `key`, `auth`."""
    words = _words(name)
    return bool(words) and words[-1] in _UNSURE and (words[-1] != "key" or len(words) == 1)


def is_plural_credential_name(name: str) -> bool:
    """Whether the name is that of several: `API_KEYS`, `tokens`."""
    return name[-1:] in ("s", "S") and is_credential_name(name[:-1]) and not is_credential_name(name)


def _words(name: str) -> tuple[str, ...]:
    """The words of a name, without those behind the one that counts."""
    words = [word.lower() for word in _WORD.findall(name)]
    while len(words) > 1 and _TAIL.fullmatch(words[-1]):
        words.pop()
    return tuple(words)
