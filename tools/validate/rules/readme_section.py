"""Rule `readme-section`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..models import Category, Severity
from ..rule import Invalid, Rule

_README = "README.md"
_CONTENTS = {
    "purpose and functionality": r"purpose|function|overview|about|introduction|description|what (?:it|this)|summary",
    "setup instructions": r"set.?up|install|getting started|quick.?start|prerequisite|requirements",
    "configuration guide": r"config|parameter|settings|credential|authenticat",
    "testing procedures": r"test|debug|verif|run(?:ning)?\b",
    "troubleshooting steps": r"troubleshoot|faq|common (?:issue|problem|error)|error|problems",
    "links to Fivetran documentation": r"link|documentation|docs\b|resources|further reading|see also|learn more",
    "references to example patterns": r"example|pattern|reference|template",
    "best practices": r"best.?practi[cs]e|implementation note|design|recommend|guideline|how it works",
    "known limitations": r"limit|constraint|known issue|caveat|consideration",
    "AI data processing": r"\bai\b|\bml\b|artificial|machine.?learning|data (?:processing|handling)|llm|embedding",
}
_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,}).*?(?:^ {0,3}\1[`~]*[ \t]*$|\Z)", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(
    r"^ {0,3}\#{1,6}[ \t]+(?P<hash>[^\n]+)|^(?P<line>[^\n]+)\n {0,3}(?:=+|-{2,})[ \t]*$"
    r"|<h[1-6][^>]*>(?P<html>.*?)</h[1-6]>|^\*\*(?P<bold>[^*\n]+)\*\*:?[ \t]*$",
    re.MULTILINE | re.IGNORECASE,
)


def _page(*headings: str) -> str:
    return "\n".join(f"## {heading}\n\ntext\n" for heading in headings)


_ALL = ("Overview", "Setup", "Configuration", "Testing", "Troubleshooting", "Links", "Examples", "Best practices")


class ReadmeSection(Rule):
    """README.md has a heading for each of the ten contents that the specification asks for.

    Why: purpose, setup, configuration, testing, troubleshooting, links to Fivetran's documentation, example patterns,
    best practices, limitations and AI data processing are what the next person looks for. Usual words for them count as
    well (`Getting started`, `Known issues`); one heading may serve several.
    """

    section, category, severity = "6.4", Category.SPEC, Severity.INFO
    VALID = (
        {_README: _page(*_ALL, "Limitations", "AI data processing")},
        {_README: "# About\n" + _page(*_ALL[1:], "Design and limitations", "Notes on ML data")},
        {
            _README: _page(
                "Connector overview", "Getting started", "Authentication", "How to test", "FAQ", "References"
            )
            + "Docs\n----\n"
            + _page("Implementation notes", "Known issues", "Data handling")
        },
        {"connector.py": "import json\n"},
        {_README: "\r\n".join(f"# {name}\r\n" for name in (*_ALL, "Constraints", "AI"))},
    )
    INVALID = (
        Invalid("# Orders\n\nReads orders.\n", at=(1, 1), file=_README),
        Invalid("", at=(1, 1), file=_README),
        Invalid(_page(*_ALL, "AI data processing"), at=(1, 1), file=_README),
        Invalid(_page(*_ALL[:-1], "Limitations", "AI"), at=(1, 1), file=_README),
        Invalid("```\n" + _page(*_ALL, "Limitations", "AI") + "```\n", at=(1, 1), file=_README),
    )

    def check(self) -> None:
        data = self.source.files.get(_README)
        if data is None:
            return
        headings = "\n".join(_headings(data.decode("utf-8", "replace")))
        absent = [name for name, words in _CONTENTS.items() if not re.search(words, headings, re.IGNORECASE)]
        if absent:
            message = f"README.md has no heading for: {', '.join(absent)}."
            self.report_at(_README, (1, 1), message, hint="Add a heading for each, with what a reader needs to know.")


def _headings(text: str) -> Iterator[str]:
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    for match in _HEADING.finditer(_FENCE.sub("", plain)):
        yield next(group for group in match.groups() if group is not None)
