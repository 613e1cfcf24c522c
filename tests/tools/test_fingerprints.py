"""A secret is known again though it is not kept."""

from __future__ import annotations

from pathlib import Path

import pytest
from connector_sdk_mcp.tools.fingerprints import Fingerprints
from connector_sdk_mcp.tools.redact import MASK, Redactor
from hypothesis import given
from hypothesis import strategies as st

TEXT = st.text(max_size=30)


def test_what_was_remembered_is_masked_and_not_stored(tmp_path: Path) -> None:
    file = tmp_path / "known"
    Fingerprints.read(file).remember(file, ["given-secret-9876", "other-secret", "short"])
    known = Fingerprints.read(file)
    known.remember(file, ["given-secret-9876"])
    assert (Fingerprints.read(file), len(known.digests), file.stat().st_mode & 0o777) == (known, 2, 0o600)
    assert "secret" not in file.read_text()
    masked = Redactor([], [known]).text("a given-secret-9876given-secret-9876 b other-secret short")
    assert masked == f"a {MASK}{MASK} b {MASK} short"
    assert known.without(["given-secret-9876"]).found_in("given-secret-9876 other-secret") == {"other-secret"}


@given(st.text(min_size=6, max_size=30).filter(lambda text: MASK not in text), TEXT, TEXT)
def test_a_remembered_secret_is_found_in_any_text(secret: str, before: str, after: str) -> None:
    empty = Fingerprints("salt")
    known = Fingerprints("salt", frozenset({empty._of(secret)}))  # pyright: ignore[reportPrivateUsage]
    assert secret not in Redactor([], [known]).text(before + secret + after).replace(MASK, "\0")


@pytest.mark.parametrize("text", ['[{"a": 1}]', '{"salt": 1}', "{", '{"salt": "a", "digests": [[1]]}', None])
def test_a_file_that_is_no_record_holds_nothing(text: str | None, tmp_path: Path) -> None:
    if text is not None:
        (tmp_path / "known").write_text(text)
    assert Fingerprints.read(tmp_path / "known").digests == frozenset()
