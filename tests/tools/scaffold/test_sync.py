"""Connectors that run with the real SDK, their warehouse compared row by row with the source."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from connector_sdk_mcp.tools.demo.orders_api import OrdersApi, Row, sample_tables

if TYPE_CHECKING:
    from .conftest import Connect, Connector

PAGINATIONS = ("page", "offset", "cursor")


def order(number: int, updated_at: str, status: str = "open") -> Row:
    return {"id": number, "customer_id": 1, "status": status, "lines": [], "updated_at": updated_at}


def assert_equal(connector: Connector, api: OrdersApi) -> None:
    assert {table: connector.rows(table) for table in ("orders", "customers")} == {
        table: api.rows(table) for table in ("orders", "customers")
    }


@pytest.mark.parametrize("short_pages", [False, True])
@pytest.mark.parametrize("pagination", PAGINATIONS)
def test_a_first_sync_brings_everything_and_a_second_only_what_changed(
    connect: Connect, pagination: str, short_pages: bool
) -> None:
    with OrdersApi(sample_tables(), short_pages=short_pages) as api:
        connector = connect(api, pagination=pagination, tables=incremental())
        first = connector.sync()
        assert (first.succeeded, first.upserts) == (True, 32), first.log
        assert_equal(connector, api)

        api.put("orders", order(4, "2024-03-02T00:00:00Z", "sent"), order(26, "2024-03-03T00:00:00Z"))
        second = connector.sync()
        assert (second.succeeded, second.upserts) == (True, 2), second.log
        assert_equal(connector, api)


def test_a_sync_of_nothing_new_sends_nothing(connect: Connect) -> None:
    with OrdersApi(sample_tables()) as api:
        connector = connect(api, tables=incremental())
        connector.sync()
        saved = [connector.saved(table) for table in ("orders", "customers")]
        assert connector.sync().upserts == 0
        assert [connector.saved(table) for table in ("orders", "customers")] == saved


@pytest.mark.parametrize("pagination", PAGINATIONS)
def test_rows_that_share_the_highest_cursor_value_are_neither_lost_nor_sent_twice(
    connect: Connect, pagination: str
) -> None:
    tied = [order(number, "2024-03-01T00:00:00Z") for number in range(1, 24)]
    with OrdersApi({"orders": tied, "customers": []}) as api:
        connector = connect(api, pagination=pagination, tables=incremental()[:1])
        assert connector.sync().upserts == 23
        # Late, with the saved cursor value: one new row, and one that changed.
        api.put("orders", order(24, "2024-03-01T00:00:00Z"), order(2, "2024-03-01T00:00:00Z", "paid"))
        assert connector.sync().upserts == 2
        assert connector.rows("orders") == api.rows("orders")
        api.put("orders", order(2, "2024-03-01T00:00:00Z", "open"))
        assert connector.sync().upserts == 1
        assert connector.rows("orders") == api.rows("orders")


@pytest.mark.parametrize("pagination", PAGINATIONS)
def test_an_empty_first_page_is_a_sync_without_rows(connect: Connect, pagination: str) -> None:
    with OrdersApi({"orders": [], "customers": []}) as api:
        connector = connect(api, pagination=pagination)
        sync = connector.sync()
        assert (sync.succeeded, sync.upserts) == (True, 0), sync.log
        assert "window" not in connector.saved("orders")
        api.put("orders", order(1, "2024-03-01T00:00:00Z"))
        assert connector.sync().upserts == 1


def test_each_table_keeps_a_cursor_of_its_own(connect: Connect) -> None:
    with OrdersApi(sample_tables()) as api:
        connector = connect(api, tables=incremental())
        connector.sync()
        cursors = {table: connector.saved(table)["cursor"] for table in ("orders", "customers")}
        assert cursors == {"orders": "2024-03-01T00:08:00Z", "customers": "2024-03-01T00:07:00Z"}
        connector.sync()
        filters = {request.path: request.parameters.get("updated_since") for request in api.requests}
        assert filters == {"/orders": "2024-03-01T00:08:00Z", "/customers": "2024-03-01T00:07:00Z"}


@pytest.mark.parametrize("pagination", PAGINATIONS)
def test_a_table_without_cursor_is_read_whole_each_time(connect: Connect, pagination: str) -> None:
    with OrdersApi(sample_tables()) as api:
        connector = connect(api, pagination=pagination)
        assert connector.sync().upserts == 25 + 7
        assert connector.sync().upserts == 7
        assert_equal(connector, api)


@pytest.mark.parametrize("pagination", PAGINATIONS)
def test_a_connector_of_such_tables_alone_needs_no_cursor(connect: Connect, pagination: str) -> None:
    tables = [{"name": name, "primary_key": ["id"], "records_path": name} for name in ("orders", "customers")]
    with OrdersApi(sample_tables(), short_pages=True) as api:
        connector = connect(api, pagination=pagination, tables=tables)
        for _ in range(2):
            sync = connector.sync()
            assert (sync.succeeded, sync.upserts) == (True, 32), sync.log
            assert_equal(connector, api)
        assert connector.saved("orders") == {}


@pytest.mark.parametrize(
    ("auth", "key", "required"),
    [
        ("bearer", "api_token", {"bearer": "t0ken"}),
        ("api_key", "api_key", {"api_key": ("X-Key", "t0ken")}),
    ],
)
def test_the_credential_reaches_the_source_and_not_the_log(
    connect: Connect, auth: str, key: str, required: dict[str, str]
) -> None:
    options = {"api_key_header": "X-Key"} if auth == "api_key" else {}
    with OrdersApi(sample_tables(), **required) as api:  # pyright: ignore[reportArgumentType]
        right = connect(api, auth=auth, options=options, configuration={key: "t0ken"}).sync()
        wrong = connect(api, auth=auth, options=options, configuration={key: "wr0ng"}).sync()
    assert right.succeeded
    assert not wrong.succeeded
    assert f"/orders: status 401, check {key}" in wrong.log
    assert "t0ken" not in right.log
    assert "wr0ng" not in wrong.log


def incremental() -> list[Row]:
    """Both tables, with a cursor each."""
    return [{"name": name, "primary_key": ["id"], "cursor_field": "updated_at"} for name in ("orders", "customers")]
