"""The board of kelurahan by hand, without and with its scorecards: the numbers of domain.md, "Boards"."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date, datetime, timedelta, timezone
from itertools import accumulate
from typing import Any

import asyncpg
import orjson
from starlette.requests import Request
from starlette.responses import Response

from benchmarks.peers.handwritten_parts import answer

JAKARTA = timezone(timedelta(hours=7))
PRIOR = 10
ENOUGH = 5

RANKED = (
    "CASE WHEN t.entries > 0 THEN rank() OVER (ORDER BY COALESCE(t.entries, 0) > 0 DESC, t.points DESC) END AS rank, "
    "CASE WHEN t.entries > 0 THEN t.points ELSE 0 END AS points, k.code, k.name"
)
ORDERED = "ORDER BY COALESCE(t.entries, 0) > 0 DESC, points DESC, k.code"
MONTH = (
    "FROM kelurahan k LEFT JOIN tally t "
    "ON t.unit = k.code AND t.officer = 0 AND t.period = 'MONTH' AND t.first_day = $1"
)

BOARD = f"SELECT {RANKED} {MONTH} {ORDERED} LIMIT 50"

CARDS = (
    f"SELECT {RANKED}, t.received, t.responded, t.processed, t.responses_decided, t.responses_on_time, "
    "t.processings_decided, t.processings_on_time, t.ratings, t.stars, t.response_minutes, t.processing_minutes, "
    f"h.open, h.overdue {MONTH} LEFT JOIN (SELECT unit, SUM(open) AS open, SUM(overdue) AS overdue FROM tally "
    f"WHERE officer = 0 AND (%s) GROUP BY unit) h ON h.unit = k.code {ORDERED}"
)
CARDS_NOW = CARDS % "period = 'ALL_TIME' AND $2::date IS NOT NULL"
CARDS_THEN = CARDS % (
    "period = 'YEAR' AND first_day < date_trunc('year', $2::date::timestamp) "
    "OR period = 'MONTH' AND first_day >= date_trunc('year', $2::date::timestamp) AND first_day < $2"
)
"""The reports in hand of now, and those at the end of a month that is closed: the sum of all increases before $2."""


async def board(request: Request) -> Response:
    """Return the first 50 rows of the board of a month by points."""
    first, _ = _month(request)
    rows = await request.app.state.pool.fetch(BOARD, first)
    return answer([_row(row) for row in rows])


async def cards(request: Request) -> Response:
    """Return all rows with their scorecards."""
    first, after = _month(request)
    async with request.app.state.pool.acquire() as connection:
        open_from = await connection.fetchval("SELECT open_from FROM log_head WHERE id = 1")
        is_closed = open_from is not None and datetime.combine(after, datetime.min.time(), JAKARTA) <= open_from
        rows = await connection.fetch(CARDS_THEN if is_closed else CARDS_NOW, first, after)
    ratios = [_ratios(row) for row in rows]
    means = [_mean(column) for column in zip(*ratios, strict=True)]
    return answer(
        [{**_row(row), "scorecard": _scorecard(row, own, means)} for row, own in zip(rows, ratios, strict=True)]
    )


def _month(request: Request) -> tuple[date, date]:
    """Return the first day of the month that is asked for, and of the month after it."""
    first = date.fromisoformat(request.query_params["day"]).replace(day=1)
    return first, (first + timedelta(days=31)).replace(day=1)


def _row(row: asyncpg.Record) -> dict[str, Any]:
    return {"rank": row["rank"], "points": row["points"], "subject": {"code": row["code"], "name": row["name"]}}


Ratio = tuple[float, int]
"""A part, and the number of reports that it is a part of."""


def _ratios(row: asyncpg.Record) -> tuple[Ratio, ...]:
    """Return the ratios of a unit: answered on time, fixed on time, satisfaction, not overdue."""
    ratings, in_hand = row["ratings"] or 0, row["open"] or 0
    return (
        (row["responses_on_time"] or 0, row["responses_decided"] or 0),
        (row["processings_on_time"] or 0, row["processings_decided"] or 0),
        (((row["stars"] or 0) - ratings) / 4, ratings),
        (in_hand - (row["overdue"] or 0), in_hand),
    )


def _mean(column: Sequence[Ratio]) -> float | None:
    count = sum(n for _, n in column)
    return sum(part for part, _ in column) / count if count else None


def _scorecard(row: asyncpg.Record, own: tuple[Ratio, ...], means: list[float | None]) -> dict[str, Any]:
    on_time, fixed_on_time, satisfaction, _ = own
    return {
        "received": row["received"] or 0,
        "responded": row["responded"] or 0,
        "processed": row["processed"] or 0,
        "overdue": row["overdue"] or 0,
        "respondedOnTime": _share(on_time),
        "processedOnTime": _share(fixed_on_time),
        "satisfaction": _share(satisfaction),
        "responsiveness": _responsiveness(own, means),
        "medianResponseMinutes": _median(row["response_minutes"]),
        "medianProcessingMinutes": _median(row["processing_minutes"]),
    }


def _share(ratio: Ratio) -> float | None:
    part, count = ratio
    return part / count if count else None


def _responsiveness(own: tuple[Ratio, ...], means: list[float | None]) -> float | None:
    """Return 0 to 100: the weighted mean of the ratios, each drawn towards the mean of all units."""
    if min(own[0][1], own[1][1]) < ENOUGH:
        return None
    total = weights = 0.0
    for weight, (part, count), mean in zip((35, 35, 20, 10), own, means, strict=True):
        if mean is not None:
            total += weight * (part + PRIOR * mean) / (count + PRIOR)
            weights += weight
    return round(100 * total / weights, 2) if weights else None


def _median(stored: str | None) -> float | None:
    """Return the median of a histogram: [values, ascending], [how often each occurred]."""
    values, counts = orjson.loads(stored) if stored else ([], [])
    if not values:
        return None
    upto = list(accumulate(counts))
    low, high = (values[bisect_right(upto, place)] for place in ((upto[-1] - 1) // 2, upto[-1] // 2))
    return float(low + high) / 2
