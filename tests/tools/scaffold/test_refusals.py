"""What a scaffold refuses, and that it then writes nothing."""

from __future__ import annotations

import pytest
from connector_sdk_mcp.tools.errors import (
    ConnectorSdkError,
    InvalidArguments,
    UnknownPattern,
)
from connector_sdk_mcp.tools.naming import table_name
from connector_sdk_mcp.tools.project import Workspace
from connector_sdk_mcp.tools.scaffold.engine import scaffold
from connector_sdk_mcp.tools.scaffold.models import ScaffoldResult

Table = dict[str, object]
ORDERS: Table = {"name": "orders", "primary_key": ["id"]}
NO_TABLES: list[Table] = []
NO_COLUMNS: list[str] = []
SECRET = "hunter2"


def attempt(workspace: Workspace, **changed: object) -> ScaffoldResult:
    arguments: dict[str, object] = {"pattern": "rest_api", "tables": [ORDERS]} | changed
    return scaffold(workspace, "new/connector", **arguments)  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"pattern": "rest-api"}, "There is no pattern 'rest-api'. Choose one of these, the nearest first: rest_api."),
        ({"auth": "bearer_token"}, "There is no auth 'bearer_token'. Choose one of these, the nearest first: bearer,"),
        (
            {"pagination": "cursors"},
            "There is no pagination 'cursors'. Choose one of these, the nearest first: cursor,",
        ),
        ({"auth": f"sk_live_{SECRET}"}, "There is no auth. Choose one of these, the nearest first: "),
        ({"pattern": ""}, "There is no pattern. Choose one of these, the nearest first: rest_api."),
    ],
)
def test_an_unknown_choice_is_answered_with_those_there_are(
    workspace: Workspace, changed: dict[str, object], says: str
) -> None:
    refused(workspace, UnknownPattern, says, changed)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"pages_size": 5}, "There is no option 'pages_size'. Leave it out, or choose from: page_size,"),
        ({f"x{SECRET}": "y"}, "There is no option. Leave it out, or choose from: "),
        ({"limit_parameter": "l"}, "The option 'limit_parameter' has no effect with this auth and pagination."),
        ({"page_size": 0}, "The option 'page_size' must be a whole number, 1 to 10000. Leave it out for 100."),
        ({"page_size": 10_001}, "The option 'page_size' must be a whole number"),
        ({"page_size": "hunter2"}, "The option 'page_size' must be a whole number"),
        ({"page_size": True}, "The option 'page_size' must be a whole number"),
        ({"page_parameter": 5}, "The option 'page_parameter' must be text. Leave it out for 'page'."),
        ({"page_parameter": " "}, "The option 'page_parameter' is empty. Give it a value."),
        ({"page_parameter": "p" * 61}, "The option 'page_parameter' is longer than 60 characters. Shorten it."),
        ({"page_parameter": "page_size"}, "The options page_parameter and page_size_parameter are the same."),
        ({"page_parameter": "\ud800"}, "The option 'page_parameter' holds a half surrogate"),
        ({"page_parameter": 'a"b'}, "The option 'page_parameter' holds more than ASCII letters, digits and signs."),
        ({"page_parameter": "a b"}, "The option 'page_parameter' holds more than ASCII letters, digits and signs."),
        ({"page_parameter": "Seite\n"}, "The option 'page_parameter' holds more than ASCII letters, digits and signs."),
        ({"page_parameter": "größe"}, "The option 'page_parameter' holds more than ASCII letters, digits and signs."),
    ],
)
def test_an_unusable_option_is_refused_without_its_value(
    workspace: Workspace, options: dict[str, object], says: str
) -> None:
    refused(workspace, InvalidArguments, says, {"options": options})


def test_a_header_name_and_a_path_must_have_their_form(workspace: Workspace) -> None:
    header: dict[str, object] = {"auth": "api_key", "options": {"api_key_header": f"Key: {SECRET}\r\nX"}}
    refused(workspace, InvalidArguments, "The option 'api_key_header' is not the name of a header.", header)
    path: dict[str, object] = {"pagination": "cursor", "options": {"next_cursor_path": "a..b"}}
    refused(workspace, InvalidArguments, "The option 'next_cursor_path' has an empty step.", path)


@pytest.mark.parametrize(
    "base_url",
    [
        "api.example.com",
        "ftp://api.example.com",
        "file:///etc/passwd",
        "https://",
        "https:///path",
        f"https://user:{SECRET}@api.example.com",
        f"https://{SECRET}@api.example.com",
        f"https://api.example.com?key={SECRET}",
        f"https://api.example.com#{SECRET}",
        "https://api.example.com\nX: y",
        "https://api.example.com/a b",
        "https://api.example.com:port",
        "https://[::1",
        "https://api.example.com\\@evil.example",
        "https://\ud800.example.com",
        "https://" + "a" * 2000,
        " https://api.example.com",
    ],
)
def test_an_address_that_is_not_plain_is_refused_and_not_repeated(workspace: Workspace, base_url: str) -> None:
    refused(workspace, InvalidArguments, "base_url is not a plain address.", {"base_url": base_url})


@pytest.mark.parametrize(
    ("tables", "says"),
    [
        (NO_TABLES, "There are 0 tables. Give 1 to 500"),
        ([ORDERS, ORDERS], "Tables 1 and 2 have names that are one table in the destination. Rename one of them."),
        ([ORDERS, ORDERS | {"name": "Orders"}], "Tables 1 and 2 have names that are one table"),
        (
            [ORDERS | {"name": "orderItems"}, ORDERS, ORDERS | {"name": "Order Items"}],
            "Tables 1 and 3 have names that are one table",
        ),
        ([ORDERS | {"name": " "}], "Table 1: name is empty."),
        ([ORDERS | {"name": "n" * 201}], "Table 1: name is longer than 200 characters."),
        ([ORDERS | {"name": "\udfff"}], "Table 1: name holds a half surrogate"),
        ([ORDERS | {"primary_key": NO_COLUMNS}], "Table 1: primary_key: List should have at least 1 item"),
        ([ORDERS | {"primary_key": [""]}], "Table 1: a column of primary_key is empty."),
        ([ORDERS | {"primary_key": ["id", "id"]}], "Table 1: primary_key names a column twice."),
        ([ORDERS | {"primary_key": SECRET}], "Table 1: primary_key: Input should be a valid list."),
        ([{"name": "orders"}], "Table 1: primary_key: Field required."),
        ([ORDERS | {SECRET: 1}], "Table 1: an unknown field: Extra inputs are not permitted. The fields are "),
        ([ORDERS | {"cursor_field": ""}], "Table 1: cursor_field is empty."),
        ([ORDERS | {"cursor_field": "at", "cursor_parameter": ""}], "Table 1: cursor_parameter is empty."),
        (
            [ORDERS | {"cursor_field": "at", "cursor_parameter": "page"}],
            "Table 1: cursor_parameter is a request parameter of pagination too.",
        ),
        ([ORDERS | {"records_path": "a."}], "Table 1: records_path has an empty step."),
        ([ORDERS | {"path": "https://other.example/x"}], "Table 1: path is a whole address."),
        ([ORDERS | {"path": f"/x?api_key={SECRET}"}], "Table 1: path holds a credential."),
        ([ORDERS | {"path": "/" + "p" * 2000}], "Table 1: path is longer than 2000 characters."),
    ],
)
def test_an_unusable_table_is_refused_by_its_number(workspace: Workspace, tables: list[Table], says: str) -> None:
    refused(workspace, InvalidArguments, says, {"tables": tables})


def test_a_name_must_fit_into_a_file(workspace: Workspace) -> None:
    refused(workspace, InvalidArguments, "name is longer than 200 characters.", {"name": "n" * 201})
    refused(workspace, InvalidArguments, "name holds a half surrogate", {"name": "\ud800"})


@pytest.mark.parametrize(
    ("name", "renamed"),
    [
        ("Orders", "orders"),
        ("orderItems", "order_items"),
        ("OrderITEMS", "order_items"),
        ("order-items2", "order_items_2"),
        ("HTTPServer", "httpserver"),
        ("_x", "x"),
        ("x_", "x_"),
        ("1abc", "_1_abc"),
        ("über", "uber"),
        ("straße", "stra_e"),
        ("日本", "_"),
        ("a日本", "a_"),
        ("!!!", "_"),
        ("a²", "a_"),
        ("__a__b__", "a_b_"),
        ("2024", "_2024"),
    ],
)
def test_the_name_in_the_destination_is_the_one_that_the_sdk_gives(name: str, renamed: str) -> None:
    assert table_name(name) == renamed


def refused(workspace: Workspace, error: type[ConnectorSdkError], says: str, changed: dict[str, object]) -> None:
    with pytest.raises(error) as caught:
        attempt(workspace, **changed)
    assert str(caught.value).startswith(says)
    assert SECRET not in str(caught.value)
    assert list(workspace.roots[0].iterdir()) == []
