"""The catalogue of patterns."""

from __future__ import annotations

import subprocess
import sys

import pytest
from connector_sdk_mcp.templates.catalog import Pattern, all_patterns

PATTERNS = {pattern.name: pattern for pattern in all_patterns()}


def test_the_patterns_are_found_by_their_folders() -> None:
    assert list(PATTERNS) == ["rest_api"]


@pytest.mark.parametrize("pattern", PATTERNS.values(), ids=PATTERNS)
def test_a_pattern_says_what_it_is_and_what_can_be_chosen(pattern: Pattern) -> None:
    texts = [pattern.title, pattern.when, pattern.why, *pattern.auth.values(), *pattern.pagination.values()]
    texts += [option.description for option in pattern.option.values()]
    assert all(text.strip() == text and text for text in texts)
    assert set(pattern.credential) <= set(pattern.auth)
    for option in pattern.option.values():
        assert set(option.auth) <= set(pattern.auth)
        assert set(option.pagination) <= set(pattern.pagination)


@pytest.mark.parametrize("pattern", PATTERNS.values(), ids=PATTERNS)
def test_every_file_of_a_pattern_has_a_template(pattern: Pattern) -> None:
    templates = pattern.templates()
    assert list(templates) == list(pattern.files)
    assert all(templates.values())


def test_an_option_belongs_to_the_choices_that_it_names() -> None:
    pattern = PATTERNS["rest_api"]
    assert list(pattern.options("none", "page")) == ["page_size", "page_parameter", "page_size_parameter", "first_page"]
    assert list(pattern.options("api_key", "offset")) == [
        "page_size",
        "api_key_header",
        "offset_parameter",
        "limit_parameter",
    ]
    assert list(pattern.options("bearer", "cursor")) == [
        "page_size",
        "limit_parameter",
        "cursor_parameter",
        "next_cursor_path",
    ]


def test_neither_the_catalogue_nor_the_scaffold_loads_jinja2_by_being_imported() -> None:
    code = (
        "import connector_sdk_mcp.templates.catalog as c, connector_sdk_mcp.tools.scaffold.engine, sys; "
        "c.all_patterns(); sys.exit('jinja2' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], timeout=60).returncode == 0
