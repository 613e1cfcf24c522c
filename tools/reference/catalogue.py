"""All entries of all catalogues, and the index pages over them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, partial

from ...resources.catalog import KINDS, Page, pages
from ..errors import InvalidArguments, RuleNotFound
from ..nearest import nearest
from ..validate.engine import all_rules
from ..validate.page import index_page as rules_index
from ..validate.page import rule_page, rule_title
from .models import Entry
from .sdk import fill
from .templates import templates_page

_INDEX = {
    "instructions": "Instructions",
    "sdk": "The SDK",
    "patterns": "Patterns",
    "rules": "Rules",
}


@cache
def entries() -> tuple[Entry, ...]:
    """Everything that is always there to read; the runs come and go and are not among it."""
    return (*_pages(), *_rules(), *_templates())


def index(kind: str) -> str:
    """The index page of a kind: one line a page, with a link."""
    if kind == "rules":
        return rules_index()
    listed = [f"- [{e.title}]({e.uri}): {e.summary}" for e in entries() if e.kind == kind]
    return f"# {_INDEX[kind]}\n\n" + "\n".join(listed) + "\n"


def text_of(uri: str) -> str:
    """The whole text of an entry or an index. Raises RuleNotFound or InvalidArguments with the nearest addresses."""
    kind, _, name = uri.removeprefix("csdk://").partition("/")
    if uri.startswith("csdk://") and kind in _INDEX and not name:
        return index(kind)
    for entry in entries():
        if entry.uri == uri:
            return entry.text()
    known = [*(entry.uri for entry in entries()), *(f"csdk://{kind}" for kind in _INDEX)]
    refusal = RuleNotFound if kind == "rules" else InvalidArguments
    raise refusal(f"There is nothing at {uri[:200]!r}. The nearest: {', '.join(nearest(uri, known))}.")


def _pages() -> Iterator[Entry]:
    for kind in KINDS:
        for page in pages(kind):
            yield Entry(page.uri, kind, page.title, page.summary, page.keywords, page.body, partial(_page_text, page))


def _page_text(page: Page) -> str:
    shown = f"\nShown by {'; '.join(page.show)}: csdk://templates.\n" if page.show else ""
    return f"# {page.title}\n\n{page.summary}\n\n{fill(page.body)}{shown}"


def _rules() -> Iterator[Entry]:
    for rule in all_rules():
        rule_id = rule.rule_id()
        words = (rule_id, rule_id.replace("-", " "))
        body = rule_page(rule_id)
        yield Entry(
            f"csdk://rules/{rule_id}", "rules", rule_id, rule_title(rule), words, body, partial(rule_page, rule_id)
        )


def _templates() -> Iterator[Entry]:
    yield Entry(
        "csdk://templates",
        "templates",
        "Scaffold templates",
        "What scaffold_connector can write: patterns, authentication, pagination, options.",
        ("scaffold", "template", "new project", "starter", "boilerplate", "generate a connector"),
        templates_page(),
        templates_page,
    )
