"""Functions of a produced connector.py, called one by one."""

from __future__ import annotations

import re
import time
from email.utils import formatdate
from types import ModuleType
from typing import TYPE_CHECKING

import pytest
import requests

if TYPE_CHECKING:
    from .conftest import Connect

TABLE = {"name": "orders", "path": "/orders", "primary_key": ["id"], "cursor_field": "at", "cursor_parameter": "since"}
GOOD = {"base_url": "https://api.example.com/v1", "api_token": "t0ken", "page_size": "100"}


@pytest.fixture
def module(connect: Connect) -> ModuleType:
    return connect(auth="bearer").module()


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"page_size": "1"},
        {"page_size": "10000"},
        {"base_url": "http://127.0.0.1:8080"},
        {"base_url": "HTTPS://api.example.com/a/b/"},
        {"api_token": "two words"},
    ],
)
def test_a_usable_configuration_is_accepted(module: ModuleType, change: dict[str, str]) -> None:
    module.validate_configuration({**GOOD, **change})
    module.validate_configuration({key: value for key, value in GOOD.items() if key != "page_size"})


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("base_url", None),
        ("base_url", ""),
        ("base_url", "ftp://api.example.com"),
        ("base_url", "api.example.com"),
        ("base_url", "https://"),
        ("base_url", "https://user:hunter2@api.example.com"),
        ("base_url", "https://api.example.com?key=hunter2"),
        ("base_url", "https://api.example.com/ hunter2"),
        ("api_token", None),
        ("api_token", "  "),
        ("api_token", "hunter2\n"),
        ("api_token", "hünter2"),
        ("page_size", ""),
        ("page_size", "0"),
        ("page_size", "-5"),
        ("page_size", "1.5"),
        ("page_size", "10001"),
        ("page_size", "9" * 5000),
        ("page_size", "٣"),
        ("page_size", "hunter2"),
    ],
)
def test_an_unusable_value_is_refused_by_its_key_alone(module: ModuleType, key: str, value: str | None) -> None:
    with pytest.raises(ValueError, match=key) as refused:
        module.validate_configuration({**GOOD, key: value})
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0),
        ("7", 7),
        ("86400", 300),
        ("9" * 5000, 0),
        ("-3", 0),
        ("soon", 0),
        ("", 0),
        (formatdate(0, usegmt=True), 0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 300),
        ("Fri, 31 Dec 99999 23:59:59 GMT", 0),
    ],
)
def test_retry_after_is_honoured_within_bounds(module: ModuleType, value: str, seconds: float) -> None:
    response = requests.Response()
    response.headers["Retry-After"] = value
    assert module.retry_after_seconds(response) == seconds


def test_retry_after_as_a_date_is_the_time_until_then(module: ModuleType) -> None:
    response = requests.Response()
    response.headers["Retry-After"] = formatdate(time.time() + 60, usegmt=True)
    assert 50 < module.retry_after_seconds(response) <= 60


def test_waits_double_vary_and_are_bounded(module: ModuleType) -> None:
    waits = [[module.backoff_seconds(attempt) for _ in range(50)] for attempt in (1, 2, 3, 30)]
    assert [(most / 2 <= min(found), max(found) <= most) for found, most in zip(waits, (1, 2, 4, 60), strict=True)] == [
        (True, True)
    ] * 4
    assert len(set(waits[0])) > 1


@pytest.mark.parametrize(
    ("lower", "higher"),
    [
        (9, 10),
        (1.5, 2),
        ("2024-03-01T00:00:00Z", "2024-03-01T00:00:01Z"),
        ("2024-03-01T12:00:00+02:00", "2024-03-01T11:00:00Z"),
        ("2024-03-01T12:00:00+0200", "2024-03-01T10:00:00.001Z"),
        ("2024-03-01T00:00:00.123456788Z", "2024-03-01T00:00:00.123456789Z"),
        ("2024-03-01T00:00:00.5Z", "2024-03-01T00:00:00.75Z"),
        ("2024-03-01", "2024-03-01 00:00:01+00"),
        ("2024-03-01T00:00Z", "2024-03-01T00:00:01"),
        ("01HQA", "01HQB"),
    ],
)
def test_cursor_values_are_compared_by_what_they_mean(module: ModuleType, lower: object, higher: object) -> None:
    compared = [module.compare_cursors(TABLE, *pair) for pair in ((lower, higher), (higher, lower), (lower, lower))]
    assert compared == [-1, 1, 0]


def test_moments_with_different_offsets_are_equal(module: ModuleType) -> None:
    assert module.compare_cursors(TABLE, "2024-03-01T01:30:00+01:30", "2024-03-01T00:00:00Z") == 0


@pytest.mark.parametrize(
    ("value", "other"),
    [(5, "5"), ("2024-03-01", "today"), ("2024-13-01", "2024-13-01"), ([1], [1]), ({}, {})],
)
def test_cursor_values_of_different_kinds_are_refused(module: ModuleType, value: object, other: object) -> None:
    with pytest.raises(ValueError, match=re.escape("Table 'orders': the values of 'at' cannot be compared")):
        module.compare_cursors(TABLE, value, other)


@pytest.mark.parametrize(
    ("answer", "rows"),
    [
        ([{"id": 1}], [{"id": 1}]),
        ([], []),
        ({"data": [{"id": 1}], "total": 1, "tags": ["new"]}, [{"id": 1}]),
        ({"data": [], "next": None}, []),
    ],
)
def test_the_only_list_of_objects_in_an_answer_holds_the_rows(
    module: ModuleType, answer: object, rows: list[object]
) -> None:
    assert module.extract_rows(TABLE, answer) == rows


def test_a_records_path_leads_to_the_rows(module: ModuleType) -> None:
    table = {**TABLE, "records_path": "data.items"}
    assert module.extract_rows(table, {"data": {"items": [{"id": 1}], "others": []}}) == [{"id": 1}]
    others: list[object] = [{"data": {"items": None}}, {"data": []}, {"items": []}, [], "data", None]
    for answer in others:
        with pytest.raises(ValueError, match="records_path"):
            module.extract_rows(table, answer)


def test_a_row_without_cursor_value_is_sent_and_moves_nothing(module: ModuleType) -> None:
    window: dict[str, object] = {"cursor": 5, "fingerprints": {}}
    module.track_cursor(TABLE, {"id": 1, "at": None}, ("key", "digest"), window)
    module.track_cursor(TABLE, {"id": 1}, ("key", "digest"), window)
    assert window == {"cursor": 5, "fingerprints": {}}


def test_more_rows_of_one_cursor_value_than_can_be_kept_are_not_kept(module: ModuleType) -> None:
    window: dict[str, object] = {"cursor": None, "fingerprints": {}}
    for number in range(1001):
        module.track_cursor(TABLE, {"id": number, "at": 5}, (str(number), "digest"), window)
    assert window == {"cursor": 5, "fingerprints": None}
    module.track_cursor(TABLE, {"id": 1, "at": 6}, ("1", "digest"), window)
    assert window == {"cursor": 6, "fingerprints": {"1": "digest"}}


def test_schema_gives_tables_and_keys_only(module: ModuleType) -> None:
    assert module.schema({}) == [
        {"table": "orders", "primary_key": ["id"]},
        {"table": "customers", "primary_key": ["id"]},
    ]
