"""The orders API, over HTTP."""

from __future__ import annotations

import json
import threading
from collections.abc import Generator

import pytest
import requests
from connector_sdk_mcp.tools.demo.orders_api import Fault, HangUp, Hold, OrdersApi, Row, sample_tables


@pytest.fixture
def api() -> Generator[OrdersApi]:
    with OrdersApi(sample_tables()) as served:
        yield served


def get(api: OrdersApi, path: str = "/orders", headers: dict[str, str] | None = None, **parameters: object) -> Row:
    response = requests.get(f"{api.base_url}{path}", params=parameters, headers=headers, timeout=10)  # pyright: ignore[reportArgumentType]
    response.raise_for_status()
    return response.json()


def ids(answer: Row, table: str = "orders") -> list[int]:
    rows = answer[table]
    assert isinstance(rows, list)
    return [row["id"] for row in rows]  # pyright: ignore[reportUnknownVariableType]


@pytest.mark.parametrize("short_pages", [False, True])
def test_each_pagination_reaches_every_row_once(short_pages: bool) -> None:
    with OrdersApi(sample_tables(), short_pages=short_pages) as api:
        by_page = [ids(get(api, page=number, page_size=10)) for number in range(1, 8)]
        by_offset: list[int] = []
        while found := ids(get(api, offset=len(by_offset), limit=10)):
            by_offset += found
        answer = get(api, limit=10)
        by_cursor = ids(answer)
        while cursor := answer["next_cursor"]:
            answer = get(api, limit=10, cursor=cursor)
            by_cursor += ids(answer)
    everything = list(range(1, 26))
    assert [[number for page in by_page for number in page], by_offset, by_cursor] == [everything] * 3
    assert [len(page) for page in by_page] == ([5, 5, 5, 5, 5, 0, 0] if short_pages else [10, 10, 5, 0, 0, 0, 0])


def test_the_filter_includes_its_own_moment_in_any_offset(api: OrdersApi) -> None:
    assert ids(get(api, updated_since="2024-03-01T00:08:00Z", limit=100)) == [24, 25]
    assert ids(get(api, updated_since="2024-03-01T01:08:00+01:00", limit=100)) == [24, 25]
    assert ids(get(api, "/customers", updated_since="2024-03-01T00:07:00", limit=100), "customers") == [7]


def test_rows_are_added_changed_and_removed(api: OrdersApi) -> None:
    api.put("orders", {"id": 1, "status": "gone"}, {"id": 26, "status": "new"})
    api.remove("orders", 2)
    assert ids(get(api, limit=100)) == [1, *range(3, 27)]
    assert get(api, limit=1)["orders"] == [{"id": 1, "status": "gone"}]


def test_credentials_are_asked_for() -> None:
    with OrdersApi(sample_tables(), bearer="right", api_key=("X-Key", "right")) as api:
        sent = [{}, {"X-Key": "right"}, {"X-Key": "right", "Authorization": "Bearer wrong"}]
        sent.append({"X-Key": "right", "Authorization": "Bearer right"})
        answers = [requests.get(f"{api.base_url}/orders", headers=headers, timeout=10).status_code for headers in sent]
        assert answers == [401, 401, 401, 200]
        assert [request.authorized for request in api.requests] == [False, False, False, True]


def test_the_script_is_met_in_its_order_and_then_over(api: OrdersApi) -> None:
    api.script(Fault(429, {"Retry-After": "3"}), None, Fault(200, body=b'{"orders": ['), HangUp())
    url = f"{api.base_url}/orders"
    limited = requests.get(url, timeout=10)
    assert (limited.status_code, limited.headers["Retry-After"]) == (429, "3")
    assert requests.get(url, timeout=10).status_code == 200
    with pytest.raises(json.JSONDecodeError):
        requests.get(url, timeout=10).json()
    with pytest.raises(requests.ConnectionError):
        requests.get(url, timeout=10)
    assert requests.get(url, timeout=10).status_code == 200


def test_an_answer_is_held_until_it_is_released(api: OrdersApi) -> None:
    hold = Hold()
    api.script(hold)
    answers: list[Row] = []
    asking = threading.Thread(target=lambda: answers.append(get(api, limit=1)))
    asking.start()
    assert hold.reached.wait(10)
    assert answers == []
    hold.released.set()
    asking.join(10)
    assert [ids(answer) for answer in answers] == [[1]]


def test_leaving_the_block_releases_what_is_held() -> None:
    hold = Hold()
    with OrdersApi(sample_tables()) as api:
        api.script(hold)
    assert hold.released.is_set()


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/nothing", 404),
        ("/orders?page=x", 400),
        ("/orders?page=0", 400),
        ("/orders?limit=0", 400),
        ("/orders?cursor=x", 400),
        ("/orders?updated_since=yesterday", 400),
    ],
)
def test_what_cannot_be_answered_is_refused(api: OrdersApi, path: str, status: int) -> None:
    assert requests.get(f"{api.base_url}{path}", timeout=10).status_code == status


def test_requests_are_logged_with_their_parameters(api: OrdersApi) -> None:
    get(api, limit=1, cursor="rows-3")
    assert [(request.path, dict(request.parameters)) for request in api.requests] == [
        ("/orders", {"limit": "1", "cursor": "rows-3"})
    ]
