"""Text search in the titles and descriptions of reports, and its order by relevance.

The database keeps the words beside the reports, by triggers (migration 0021, ADR 31): PostgreSQL the words and their
stems by its configuration `indonesian`, SQLite the words, in an FTS5 table.
"""

from typing import Any

from models.reading import is_sqlite, read
from queries.conditions import Conditions
from rules.search import is_prefix

RANKED = 1_000
"""Matches that are put in order by relevance: the newest. So a word that every fifth report has costs no more."""

_HITS = "(length(highlight(report_text, {0}, char(1), '')) - length(report_text.{1}))"
_SQLITE_RELEVANCE = f"CAST({_HITS.format(0, 'title')} * 10 + {_HITS.format(1, 'description')} AS REAL)"
"""Hits in the title count ten times. Not bm25: it depends on all other reports, so pages would shift."""


def add_text(wanted: Conditions, words: tuple[str, ...]) -> None:
    """Add the condition that a report has all of these words. The last one may be the beginning of a word."""
    if is_sqlite():
        wanted.add("id IN (SELECT rowid FROM report_text WHERE report_text MATCH {})", _fts5(words))
    else:
        wanted.add(f"id IN (SELECT report_id FROM report_text WHERE words @@ {_tsquery(wanted, words)})")


async def by_relevance(
    wanted: Conditions, newest: tuple[str, str], words: tuple[str, ...], beyond: Any, rest: str
) -> dict[int, float]:
    """Read the relevance of some of the RANKED newest matches, by report, most relevant first.

    `newest`: the source and the rest of a statement for all matches, newest first, with the values of `wanted`.
    `beyond` adds the conditions of a page to conditions on `relevance` and `id`; `rest` is its order and limit.
    """
    source, ordered = newest
    matches = f"(SELECT report.id FROM {source} {ordered} LIMIT {RANKED}) AS report"
    if is_sqlite():
        joined = f"{matches} JOIN report_text ON report_text.rowid = report.id WHERE report_text MATCH "
        ranked = f"SELECT report.id, {_SQLITE_RELEVANCE} AS relevance FROM {joined}{wanted.value(_fts5(words))}"
    else:
        relevance = f"CAST(ts_rank(words, {_tsquery(wanted, words)}) AS FLOAT8)"
        joined = f"{matches} JOIN report_text ON report_id = report.id"
        ranked = f"SELECT report.id, {relevance} AS relevance FROM {joined}"
    kept = wanted.beside()
    beyond(kept)
    rows = await read(f"SELECT id, relevance FROM ({ranked}) AS ranked WHERE {kept} {rest}", *wanted.values)
    return dict(map(tuple, rows))


def _tsquery(wanted: Conditions, words: tuple[str, ...]) -> str:
    """Return PostgreSQL's expression for the stems of all words, or with the last word as the beginning of one.

    The beginning of a word is that of the word, not of its stem: MEMPERB finds MEMPERBAIKI.
    """
    *earlier, last = words
    stems = f"to_tsquery('indonesian', {wanted.value(' & '.join(words))})"
    if not is_prefix(last):
        return stems
    begun = f"to_tsquery('simple', {wanted.value(f'{last}:*')})"
    if earlier:
        begun = f"to_tsquery('indonesian', {wanted.value(' & '.join(earlier))}) && {begun}"
    return f"({stems} || {begun})"


def _fts5(words: tuple[str, ...]) -> str:
    *_, last = words
    return " ".join(f'"{word}"' for word in words) + ("*" if is_prefix(last) else "")
