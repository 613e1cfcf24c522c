"""What is a credential by its form, wherever it stands: the patterns of detect-secrets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from ..secrets import known_formats
from .credential_values import is_placeholder

# Detectors whose pattern is the form of the secret itself; the others go by the words around it.
_DETECTORS = (
    *("aws.AWSKeyDetector", "azure_storage_key.AzureStorageKeyDetector", "basic_auth.BasicAuthDetector"),
    *("discord.DiscordBotTokenDetector", "github_token.GitHubTokenDetector", "gitlab_token.GitLabTokenDetector"),
    *("jwt.JwtTokenDetector", "mailchimp.MailchimpDetector", "npm.NpmDetector", "openai.OpenAIDetector"),
    *("private_key.PrivateKeyDetector", "pypi_token.PypiTokenDetector", "sendgrid.SendGridDetector"),
    *("slack.SlackDetector", "square_oauth.SquareOAuthDetector", "stripe.StripeDetector"),
    *("telegram_token.TelegramBotTokenDetector", "twilio.TwilioKeyDetector"),
)
# What every one of these forms holds, or else a long run with a digit. To load the detectors takes a quarter second.
_HINTS = (
    *("PRIVATE KEY", "PuTTY-User-Key", "_authToken", "hooks.slack"),
    *("eyJ", "xox", "SG.", "ya29.", "k_live", "k_test"),
)
_USERINFO = re.compile(r"://[^\s/@:]+:[^\s/@]+@")
_SHORTEST = 20
_RUN = re.compile(rf"[A-Za-z0-9_+/-]{{{_SHORTEST},}}")
_DIGIT = re.compile(r"[0-9]")
_LOCAL = re.compile(
    r"@(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\]|host|hostname|server|db|database|postgres|mysql)(?=[:/?#]|$)"
)


def credential_forms(text: str) -> Iterator[tuple[int, str]]:
    """Where a text holds a secret that is known by its form, as offset and secret; placeholders are left out."""
    if not may_hold_form(text):
        return
    for pattern in _patterns():
        for match in pattern.finditer(text):
            if not _is_harmless(text, match):
                yield match.start(), match.group()


def may_hold_form(text: str) -> bool:
    """False only where a text certainly holds no secret that is known by its form."""
    if any(hint in text for hint in _HINTS) or ("@" in text and _USERINFO.search(text)):
        return True
    # Only in what is long enough between two blanks: most of a text is not.
    long = " ".join([word for word in text.split() if len(word) >= _SHORTEST])
    return any(map(_DIGIT.search, _RUN.findall(long)))


def _is_harmless(text: str, match: re.Match[str]) -> bool:
    found = match.group(match.lastindex or 0) or match.group()
    if found.lstrip("-").startswith(("BEGIN", "PuTTY")):
        # The line alone is code that looks for a key; with base64 behind it it is one.
        return not re.match(r"-{0,5}(?:\\n|\s)*[A-Za-z0-9+/=\s\\]{40}", text[match.end() : match.end() + 200])
    if "://" in match.group() and (_LOCAL.match(text, match.end() - 1) or ".example" in text[match.end() :][:60]):
        return True
    return is_placeholder(found)


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    import importlib

    found: list[re.Pattern[str]] = [known_formats()]
    for name in _DETECTORS:
        module, _, detector = name.partition(".")
        found += getattr(importlib.import_module(f"detect_secrets.plugins.{module}"), detector).denylist
    return tuple(found)
