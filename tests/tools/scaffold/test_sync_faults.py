"""Sources that fail, and syncs that are killed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from connector_sdk_mcp.tools.demo.orders_api import Fault, HangUp, Hold, OrdersApi, Step, sample_tables

if TYPE_CHECKING:
    from .conftest import Connect, Connector

INCREMENTAL_ORDERS = [{"name": "orders", "primary_key": ["id"], "cursor_field": "updated_at"}]
FIRST_POSITIONS = {"page": "1", "offset": "0", "cursor": None}
SECOND_POSITIONS = {"page": "2", "offset": "10", "cursor": "rows-10"}


def answer(body: object, status: int = 200) -> Fault:
    return Fault(status, body=json.dumps(body).encode())


def test_limits_and_failures_that_pass_are_waited_for(connect: Connect) -> None:
    with OrdersApi(sample_tables()) as api:
        api.script(Fault(429, {"Retry-After": "1"}), Fault(500), None, Fault(200, body=b'{"orders": [{"id"'), HangUp())
        connector = connect(api, tables=INCREMENTAL_ORDERS)
        sync = connector.sync()
        assert (sync.succeeded, sync.upserts) == (True, 25), sync.log
        assert connector.rows("orders") == api.rows("orders")
    assert "/orders: status 429, attempt 1 of 6; the next in 1.0 seconds" in sync.log
    assert "/orders: status 500, attempt 2 of 6" in sync.log
    assert "/orders: JSONDecodeError, attempt 1 of 6" in sync.log
    assert "/orders: ConnectionError, attempt 2 of 6" in sync.log
    assert "page_size" not in sync.log


def test_a_failure_that_stays_ends_the_sync_after_a_bounded_number_of_attempts(connect: Connect) -> None:
    with OrdersApi(sample_tables()) as api:
        api.script(None, *[Fault(503)] * 9)
        connector = connect(api, tables=INCREMENTAL_ORDERS)
        edit(connector, "MAX_ATTEMPTS = 6", "MAX_ATTEMPTS = 2")
        sync = connector.sync()
        assert not sync.succeeded
        assert "Failed to sync data: /orders: status 503" in sync.log
        assert len(api.requests) == 3
        assert connector.saved("orders")["window"]["position"] == 2


@pytest.mark.parametrize(
    ("steps", "message", "requests"),
    [
        ([Fault(404)], "/orders: status 404", 1),
        ([Fault(400)], "/orders: status 400", 1),
        ([Fault(403)], "/orders: status 403, access is denied", 1),
        ([Fault(501)], "/orders: status 501, check base_url", 1),
        ([answer({"error": "broken"})], "an answer does not hold one list of rows; set its records_path", 1),
        ([answer({"orders": [], "more": []})], "an answer does not hold one list of rows; set its records_path", 1),
        ([answer({"orders": None})], "an answer does not hold one list of rows", 1),
        ([answer("orders")], "an answer does not hold one list of rows", 1),
        ([answer([1])], "Table 'orders': a row is not an object", 1),
        ([answer([{"id": None}])], "Table 'orders': a row has no primary key 'id'", 1),
        ([answer([{"updated_at": "2024"}])], "Table 'orders': a row has no primary key 'id'", 1),
        ([answer([{"id": 1}])] * 2, "Table 'orders': the same page came twice", 2),
        (
            [answer([{"id": 1, "updated_at": 5}, {"id": 2, "updated_at": "x"}])],
            "Table 'orders': the values of 'updated_at' cannot be compared",
            1,
        ),
    ],
)
def test_an_answer_that_cannot_be_used_ends_the_sync_at_once(
    connect: Connect, steps: list[Step], message: str, requests: int
) -> None:
    with OrdersApi(sample_tables()) as api:
        api.script(*steps)
        sync = connect(api, tables=INCREMENTAL_ORDERS).sync()
        assert not sync.succeeded
        assert message in sync.log
        assert "Sync failed: " in sync.log
        assert len(api.requests) == requests


def test_a_cursor_that_comes_again_ends_the_sync(connect: Connect) -> None:
    with OrdersApi(sample_tables()) as api:
        page = [answer({"orders": [{"id": number}], "next_cursor": "abab"[number]}) for number in range(3)]
        api.script(*page)
        sync = connect(api, pagination="cursor", tables=INCREMENTAL_ORDERS).sync()
        assert not sync.succeeded
        assert "Table 'orders': the same next cursor came twice" in sync.log
        assert len(api.requests) == 3


def test_a_redirect_does_not_carry_the_key_to_another_host(connect: Connect) -> None:
    with OrdersApi(sample_tables()) as other, OrdersApi(sample_tables()) as api:
        api.script(Fault(302, {"Location": f"{other.base_url}/orders"}))
        sync = connect(api, auth="api_key", tables=INCREMENTAL_ORDERS).sync()
        assert not sync.succeeded
        assert "/orders: status 302, check base_url" in sync.log
        assert other.requests == []


@pytest.mark.parametrize("pagination", FIRST_POSITIONS)
def test_a_killed_first_sync_goes_on_where_it_stopped_and_loses_nothing(connect: Connect, pagination: str) -> None:
    with OrdersApi(sample_tables()) as api:
        connector = connect(api, pagination=pagination, tables=INCREMENTAL_ORDERS)
        kill_at_second_page(connector, api)
        # The row that moves from the second page to the first is on no page that is still to be read.
        api.remove("orders", 1)

        before = len(api.requests)
        resumed = connector.sync()
        assert resumed.succeeded, resumed.log
        assert position(api, before, pagination) == SECOND_POSITIONS[pagination]
        assert [row["id"] for row in connector.rows("orders")] == [number for number in range(1, 26) if number != 11]
        assert connector.saved("orders") == {}

        before = len(api.requests)
        again = connector.sync()
        assert again.succeeded, again.log
        assert position(api, before, pagination) == FIRST_POSITIONS[pagination]
        assert connector.rows("orders")[1:] == api.rows("orders")
        assert connector.saved("orders")["cursor"] == "2024-03-01T00:08:00Z"
        assert connector.sync().upserts == 0


def test_a_saved_position_of_other_requests_is_not_used(connect: Connect) -> None:
    with OrdersApi(sample_tables()) as api:
        connector = connect(api, tables=INCREMENTAL_ORDERS)
        kill_at_second_page(connector, api)
        edit(connector, '"page_size": "10"', '"page_size": "7"', file="configuration.json")
        before = len(api.requests)
        sync = connector.sync()
        assert (sync.succeeded, sync.upserts) == (True, 25), sync.log
        assert position(api, before, "page") == "1"


def test_a_saved_position_that_the_source_refuses_is_dropped(connect: Connect) -> None:
    with OrdersApi(sample_tables()) as api:
        connector = connect(api, pagination="cursor", tables=INCREMENTAL_ORDERS)
        kill_at_second_page(connector, api)
        api.script(Fault(410))
        refused = connector.sync()
        assert not refused.succeeded
        assert "/orders: status 410" in refused.log
        sync = connector.sync()
        assert (sync.succeeded, sync.upserts) == (True, 25), sync.log
        assert connector.rows("orders") == api.rows("orders")


def kill_at_second_page(connector: Connector, api: OrdersApi) -> None:
    """Starts a sync and kills it while it waits for its second page."""
    hold = Hold()
    api.script(None, hold)
    with connector.start() as process:
        try:
            assert hold.reached.wait(60)
        finally:
            process.kill()
            process.communicate()
    hold.released.set()


def position(api: OrdersApi, request: int, pagination: str) -> str | None:
    """The position that a request asked for."""
    return api.requests[request].parameters.get(pagination)


def edit(connector: Connector, old: str, new: str, file: str = "connector.py") -> None:
    """Changes a file of the project, as its author would."""
    path = connector.folder / file
    text = path.read_text()
    assert text.count(old) == 1
    path.write_text(text.replace(old, new))
