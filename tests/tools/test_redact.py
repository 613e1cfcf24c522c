"""Secrets are found by name, form and place, and masked in every form in which they travel."""

from __future__ import annotations

import base64
import json
from urllib.parse import quote, quote_plus

import pytest
from connector_sdk_mcp.tools.redact import MASK, Redactor
from connector_sdk_mcp.tools.secrets import looks_secret, names_credential, secret_values
from hypothesis import given
from hypothesis import strategies as st

TOKEN = 's3cr"t-Zür+/=\\x'


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("api_key", True),
        ("apiKey", True),
        ("APIKEY", True),
        ("x-api-key", True),
        ("client_secret", True),
        ("DB_PASSWORD", True),
        ("db_pwd", True),
        ("access_token", True),
        ("signature", True),
        ("service_account_credentials", True),
        ("primary_key", False),
        ("cursor_key", False),
        ("page_token", False),
        ("token_url", False),
        ("auth_type", False),
        ("api_key_header", False),
        ("token_ttl_seconds", False),
        ("base_url", False),
        ("monkey", False),
        ("username", False),
    ],
)
def test_a_key_is_known_by_its_words(key: str, expected: bool) -> None:
    assert names_credential(key) is expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("AKIAIOSFODNN7EXAMPLE", True),
        ("ghp_" + "a1B2" * 9, True),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjMifQ.c2ln", True),
        ("-----BEGIN RSA PRIVATE KEY-----", True),
        ("aB3dE5fG7hI9jK1lM3nO5", True),
        ("5f4dcc3b5aa765d61d8327deb882cf99", True),
        ("customer_order_lines_2024", False),
        ("OrdersTableV2ForCustomers2024", False),
        ("2024-03-20T10:00:00Z", False),
        ("123456789012345678901234", False),
        ("https://api.example.com/v1/aB3dE5fG7hI9jK1lM3nO5", False),
        ("00000000-0000-0000-0000-000000000000", False),
        ("true", False),
        ("<YOUR_API_KEY_1234567890>", False),
    ],
)
def test_a_value_is_known_by_its_form(value: str, expected: bool) -> None:
    assert looks_secret(value) is expected


def test_the_secrets_of_a_configuration_are_its_credentials_and_the_userinfo_of_its_urls() -> None:
    configuration = {
        "api_key": "k-12345",
        "base_url": "https://me:p%40ss@source.test/v1?page=1",
        "page_size": "100",
        "start_date": "2024-01-01",
        "token_url": "https://source.test/token",
        "enabled_key": "true",
        "account": '{"type": "service", "private_key": "line-one-of-it\\nline-two-of-it"}',
        "placeholder_token": "<YOUR_TOKEN>",
        "password": "12345678",
    }
    assert secret_values(configuration) == {
        "k-12345",
        "p%40ss",
        "p@ss",
        "line-one-of-it\nline-two-of-it",
        "12345678",
    }


@pytest.mark.parametrize(
    "form",
    [
        TOKEN,
        json.dumps({"k": TOKEN}),
        json.dumps({"k": TOKEN}, ensure_ascii=False),
        repr([TOKEN]),
        repr({"body": json.dumps({"k": TOKEN})}),
        json.dumps({"state": json.dumps({"k": TOKEN})}),
        quote(TOKEN),
        quote(TOKEN, safe=""),
        quote_plus(TOKEN),
        "s3cr%22t-Z%c3%bcr%2b%2f%3d%5cx",
        "tester.s_3_cr_t_z_r_x",
        base64.b64encode(TOKEN.encode()).decode(),
        base64.b64encode(f"user:{TOKEN}".encode()).decode(),
        base64.urlsafe_b64encode(f"x:{TOKEN}:y".encode()).decode(),
    ],
)
def test_a_secret_is_masked_in_every_form(form: str) -> None:
    masked = Redactor([TOKEN]).text(f"before {form} after")
    assert MASK in masked
    assert masked.startswith("before ")
    assert masked.endswith(" after")
    assert TOKEN not in masked
    assert base64.b64encode(TOKEN.encode()).decode()[4:-4] not in masked


def test_a_short_secret_is_masked_only_where_it_stands_alone() -> None:
    assert Redactor(["abc"]).text("abc abcdef x-abc") == f"{MASK} abcdef x-{MASK}"


def test_the_userinfo_of_any_url_is_masked() -> None:
    assert Redactor().text("at https://me:pw@h.test/x") == f"at https://{MASK}@h.test/x"


def test_a_json_value_keeps_its_shape_and_loses_its_secrets() -> None:
    value = {"cursor": 5, "t": ["k-12345", {"k-12345": "say k-12345"}], "n": None, "b": True}
    assert Redactor(["k-12345"]).value(value) == {"cursor": 5, "t": [MASK, {MASK: f"say {MASK}"}], "n": None, "b": True}


def test_a_record_keeps_its_names_and_counts_whatever_the_secrets_are() -> None:
    record = {"rows": 1234, "name": "rows", "tables": [{"name": "t_1234", "rows": 1234}], "line": None}
    masked = {"rows": 1234, "name": MASK, "tables": [{"name": f"t_{MASK}", "rows": 1234}], "line": None}
    assert Redactor(["1234", "rows"]).texts(record) == masked


@given(st.text(min_size=6, max_size=40), st.text(max_size=40), st.text(max_size=40))
def test_no_secret_of_six_letters_or_more_survives(secret: str, before: str, after: str) -> None:
    redactor = Redactor([secret])
    assert secret not in redactor.text(before + secret + after).replace(MASK, "\0")
    assert secret not in str(redactor.value({"k": [secret]})).replace(MASK, "\0")
