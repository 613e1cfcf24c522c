"""Counts the answers of a source that a log tells of: the lines that requests, httpx and http.client can print.

Standard library only: the supervisor of a run imports it.
"""

from __future__ import annotations

import re
from collections import Counter

# urllib3 (under requests): `"GET /x HTTP/1.1" 200 5`; httpx: `HTTP Request: GET URL "HTTP/1.1 200 OK"`; http.client:
# `reply: 'HTTP/1.1 200 OK\r\n'`. One request is told by several where several are switched on: the first kind counts.
_KINDS = tuple(
    re.compile(pattern)
    for pattern in (
        r'"[A-Z]{3,10} \S+ HTTP/\d(?:\.\d)?" (\d{3})\b',
        r'HTTP Request: [A-Z]{3,10} \S+ "HTTP/\d(?:\.\d)? (\d{3})\b',
        r"reply: 'HTTP/\d(?:\.\d)? (\d{3})\b",
    )
)


class Traffic:
    """The answers of one run, by status."""

    def __init__(self) -> None:
        self._seen = [Counter[str]() for _ in _KINDS]

    def look(self, line: str) -> None:
        """Counts the answer that a line tells of, if it does."""
        if "HTTP/" not in line:
            return
        for kind, seen in zip(_KINDS, self._seen, strict=True):
            if match := kind.search(line):
                seen[match[1]] += 1

    def requests(self) -> dict[str, int]:
        """How many requests were answered with each status, the lowest first; empty where the log tells none."""
        urllib3, httpx, http_client = self._seen
        told = (urllib3 or http_client) + httpx
        return dict(sorted(told.items()))
