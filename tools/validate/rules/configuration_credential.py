"""Rule `configuration-credential`."""

from __future__ import annotations

from typing import cast

from ..credential_values import is_realistic, realistic_within
from ..credentials import credential_forms
from ..json_places import JsonPlaces
from ..models import Category, Severity
from ..reader import CONFIGURATION
from ..rule import Invalid, Rule

# Made up, in the form of real ones; written in two parts, so that a scanner of this file has no reason to stop.
_STRIPE = "sk_live_" + "4eC39HqLyjWDarjtT1zdp7dc"
_DEEPEST = 5
_HEX = "9f86d081884c7d65" + "9a2feaa0c55ad015"


class ConfigurationCredential(Rule):
    """configuration.json holds no real credential while git keeps the file.

    Why: what was committed once stays in the history for everybody who may read it. Keep placeholders such as
    `<API_KEY>` in the file, or keep the file out of git; values that `fivetran configuration` has encrypted are fine.
    """

    section, category, severity = "8.1", Category.SECURITY, Severity.WARNING
    VALID = (
        {CONFIGURATION: '{"api_key": "<API_KEY>", "password": "YOUR_PASSWORD", "token": ""}'},
        {CONFIGURATION: '{"api_key": "fivetran_encrypted:Zm9vYmFyYmF6cXV4MTIzNDU2Nzg5MA=="}'},
        {CONFIGURATION: '{"token_url": "https://auth.example.com/oauth/token", "page_token_key": "next_page"}'},
        {CONFIGURATION: '{"base_url": "https://api.example.com/v1", "at": "2024-01-01T00:00:00Z", "key": "id_1"}'},
        {CONFIGURATION: '{"password": "your_password_123", "api_key": "example-key-1", "pem": "-----BEGIN..."}'},
        {CONFIGURATION: '{"account": "12345678", "id": "0b5c3f9e-2f6f-4a89-9f29-ae9b14f2d3c1"}'},
    )
    INVALID = (
        Invalid(f'{{"api_key": "{_STRIPE}"}}', at=(1, 13), file=CONFIGURATION),
        Invalid(f'{{\n  "url": "https://a.test",\n  "key": "{_HEX}"\n}}\n', at=(3, 10), file=CONFIGURATION),
        Invalid('{"user": "etl", "password": "Tr0ub4dor&3x"}', at=(1, 29), file=CONFIGURATION),
        Invalid('{"dsn": "postgres://etl:s3cr3tPw9@db.acme.io/sales"}', at=(1, 9), file=CONFIGURATION),
        Invalid('{"x": "AKIA' + 'Q4RT7YUIOPLK2WSX"}', at=(1, 7), file=CONFIGURATION),
    )

    def check(self) -> None:
        places = JsonPlaces.read(self.source.files.get(CONFIGURATION, b""))
        for member in places.members if places else ():
            if _holds_credential(member.key, member.value, _DEEPEST) and self.source.is_tracked(CONFIGURATION):
                self.report_at(
                    CONFIGURATION,
                    places.lines.at(member.value_offset) if places else (1, 1),
                    f"The value of {member.key!r} looks like a real credential, and git keeps this file.",
                    hint="Put a placeholder here or take the file out of git, and replace it at its source.",
                )


def _holds_credential(key: str, value: object, depth: int) -> bool:
    """Whether a value, or one within it, looks like a real credential."""
    if isinstance(value, dict) and depth:
        items = cast("dict[str, object]", value).items()
        return any(_holds_credential(name, each, depth - 1) for name, each in items)
    if isinstance(value, list) and depth:
        return any(_holds_credential(key, each, depth - 1) for each in cast("list[object]", value))
    return isinstance(value, str) and _is_credential(key, value)


def _is_credential(key: str, value: str) -> bool:
    if value.startswith("fivetran_encrypted:"):
        return False
    within = any(True for _ in realistic_within(f";{value}"))
    return is_realistic(key, value) or within or any(True for _ in credential_forms(value))
