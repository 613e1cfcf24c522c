"""The page of the scaffold's patterns, made from their descriptions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ...templates.catalog import Pattern, all_patterns


def templates_page() -> str:
    """Every pattern with its choices and options, in Markdown."""
    return "# Scaffold templates\n\n" + "\n\n".join("\n".join(_pattern(pattern)) for pattern in all_patterns()) + "\n"


def _pattern(pattern: Pattern) -> Iterator[str]:
    yield from (f"## {pattern.name}: {pattern.title}", "", pattern.when, "", pattern.why.strip(), "")
    yield from _choices("auth", pattern.auth)
    yield from _choices("pagination", pattern.pagination)
    yield from ("options:", "")
    for name, option in pattern.option.items():
        yield f"- `{name}` (default `{option.default}`): {option.description}"
    yield from ("", f"Files: {', '.join(pattern.files)}.")


def _choices(what: str, choices: Mapping[str, str]) -> Iterator[str]:
    yield from (f"{what}:", "")
    yield from (f"- `{name}`: {text}" for name, text in choices.items())
    yield ""
