"""The interval at which rows come, where the configuration declares one."""

from __future__ import annotations

import re
from typing import Any, cast

_NAMES = re.compile(r"(?:^|_)(?:interval|frequency|granularity|resolution|step)(?:_(?P<unit>[a-z]+))?$", re.IGNORECASE)
_AMOUNT = re.compile(r"(?:pt?)?(?P<number>\d+(?:\.\d+)?)? *(?P<unit>[a-z]*)", re.IGNORECASE)
_UNITS = {
    **dict.fromkeys(("", "s", "sec", "secs", "second", "seconds"), 1.0),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes", "minutely"), 60.0),
    **dict.fromkeys(("h", "hr", "hour", "hours", "hourly"), 3_600.0),
    **dict.fromkeys(("d", "day", "days", "daily"), 86_400.0),
}


def declared_interval(configuration: object) -> float:
    """Seconds, from a value like `interval_seconds: 60`, `sampling_interval: 15m`, `granularity: hourly`; 0 for none.

    Not the interval of polling, of retries or of checkpoints.
    """
    values = cast("dict[str, Any]", configuration) if isinstance(configuration, dict) else {}
    for key, value in values.items():
        name = _NAMES.search(key)
        if name and not re.search(r"poll|retry|checkpoint|sync|wait|sleep|backoff|log", key, re.IGNORECASE):
            return _seconds(str(value), name["unit"] or "")
    return 0.0


def _seconds(value: str, unit: str) -> float:
    amount = _AMOUNT.fullmatch(value.strip())
    if amount is None:
        return 0.0
    factor = _UNITS.get((amount["unit"] or unit).lower())
    if factor is None or not (amount["number"] or amount["unit"]):
        return 0.0
    return float(amount["number"] or 1) * factor
