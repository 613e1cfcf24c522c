"""A source to sync from: orders and customers over HTTP on 127.0.0.1, with pages, filters, credentials and faults.

    with OrdersApi(sample_tables()) as api:
        requests.get(f"{api.base_url}/orders", params={"page": 1, "page_size": 10})

Each table is an endpoint. Its answer is `{"orders": [...]}`, rows by the order of their ids, those with `updated_at` at
or after `updated_since`. Parameters choose the pagination: `page` (from 1) with `page_size`, `offset` with `limit`, or
`limit` with the `cursor` that the answer before gave as `next_cursor`. Standard library only.
"""

from __future__ import annotations

import json
import socket
import sys
import threading
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import cast
from urllib.parse import parse_qsl, urlsplit

Row = dict[str, object]
_MAX_HOLD_SECONDS = 120
_START = datetime(2024, 3, 1, tzinfo=timezone.utc)


@dataclass(frozen=True)
class Fault:
    """An answer in place of the real one."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: bytes = b"{}"


@dataclass(frozen=True)
class HangUp:
    """The connection ends without an answer."""


@dataclass(frozen=True)
class Hold:
    """The real answer, not before `released` is set; `reached` is set when the request is there."""

    reached: threading.Event = field(default_factory=threading.Event)
    released: threading.Event = field(default_factory=threading.Event)


Step = Fault | HangUp | Hold | None


@dataclass(frozen=True)
class Request:
    """A request that was answered; `authorized` is false when a credential was asked for and missing or wrong."""

    path: str
    parameters: Mapping[str, str]
    authorized: bool


class OrdersApi:
    """The source, served while its `with` block lasts; `tables` maps endpoints to rows with an `id`.

    `bearer` and `api_key` (a header and its value) are required of requests when given. With `short_pages` a page holds
    at most half of the rows asked for, and every other cursor leads to an empty page.
    """

    def __init__(
        self,
        tables: Mapping[str, Sequence[Row]],
        *,
        bearer: str | None = None,
        api_key: tuple[str, str] | None = None,
        short_pages: bool = False,
    ) -> None:
        self.short_pages = short_pages
        self._headers = dict([api_key] if api_key else [])
        self._headers |= {"Authorization": f"Bearer {bearer}"} if bearer is not None else {}
        self._lock = threading.Lock()
        self._tables = {name: {row["id"]: row for row in rows} for name, rows in tables.items()}
        self._steps: deque[Step] = deque()
        self._holds: list[Hold] = []
        self._requests: list[Request] = []
        self._server = _Server(self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> OrdersApi:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        for hold in self._holds:
            hold.released.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def base_url(self) -> str:
        """The address in front of the endpoints."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def requests(self) -> list[Request]:
        """The requests so far, in the order in which they came."""
        with self._lock:
            return list(self._requests)

    def rows(self, table: str) -> list[Row]:
        """The rows of a table by the order of their ids."""
        with self._lock:
            return sorted(self._tables[table].values(), key=lambda row: cast(int, row["id"]))

    def put(self, table: str, *rows: Row) -> None:
        """Adds rows, or changes those whose `id` the table has."""
        with self._lock:
            self._tables[table] |= {row["id"]: row for row in rows}

    def remove(self, table: str, *ids: object) -> None:
        """Takes rows out of a table."""
        with self._lock:
            for row_id in ids:
                del self._tables[table][row_id]

    def script(self, *steps: Step) -> None:
        """What the next requests meet, one step each; None is the real answer, as is everything after the script."""
        with self._lock:
            self._steps.extend(steps)
            self._holds.extend(step for step in steps if isinstance(step, Hold))

    def note(self, request: Request) -> Step:
        """Logs a request; the step of the script that it meets."""
        with self._lock:
            self._requests.append(request)
            return self._steps.popleft() if self._steps else None

    def admits(self, headers: Mapping[str, str]) -> bool:
        """Whether a request carries the credentials that were asked for."""
        return all(headers.get(name) == value for name, value in self._headers.items())

    def answer(self, path: str, parameters: Mapping[str, str]) -> tuple[int, object]:
        """Status and body for a request without fault."""
        table = path.strip("/")
        if table not in self._tables:
            return 404, {"error": "no such table"}
        try:
            since = parameters.get("updated_since")
            rows = [row for row in self.rows(table) if since is None or _at_or_after(row.get("updated_at"), since)]
            return 200, _page(table, rows, parameters, short=self.short_pages)
        except ValueError as error:
            return 400, {"error": str(error)}


def sample_tables(orders: int = 25, customers: int = 7) -> dict[str, list[Row]]:
    """Rows to begin with: three orders at a time share their `updated_at`, customers nest an address."""
    return {
        "orders": [_order(number, customers) for number in range(1, orders + 1)],
        "customers": [_customer(number) for number in range(1, customers + 1)],
    }


def _order(number: int, customers: int) -> Row:
    return {
        "id": number,
        "customer_id": number % max(1, customers) + 1,
        "status": ("open", "paid", "sent")[number % 3],
        "lines": [{"sku": f"A-{number}", "quantity": number % 4 + 1}],
        "updated_at": _minute(number // 3),
    }


def _customer(number: int) -> Row:
    address = {"city": ("Oslo", "Lima", "Köln")[number % 3], "zip": f"{number:05}"}
    return {"id": number, "name": f"Customer {number}", "address": address, "updated_at": _minute(number)}


def _minute(number: int) -> str:
    return (_START + timedelta(minutes=number)).strftime("%Y-%m-%dT%H:%M:%SZ")


def _at_or_after(value: object, since: str) -> bool:
    if isinstance(value, int):
        return value >= int(since)
    return value is None or _moment(str(value)) >= _moment(since)


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)


def _page(table: str, rows: list[Row], parameters: Mapping[str, str], *, short: bool) -> Row:
    size = int(parameters.get("page_size") or parameters.get("limit") or "100")
    if size < 1:
        raise ValueError("a page holds at least one row")
    size = max(1, size // 2) if short else size
    if "page" in parameters:
        start = (int(parameters["page"]) - 1) * size
    elif "offset" in parameters:
        start = int(parameters["offset"])
    else:
        return _cursor_page(table, rows, parameters.get("cursor", "rows-0"), size, short=short)
    if start < 0:
        raise ValueError("there is nothing in front of the first row")
    return {table: rows[start : start + size]}


def _cursor_page(table: str, rows: list[Row], cursor: str, size: int, *, short: bool) -> Row:
    kind, _, number = cursor.partition("-")
    start = int(number)
    if kind == "gap":
        return {table: [], "next_cursor": f"rows-{start}"}
    end = start + size
    following = f"{'gap' if short else 'rows'}-{end}" if end < len(rows) else None
    return {table: rows[start:end], "next_cursor": following}


class _Server(ThreadingHTTPServer):
    """Carries the API to the handlers."""

    daemon_threads = True

    def __init__(self, api: OrdersApi) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.api = api

    def handle_error(self, request: object, client_address: object) -> None:
        """Keeps quiet about clients that went away; anything else is a fault of ours and shown."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(cast(socket.socket, request), client_address)


class _Handler(BaseHTTPRequestHandler):
    """One request."""

    def do_GET(self) -> None:
        api = cast(_Server, self.server).api
        url = urlsplit(self.path)
        parameters = dict(parse_qsl(url.query, keep_blank_values=True))
        authorized = api.admits(cast(Mapping[str, str], self.headers))
        step = api.note(Request(url.path, parameters, authorized))
        if isinstance(step, HangUp):
            return
        if isinstance(step, Fault):
            self._send(step.status, step.body, step.headers)
            return
        if isinstance(step, Hold):
            step.reached.set()
            step.released.wait(_MAX_HOLD_SECONDS)
        status, body = api.answer(url.path, parameters) if authorized else (401, {"error": "who are you?"})
        self._send(status, json.dumps(body).encode(), {})

    def log_message(self, format: str, *args: object) -> None:
        """Keeps quiet: the API has its own log of requests."""

    def _send(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
