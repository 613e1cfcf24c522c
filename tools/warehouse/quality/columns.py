"""What is checked of each column, by figures that one pass over its table gives; to add a check, add a row."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

Figures = Mapping[str, Any]


class ColumnFacts(NamedTuple):
    """A column of a table; `kind` is its family: text, number, float, time or other."""

    name: str
    kind: str
    is_key: bool


class ColumnCheck(NamedTuple):
    """A check: in the SQL `{c}` is the column. `judge` says what is wrong, or None.

    Its figures are those of `measures`, beside `rows`, `filled` and `distinct`. `where` finds the rows to look at.
    """

    check: str
    status: str
    kinds: tuple[str, ...]
    expected: str
    measures: dict[str, str]
    judge: Callable[[Figures, ColumnFacts], str | None]
    where: str


_FEW = 5
_NUMBER = r"regexp_full_match({c}, '[+-]?(0|[1-9][0-9]{{0,14}})([.][0-9]+)?')"
_DATE = (
    r"regexp_full_match({c}, '[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}([T ][0-9:.,]+ ?(Z|UTC|[+-][0-9]{{2}}:?[0-9]{{2}})?)?"
    r"|[0-9]{{1,2}}[/.][0-9]{{1,2}}[/.][0-9]{{2,4}}( [0-9:]+)?')"
)
_ZONE = r"regexp_extract({c}, '(Z|UTC|[+-][0-9]{{2}}:?[0-9]{{2}})$')"
_CLOCK = r"regexp_matches({c}, '[T ][0-9]{{2}}:[0-9]{{2}}')"
_BOOLEAN = "lower({c}) IN ('true', 'false', 'yes', 'no', 'y', 'n', 't', 'f')"
_JSON = "left(ltrim({c}), 1) IN ('{{', '[') AND json_valid({c})"
_EMPTY_TEXT = (
    "({c} = 'None' OR lower(trim({c})) IN ('null', 'nan', 'n/a', '#n/a', 'undefined', 'nil', '(null)', 'nat'))"
)
_NEGATIVE = "{c} IN (-99, -999, -9999, -99999, -999999)"
_LARGE = "{c} IN (999999, 9999999, 99999999, 999999999)"
_MOMENT = "TRY_CAST({c} AS TIMESTAMP)"
_EPOCH = f"{_MOMENT} = TIMESTAMP '1970-01-01'"
_FAR = f"({_MOMENT} < TIMESTAMP '1900-01-02' OR {_MOMENT} >= TIMESTAMP '2900-01-01')"
_FUTURE = f"({_MOMENT} > now()::TIMESTAMP + INTERVAL 1 DAY AND {_MOMENT} < TIMESTAMP '2900-01-01')"
# A text in digits that is a name, not a quantity.
_NAMING = re.compile(
    r"(?:^|_)(?:id|key|code|zip|postal|postcode|phone|fax|sku|ref|no|nr|num|number|year|version|isbn|ean)"
)
_PLANNED = re.compile(
    r"(?:^|_)(?:expir|due|end|until|valid|next|sched|plan|deliver|eta|renew|deadline|target|forecast|predict|appoint"
    r"|event|start|depart|arriv|book|publish|effective|matur|future|release|ship|visit|horizon)"
)


def _all_of(figure: str, what: str) -> Callable[[Figures, ColumnFacts], str | None]:
    def judge(figures: Figures, _column: ColumnFacts) -> str | None:
        every = figures["filled"] >= _FEW and figures[figure] == figures["filled"] and figures["distinct"] > 1
        return f"all {figures['filled']} values are {what}" if every else None

    return judge


def _any_of(figure: str, what: str) -> Callable[[Figures, ColumnFacts], str | None]:
    def judge(figures: Figures, _column: ColumnFacts) -> str | None:
        return f"{figures[figure]} of {figures['filled']} values are {what}" if figures[figure] else None

    return judge


def _all_numbers(figures: Figures, column: ColumnFacts) -> str | None:
    named = column.is_key or _NAMING.search(column.name)
    return None if named else _all_of("numbers", "numbers")(figures, column)


def _all_dates(figures: Figures, column: ColumnFacts) -> str | None:
    return None if _mixed_zones(figures, column) else _all_of("dates", "dates")(figures, column)


def _mixed_zones(figures: Figures, _column: ColumnFacts) -> str | None:
    if figures["filled"] < _FEW or figures["dates"] < figures["filled"] or figures["zones"] < 2:
        return None
    return f"{figures['zones']} time zones, or some without one, in {figures['filled']} values"


def _always_null(figures: Figures, _column: ColumnFacts) -> str | None:
    return f"NULL in all {figures['rows']} rows" if figures["rows"] and not figures["filled"] else None


def _null_key(figures: Figures, column: ColumnFacts) -> str | None:
    nulls = figures["rows"] - figures["filled"]
    return f"NULL in {nulls} of {figures['rows']} rows" if column.is_key and nulls and figures["filled"] else None


def _planned(figures: Figures, column: ColumnFacts) -> str | None:
    return None if _PLANNED.search(column.name) else _any_of("future", "later than tomorrow")(figures, column)


def _sentinel_number(figures: Figures, column: ColumnFacts) -> str | None:
    """A value that stands for none: far from all others, on the side where no other one is."""
    negative = figures["negatives"] and (figures["least_other"] or 0) >= 0
    large = figures["larges"] and not column.is_key and (figures["most_other"] or 0) < 99_999
    if column.is_key or not (negative or large) or figures["filled"] <= figures["negatives"] + figures["larges"]:
        return None
    return f"{figures['negatives'] + figures['larges']} of {figures['filled']} values are -999, 999999 or the like"


COLUMN_CHECKS = (
    ColumnCheck(
        "column-always-null", "warn", ("text", "number", "float", "time", "other"),
        "a column that is declared or sent has a value in some row", {}, _always_null, "{c} IS NULL",
    ),
    ColumnCheck(
        "key-null", "fail", ("text", "number", "float", "time", "other"),
        "every row has a value in its key columns", {}, _null_key, "{c} IS NULL",
    ),
    ColumnCheck(
        "text-is-number", "warn", ("text",), "numbers are sent as numbers, or the column is declared",
        {"numbers": _NUMBER}, _all_numbers, "{c} IS NOT NULL",
    ),
    ColumnCheck(
        "text-is-date", "warn", ("text",), "dates are sent in ISO 8601, or the column is declared",
        {"dates": _DATE, "#zones": f"CASE WHEN {_CLOCK} THEN {_ZONE} END"}, _all_dates, "{c} IS NOT NULL",
    ),
    ColumnCheck(
        "mixed-zones", "warn", ("text",), "the times of a column are in one time zone",
        {"dates": _DATE, "#zones": f"CASE WHEN {_CLOCK} THEN {_ZONE} END"}, _mixed_zones, "{c} IS NOT NULL",
    ),
    ColumnCheck(
        "text-is-boolean", "warn", ("text",), "truth values are sent as booleans",
        {"booleans": _BOOLEAN}, _all_of("booleans", "true, false, yes or no"), "{c} IS NOT NULL",
    ),
    ColumnCheck(
        "text-is-json", "warn", ("text",), "JSON is sent as dict or list, or the column is declared JSON",
        {"documents": _JSON}, _all_of("documents", "JSON documents"), "{c} IS NOT NULL",
    ),
    ColumnCheck(
        "sentinel-text", "warn", ("text",), "what is missing is NULL, not a word for it",
        {"words": _EMPTY_TEXT}, _any_of("words", "None, null, n/a or the like"), _EMPTY_TEXT,
    ),
    ColumnCheck(
        "sentinel-number", "warn", ("number", "float"), "what is missing is NULL, not a number for it",
        {
            "negatives": _NEGATIVE,
            "larges": _LARGE,
            ":least_other": f"min({{c}}) FILTER (WHERE NOT {_NEGATIVE})",
            ":most_other": f"max(abs({{c}})) FILTER (WHERE NOT {_LARGE} AND NOT {_NEGATIVE})",
        },
        _sentinel_number, f"{_NEGATIVE} OR {_LARGE}",
    ),
    ColumnCheck(
        "sentinel-time", "warn", ("time",), "what is missing is NULL, not a day at the end of time",
        {"far": _FAR}, _any_of("far", "before 1900 or after 2900"), _FAR,
    ),
    ColumnCheck(
        "epoch-zero", "warn", ("time",), "what is missing is NULL, not the first second of 1970",
        {"epochs": _EPOCH}, _any_of("epochs", "1970-01-01 00:00"), _EPOCH,
    ),
    ColumnCheck(
        "time-in-future", "warn", ("time",), "what has happened lies in the past",
        {"future": _FUTURE}, _planned, _FUTURE,
    ),
    ColumnCheck(
        "infinite-values", "fail", ("float",), "numbers are finite",
        {"infinite": "NOT isfinite({c})"}, _any_of("infinite", "NaN or infinite"), "NOT isfinite({c})",
    ),
)  # fmt: skip
