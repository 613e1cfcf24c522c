"""Cuts a result to the size that clients accept; what was left out is counted, with the way to get it."""

from __future__ import annotations

import json
from typing import Any

MAX_CHARS = 24_000
_LONG_TEXT = 4_000
# The lists that may be cut, the first to be cut first, and how to get the rest.
_CUT = {
    "log_tail": "read the log with get_sync_run and its `log` filter",
    "log_lines": "ask again with a larger log.offset, a pattern, or a smaller log.limit",
    "checks": "name tables with `tables`",
    "rows": "select fewer columns or rows, or aggregate",
    "findings": "narrow with select, ignore or min_severity",
    "applied": "fix fewer rules at once with select",
    "not_applied": "fix fewer rules at once with select",
    "tables": "name one with `table`",
    "connectors": "name a folder with `root`",
    "files": "list the folder",
    "errors": "read the log with get_sync_run",
    "warnings": "read the log with get_sync_run",
}


def size(result: dict[str, Any]) -> int:
    """The characters of the result as compact JSON."""
    return len(compact(result))


def compact(result: dict[str, Any]) -> str:
    """Compact JSON; `allow_nan` is off, because NaN is no JSON."""
    return json.dumps(result, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def fit(result: dict[str, Any]) -> dict[str, Any]:
    """The result in at most MAX_CHARS characters; lists are cut at their end."""
    if size(result) <= MAX_CHARS:
        return result
    fitted = {key: _short(value) if key.startswith("state_") else value for key, value in result.items()}
    for name, way in _CUT.items():
        items = fitted.get(name)
        if isinstance(items, list) and items and size(fitted) > MAX_CHARS:
            _cut_list(fitted, name, way)
    if isinstance(fitted.get("diff"), str) and size(fitted) > MAX_CHARS:
        _cut_diff(fitted)
    return fitted


def _cut_diff(result: dict[str, Any]) -> None:
    """The diff up to the end of a line."""
    diff: str = result["diff"]
    while result["diff"] and size(result) > MAX_CHARS - 300:
        result["diff"] = result["diff"][: len(result["diff"]) * 3 // 4].rpartition("\n")[0]
    left = f"{len(diff) - len(result['diff'])} characters of the diff left out: fix fewer rules at once with select."
    result["more"] = " ".join(filter(None, [result.get("more"), left]))


def _cut_list(result: dict[str, Any], name: str, way: str) -> None:
    items: list[Any] = result[name]
    kept, left = items, 0
    while kept and size({**result, name: kept}) > MAX_CHARS - 300:
        kept = kept[: len(kept) * 3 // 4]
        left = len(items) - len(kept)
    said = result.get("more")
    result[name] = kept
    result["more"] = " ".join(filter(None, [said, f"{left} {name} left out for size: {way}."]))
    if "truncated" in result or name in ("rows", "findings"):
        result["truncated"] = True
    if name == "rows":
        result["row_count"] = len(kept)


def _short(value: Any) -> Any:
    text = json.dumps(value, ensure_ascii=False)
    return f"{text[:_LONG_TEXT]}… ({len(text)} characters)" if len(text) > _LONG_TEXT else value
