"""A secret is known again though it is not kept."""

from __future__ import annotations

from pathlib import Path

from connector_sdk_mcp.tools.fingerprints import recall, remember
from connector_sdk_mcp.tools.redact import MASK, Redactor
from hypothesis import given
from hypothesis import strategies as st

TEXT = st.text(max_size=30)


def test_what_was_remembered_is_masked_and_not_stored(tmp_path: Path) -> None:
    file = tmp_path / "known"
    remember(file, ["given-secret-9876", "other-secret", "short"])
    remember(file, ["given-secret-9876"])
    known = recall(file)
    assert (len(known), file.stat().st_mode & 0o777) == (2, 0o600)
    assert "secret" not in file.read_text()
    masked = Redactor([], known).text("a given-secret-9876given-secret-9876 b other-secret short")
    assert masked == f"a {MASK}{MASK} b {MASK} short"


@given(st.text(min_size=6, max_size=30).filter(lambda text: MASK not in text), TEXT, TEXT)
def test_a_remembered_secret_is_found_in_any_text(secret: str, before: str, after: str) -> None:
    from connector_sdk_mcp.tools.fingerprints import Fingerprint

    masked = Redactor([], [Fingerprint.of(secret)]).text(before + secret + after)
    assert secret not in masked.replace(MASK, "\0")


def test_a_file_that_is_no_record_is_none(tmp_path: Path) -> None:
    (tmp_path / "known").write_text('[{"a": 1}]')
    assert recall(tmp_path / "known") == recall(tmp_path / "missing") == ()
