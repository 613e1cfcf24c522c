"""The address of the source."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from ..errors import InvalidArguments

_DEFAULT = "https://api.example.com"
_MAX_CHARACTERS = 2000
_BASE_URL = re.compile(r"https?://[^\s\x00-\x1f\x7f/?#@\\]+(/[^\s\x00-\x1f\x7f?#]*)?", re.IGNORECASE)


def check_base_url(base_url: str) -> str:
    """The address, or the default for an empty one. Raises InvalidArguments, which does not repeat it."""
    if not base_url:
        return _DEFAULT
    try:
        usable = bool(_BASE_URL.fullmatch(base_url) and urlsplit(base_url).hostname and base_url.encode())
        usable = usable and urlsplit(base_url).port != 0
    except ValueError:
        usable = False
    if not usable or len(base_url) > _MAX_CHARACTERS:
        raise InvalidArguments(
            "base_url is not a plain address. Give it as http(s)://host/path, without user name, password, query, "
            "fragment or spaces; choose an auth for credentials."
        )
    return base_url
