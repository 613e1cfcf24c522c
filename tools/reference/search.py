"""Ranked full text over all entries: BM25 of SQLite's FTS5, with a bonus for phrases that people paste."""

from __future__ import annotations

import re
import sqlite3
import threading
from dataclasses import dataclass, field
from functools import cache

from .catalogue import entries
from .models import Entry, Hit, SearchResult
from .words import normal, terms

# Weights of title, keywords, summary, body and code; a keyword phrase that the query holds whole counts by its length.
_WEIGHTS = "8.0, 5.0, 3.0, 1.0, 0.3"
_RELATED_WEIGHT = 0.35
_BEST = f"SELECT uri, -bm25(pages, 0, {_WEIGHTS}) AS score FROM pages WHERE pages MATCH ? ORDER BY score DESC LIMIT ?"
_TABLE = """CREATE VIRTUAL TABLE pages USING fts5(
    uri UNINDEXED, title, keywords, summary, body, code, tokenize = "porter unicode61 tokenchars '_'")"""
_PHRASE_BONUS = 3.0
_CANDIDATES = 40
_EXCERPT_CHARS = 300
_WORD = re.compile(r"[a-z0-9_]+")
_CODE = re.compile(r"```.*?```", re.DOTALL)


def search(query: str, *, kind: str = "", limit: int = 5) -> SearchResult:
    """At most `limit` entries that answer the query, the best first; `kind` keeps one kind of them."""
    index = _index()
    asked, others = terms(query[:2_000], index.vocabulary)
    scores = index.scores(asked)
    for uri, score in index.scores(others).items():
        scores[uri] = scores.get(uri, 0.0) + _RELATED_WEIGHT * score
    phrase = f" {normal(query[:4_000])} "
    for entry in index.entries.values():
        bonus = sum(_PHRASE_BONUS * words.count(" ") for words in index.phrases[entry.uri] if f" {words} " in phrase)
        if bonus:
            scores[entry.uri] = scores.get(entry.uri, 0.0) + bonus
    ranked = sorted(scores, key=lambda uri: (-scores[uri], uri))
    found = [index.entries[uri] for uri in ranked if not kind or index.entries[uri].kind == kind]
    hits = [Hit(uri=e.uri, title=e.title, kind=e.kind, excerpt=_excerpt(e, asked)) for e in found[:limit]]
    left = len(found) - len(hits)
    return SearchResult(hits=hits, more=f"{left} more: raise limit." if left > 0 else None)


@dataclass
class _Index:
    """The entries in an FTS5 table in memory."""

    database: sqlite3.Connection
    entries: dict[str, Entry]
    phrases: dict[str, list[str]]
    vocabulary: frozenset[str]
    lock: threading.Lock = field(default_factory=threading.Lock)

    def scores(self, asked: list[str]) -> dict[str, float]:
        """BM25 of each entry that has one of the words; higher is better."""
        if not asked:
            return {}
        match = " OR ".join(f'"{word}"' for word in asked)
        with self.lock:
            rows = self.database.execute(_BEST, (match, _CANDIDATES)).fetchall()
        return {str(uri): float(score) for uri, score in rows}


@cache
def _index() -> _Index:
    database = sqlite3.connect(":memory:", check_same_thread=False)
    database.execute(_TABLE)
    known = {entry.uri: entry for entry in entries()}
    words: set[str] = set()
    for entry in known.values():
        text, code = _CODE.sub(" ", entry.body), "\n".join(_CODE.findall(entry.body))
        row = (entry.uri, entry.title, "\n".join(entry.keywords), entry.summary, text, code)
        database.execute("INSERT INTO pages VALUES (?, ?, ?, ?, ?, ?)", row)
        words.update(_WORD.findall(" ".join(row).lower()))
    phrases = {entry.uri: [p for k in entry.keywords if " " in (p := normal(k))] for entry in known.values()}
    return _Index(database, known, phrases, frozenset(words))


def _excerpt(entry: Entry, asked: list[str]) -> str:
    """The paragraph of the entry that has most of the words."""
    paragraphs = [p.strip() for p in re.split(r"\n\s*\n", entry.body) if p.strip() and not p.startswith("#")]
    best = max(paragraphs, key=lambda p: _overlap(p, asked), default="")
    chosen = best if best and _overlap(best, asked) else entry.summary
    return chosen if len(chosen) <= _EXCERPT_CHARS else chosen[:_EXCERPT_CHARS].rsplit(" ", 1)[0] + "…"


def _overlap(text: str, asked: list[str]) -> int:
    words = set(_WORD.findall(text.lower()))
    return sum(word in words for word in asked)
