"""Words of a query: stop words out, the field's synonyms in, typing errors mended."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection

_WORD = re.compile(r"[a-z0-9_]+")
_STOP = frozenset(
    """a about after all also am an and any are as at be been before being but by can cannot could did do does doing
    done for from get gets give given go had has have having he her here how i if in into is it its just let like make
    may me might more most must my need needs no not of off on one only or our out over own per please put s say says
    set shall she should show so some such t take tell than that the their them then there these they this those to too
    under up us use used using very want was way we were what when where which while who whom why will with without
    work works would you your fivetran connector sdk""".split()
)
# One line a meaning: whoever types one of these may be looking for a page that says another.
_SYNONYMS = tuple(
    frozenset(line.split())
    for line in """
paging pagination paginate page pages paged
cursor bookmark watermark incremental delta checkpoint
secret credential password token apikey credentials passwords secrets
key primary_key identifier
retry backoff retries retrying
throttle throttling ratelimit 429 rate
delete deletes deleted remove removed tombstone
truncate reload snapshot refresh
memory oom ram
log logging logger print
type types datatype dtype column
nested flatten json struct
parallel concurrency concurrent thread threads async
test testing debug
error exception failure fails failed crash
requirement requirements dependency dependencies package packages
schedule frequency
timestamp datetime timezone tz
drift evolution evolve evolving
config configuration settings setting
""".strip().splitlines()
)


def terms(query: str, vocabulary: Collection[str]) -> tuple[list[str], list[str]]:
    """The words of the query, typing errors mended by the words that pages have, and the synonyms of them."""
    asked = [word for word in _WORD.findall(query.lower()) if word not in _STOP]
    mended = list(dict.fromkeys(_mend(word, vocabulary) for word in asked))
    related = [other for word in mended for group in _SYNONYMS if word in group for other in sorted(group)]
    return mended, [word for word in dict.fromkeys(related) if word not in mended]


def normal(text: str) -> str:
    """Text as phrases are compared: lower case, one space between words, no punctuation."""
    return " ".join(_WORD.findall(text.lower()))


def _mend(word: str, vocabulary: Collection[str]) -> str:
    if word in vocabulary or len(word) < 4 or word.isdigit():
        return word
    near = difflib.get_close_matches(word, vocabulary, n=1, cutoff=0.8)
    return near[0] if near else word
