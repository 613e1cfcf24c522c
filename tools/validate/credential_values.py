"""Which values under the name of a credential look like a real one, and which only stand for it or are no secret."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from ..secrets import known_formats, looks_secret
from .credential_names import (
    is_credential_name,
    is_password_name,
    is_plural_credential_name,
    may_be_credential_name,
)

_PLACEHOLDER = re.compile(
    r"your|example|placeholder|dummy|sample|fake|test|demo|change.?me|replace|insert|enter.?|todo|redacted|secret.?here"
    r"|goes.?here|xxx|\*\*\*|\.\.\.|<[^>]*>|\$\{|\{\{|\{\w*\}|%\(|\$\(|12345|abcdef|0000|my[_-]|[_-]here",
    re.IGNORECASE,
)
_MARKED = re.compile(r"\$\w+|%\w+%|@@.*@@|__\w+__|\(.*\)|\[.*\]|-+BEGIN [A-Z ]+-+", re.DOTALL)
_WORDS = frozenset(
    {"password", "pass", "passwd", "pwd", "secret", "token", "key", "user", "username", "postgres", "root", "admin"}
    | {"guest", "none", "null", "hunter", "abc", "p@ssw0rd", "value", "string"}
    # what a form asks for in other languages
    | {"passwort", "kennwort", "contraseña", "contrasena", "senha", "wachtwoord"}
)
_NOT_THE_SECRET = re.compile(r"hash|sha\d*|md5|digest|checksum|fingerprint|salt|regex|pattern", re.IGNORECASE)
_ORDINARY = re.compile(
    # moments, formats of moments, versions
    r"\d{4}-\d\d(?:-\d\d(?:[T -].*)?)?|\d\d:\d\d(?::\d\d)?.*|(?:[^%]{0,3}%-?[A-Za-z]){2,}[^%]{0,3}"
    r"|[YyMmDdHhSsTZ':./ -]+|v?\d+(?:\.\d+)+(?:-\w+)?"
    # types of columns, paths, references, parameters of a request, addresses
    r"|\w+ ?\(\d+(?:, ?\d+)?\)|\w+\[[\w., ]+\]|(?:~|\.{0,2})/.*\.\w+|[A-Za-z]:\\.*|[\w.-]+(?:/[\w.=-]+)+\.[a-z]{2,5}"
    r"|(?:/[a-z_-]+)+/?|(?:vault|ssm|arn|env|file|secrets?|kv|op|projects|secretsmanager|fivetran_encrypted)[:/].*"
    r"|\w+=[^&]*(?:&\w+=[^&]*)+|[\w.-]+:\d+(?:/\w+)?|[^@\s]+@[\w-]+(?:\.[a-z]+)+",
    re.DOTALL,
)
_REALISTIC = re.compile(r"(?=.*[A-Za-z])(?=.*[\d!@#$%^&*])[^\s<>{}]{8,}")
_HEX = re.compile(r"[0-9a-fA-F]{32,}")
_DIGITS = re.compile(r"\d{6,}")
_LETTERS = re.compile(r"[a-z]+(?:[._:/-][a-z0-9]+)*|[A-Z]+(?:[_-][A-Z0-9]+)*|[a-z]+(?:[A-Z][a-z]+)+")
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_CHUNK = re.compile(r"[A-Za-z]*\d{0,4}")
_BETWEEN = re.compile(r"[\s._:/#@$|,;~-]+")
_SCHEME = re.compile(r"(?:Bearer|Basic|Token|ApiKey)\s+(?!realm=)(?=\S{12,}$)", re.IGNORECASE)
# What gives a name a value within a text: the parameters of a URL, the parts of a connection string.
_WITHIN = re.compile(
    r"(?:[?&;]|(?<=\w)\s)(?P<name>api[_-]?key|(?:access|auth)[_-]?token|token|(?:client[_-]?)?secret|password|passwd|pwd"
    r"|(?:Account|SharedAccess)Key)=(?P<value>[^&;\s\"'{}<>%]{6,})(?=[&;\s]|$)",
    re.IGNORECASE,
)
_LONGEST = 2000


def is_realistic(name: str, value: str) -> bool:
    """Whether a value under the name of a credential looks like a real one: no placeholder, word, date, hash, path."""
    telling = _is_telling(name)
    # A scheme stands before a space: most texts need no search for one.
    value, schemes = _SCHEME.subn("", value, count=1) if telling or len(value.split(None, 1)) > 1 else (value, 0)
    if not (schemes or telling) or len(value) > _LONGEST or _NOT_THE_SECRET.search(name) or is_placeholder(value):
        return False
    if is_plural_credential_name(name) and not schemes:
        return looks_secret(value) and not _is_ordinary(value, password=False)
    if may_be_credential_name(name) and not schemes:
        return bool(known_formats().search(value) or (_HEX.fullmatch(value) and looks_secret(value)))
    password = is_password_name(name)
    if _is_ordinary(value, password=password):
        return False
    # Base64 has no need of digits, and is all that follows the name of a scheme.
    return looks_secret(value) or bool(
        schemes or _REALISTIC.fullmatch(value) or (password and _DIGITS.fullmatch(value))
    )


@lru_cache(maxsize=2048)
def _is_telling(name: str) -> bool:
    return is_credential_name(name) or may_be_credential_name(name) or is_plural_credential_name(name)


def realistic_within(text: str) -> Iterator[int]:
    """The offsets of the credentials in the parameters of a URL or in a connection string."""
    if "=" in text and len(text) <= _LONGEST:
        for match in _WITHIN.finditer(text):
            if is_realistic(match["name"], match["value"]):
                yield match.start("value")


def is_placeholder(value: str) -> bool:
    """Whether a value only stands for the real one."""
    word = value.lower()
    return (
        bool(_PLACEHOLDER.search(value) or _MARKED.fullmatch(value))
        or word in _WORDS
        or word.rstrip("0123456789") in _WORDS
        or len(set(value)) < 4
    )


def _is_ordinary(value: str, *, password: bool) -> bool:
    """Whether a value is of a kind that is no secret: a moment, a type, a path, an identifier."""
    if "://" in value or _ORDINARY.fullmatch(value) or _LETTERS.fullmatch(value):
        return True
    # A password may well be a word and a number.
    return _is_made_of_words(value) and not (password and re.fullmatch(r"\w*[a-z]\d+", value))


def _is_made_of_words(value: str) -> bool:
    """Whether each piece between the separators is a number or words, as in `X-Api-Key-V2`."""
    return all(_is_wordish(piece) for piece in _BETWEEN.split(value))


def _is_wordish(piece: str) -> bool:
    words = _WORD.findall(piece)
    letters = sum(map(len, words))
    return _CHUNK.fullmatch(piece) is not None and (letters < 4 or letters / len(words) >= 3)
