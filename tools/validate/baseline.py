"""The findings that a project has accepted: a file beside the connector, written by `validate --write-baseline`."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import cast

from .models import Finding
from .reader import BASELINE
from .text import Lines

_FORMAT = 1


def baseline_text(findings: Sequence[Finding], files: Mapping[str, bytes]) -> str:
    """The content of a baseline file that hides exactly these findings.

    A finding is known again by rule, file and the text of its line, which is kept as a hash only: lines may move, and
    may hold what nobody should read.
    """
    counts = Counter(_marks(findings, files))
    entries = [{"rule": rule, "file": file, "line": line, "count": n} for (rule, file, line), n in counts.items()]
    ordered = sorted(entries, key=lambda entry: (str(entry["file"]), str(entry["rule"]), str(entry["line"])))
    return json.dumps({"format": _FORMAT, "findings": ordered}, indent=2) + "\n"


def new_findings(findings: Sequence[Finding], files: Mapping[str, bytes]) -> list[Finding]:
    """The findings that the baseline among `files` does not know; a baseline that cannot be read knows nothing."""
    known = _known(files.get(BASELINE))
    if not known:
        return list(findings)
    found: list[Finding] = []
    for finding, mark in zip(findings, _marks(findings, files), strict=True):
        if known[mark] > 0:
            known[mark] -= 1
        else:
            found.append(finding)
    return found


def _marks(findings: Sequence[Finding], files: Mapping[str, bytes]) -> list[tuple[str, str, str]]:
    lines = {file: Lines(files.get(file, b"").decode("utf-8", "replace")) for file in {f.file for f in findings}}
    return [(f.rule_id, f.file, _hash(lines[f.file][f.line])) for f in findings]


def _hash(line: str) -> str:
    return hashlib.sha256(" ".join(line.split()).encode("utf-8", "replace")).hexdigest()[:16]


def _known(data: bytes | None) -> Counter[tuple[str, str, str]]:
    known: Counter[tuple[str, str, str]] = Counter()
    try:
        document = cast("object", json.loads(data or b"{}"))
    except (ValueError, RecursionError):
        return known
    entries = cast("dict[str, object]", document).get("findings") if isinstance(document, dict) else None
    for entry in cast("list[object]", entries) if isinstance(entries, list) else []:
        if isinstance(entry, dict):
            told = cast("dict[str, object]", entry)
            count = told.get("count")
            mark = (str(told.get("rule")), str(told.get("file")), str(told.get("line")))
            known[mark] += count if isinstance(count, int) else 1
    return known
