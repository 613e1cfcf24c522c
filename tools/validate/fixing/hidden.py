"""The text of configuration.json for a diff that is shown: a value that holds a secret is `"***"`, however written."""

from __future__ import annotations

from ...redact import MASK
from ...secrets import names_credential, secret_values
from ..json_places import JsonMember, JsonPlaces


def hidden(text: str) -> str:
    """The text without its secrets; a text that is no JSON object is left to those who mask by what a secret is."""
    try:
        places = JsonPlaces.parse(text)
    except (ValueError, RecursionError):
        return text
    for member in reversed(places.listed):
        if _is_secret(member):
            shown = f'"{MASK}"' if isinstance(member.value, str) else MASK
            text = text[: member.value_offset] + shown + text[member.value_end :]
    return text


def _is_secret(member: JsonMember) -> bool:
    nested = type(member.value) in (dict, list)
    return (nested and names_credential(member.key)) or bool(secret_values({member.key: member.value}))
