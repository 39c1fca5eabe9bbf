"""A submission by hand: the same checks and the same rows as `submitReport`, in one transaction.

The kelurahan of a location and the deadlines come from the product's own code, which is arithmetic without a database.
"""

import os
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from functools import cache
from typing import Any

import asyncpg
import jwt
import orjson
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from benchmarks.peers.handwritten_parts import CATEGORIES, DEADLINES, EXTERNAL, PLACES, TERMS, answer
from models.reference.gazetteer import Gazetteer
from models.reference.records import bundled

JAKARTA = timezone(timedelta(hours=7))

SESSION = "SELECT account_id FROM sign_in WHERE id = $1 AND ended_at IS NULL AND expires_at > $2"
COUNT = (
    "INSERT INTO tally (period, first_day, officer, unit, points, entries, received, responded, processed, reopened, "
    "dismissed, duplicates, handed_on, withdrawn, waived_points, open, overdue, responses_decided, responses_on_time, "
    "processings_decided, processings_on_time, ratings, stars, response_minutes, processing_minutes) "
    "SELECT period, first_day, 0, $3, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, '[[],[]]', '[[],[]]' "
    "FROM unnest($1::text[], $2::date[]) AS counted (period, first_day) "
    "ON CONFLICT (period, first_day, officer, unit) DO UPDATE SET "
    "received = tally.received + 1, open = tally.open + 1"
)
NUMBER = (
    "INSERT INTO report_day (day, given) VALUES ($1, 1) "
    "ON CONFLICT (day) DO UPDATE SET given = report_day.given + 1 RETURNING given"
)
POSITION = "UPDATE log_head SET position = position + 1 WHERE id = 1 RETURNING position, open_from"
REPORT = (
    "INSERT INTO report (number, version, position, title, description, address, category, weight, latitude, "
    "longitude, kelurahan, handler, external, status, reporter_id, anonymous, submitted_at, response_due_at, "
    "processing_due_at, opening, citizen_reopenings, supervisor_reopenings, dismissal_reopened, held_before, "
    "handler_due_at, next_due_at, response_overdue, processing_overdue, support_count, hours, "
    "response_target_minutes, processing_target_minutes, changed_at) "
    "VALUES ($1, 1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'WAITING', $13, "
    "$14, $15, $16, $17, 0, 0, 0, false, 0, $17, $18, false, false, 0, $19, $20, $21, $15) RETURNING id"
)
EVENT = (
    "INSERT INTO log_event (position, topic, kind, at, report_id, version, account_id, actor, data) "
    "VALUES ($1, 'report', 'SUBMITTED', $2, $3, 1, $4, 'CITIZEN', $5)"
)


@dataclass(frozen=True, slots=True)
class Draft:
    """A valid submission: who sent it, what it says, and who handles it first."""

    reporter: int
    given: dict[str, Any]
    kelurahan: str
    handler: str
    at: datetime

    @property
    def is_external(self) -> bool:
        """Whether its handler is outside the city."""
        return self.handler in EXTERNAL

    @property
    def terms(self) -> asyncpg.Record:
        """Its category."""
        return TERMS[self.given["category"]]

    @property
    def response_due_at(self) -> datetime:
        """The deadline of the answer."""
        return DEADLINES[self.given["category"]][0](self.at)

    @property
    def processing_due_at(self) -> datetime:
        """The deadline of the handling."""
        return DEADLINES[self.given["category"]][1](self.at)


async def submit(request: Request) -> Response:
    """Store a report and return it."""
    given = orjson.loads(await request.body())
    async with request.app.state.pool.acquire() as connection:
        draft = _check(await _reporter(connection, request), given)
        async with connection.transaction():
            report_id, number = await _store(connection, draft)
    return answer(
        {
            "id": report_id,
            "number": number,
            "title": given["title"],
            "status": "WAITING",
            "submittedAt": draft.at,
            "category": CATEGORIES[given["category"]],
            "kelurahan": PLACES[draft.kelurahan],
        }
    )


async def _reporter(connection: asyncpg.Connection, request: Request) -> int:
    token = request.headers.get("authorization", "").removeprefix("Bearer ")
    claims = jwt.decode(token, os.environ["SECRET_KEY"], algorithms=["HS256"])
    account: int | None = await connection.fetchval(SESSION, claims["sid"], datetime.now(UTC))
    if account is None:
        raise HTTPException(401)
    return account


def _check(reporter: int, given: dict[str, Any]) -> Draft:
    title, description = given["title"].strip(), given["description"].strip()
    found = _gazetteer().locate(given["location"]["latitude"], given["location"]["longitude"])
    if not 1 <= len(title) <= 150 or not 1 <= len(description) <= 5_000 or given["category"] not in TERMS or not found:
        raise HTTPException(422)
    terms = TERMS[given["category"]]
    handler = found.kelurahan if terms["handler"] == "KELURAHAN" else terms["agency"]
    return Draft(
        reporter, {**given, "title": title, "description": description}, found.kelurahan, handler, datetime.now(UTC)
    )


async def _store(connection: asyncpg.Connection, draft: Draft) -> tuple[int, str]:
    """Write the rows in the order in which the product takes its locks. Return the id and the number."""
    given, location, day = draft.given, draft.given["location"], draft.at.astimezone(JAKARTA).date()
    await connection.execute(COUNT, *_periods(day), draft.handler)
    number = f"JK{day:%y%m%d}{await connection.fetchval(NUMBER, day):04d}"
    ((position, open_from),) = await connection.fetch(POSITION)
    if open_from is not None and draft.at < open_from:
        raise HTTPException(503)  # the day was closed meanwhile: the client tries again
    report_id = await connection.fetchval(
        REPORT,
        number,
        position,
        given["title"],
        given["description"],
        given.get("address"),
        given["category"],
        draft.terms["weight"],
        location["latitude"],
        location["longitude"],
        draft.kelurahan,
        draft.handler,
        draft.is_external,
        draft.reporter,
        given.get("anonymous", False),
        draft.at,
        draft.response_due_at,
        draft.processing_due_at,
        None if draft.is_external else min(draft.response_due_at, draft.processing_due_at),
        draft.terms["hours"],
        draft.terms["response_target_minutes"],
        draft.terms["processing_target_minutes"],
    )
    await connection.execute(EVENT, position, draft.at, report_id, draft.reporter, _data(draft, day))
    return report_id, number


def _periods(day: date) -> tuple[list[str], list[date]]:
    """Return the periods in which a day counts, in the order in which the product locks them, and their first days."""
    monday = day - timedelta(days=day.weekday())
    quarter = day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
    first_days = [date(1970, 1, 1), day, day.replace(day=1), quarter, monday, day.replace(month=1, day=1)]
    return ["ALL_TIME", "DAY", "MONTH", "QUARTER", "WEEK", "YEAR"], first_days


def _data(draft: Draft, day: date) -> str:
    """Return the data of the event: the state of the report and what it adds to the tallies."""
    given, location = draft.given, draft.given["location"]
    after = {
        "category": given["category"],
        "kelurahan": draft.kelurahan,
        "handler": draft.handler,
        "external": draft.is_external,
        "latitude": location["latitude"],
        "longitude": location["longitude"],
        "reporter_id": draft.reporter,
        "status": "WAITING",
        "resolution": None,
        "duplicate_of_id": None,
        "submitted_at": draft.at,
        "responded_at": None,
        "processed_at": None,
        "response_due_at": draft.response_due_at,
        "processing_due_at": draft.processing_due_at,
        "response_overdue": False,
        "processing_overdue": False,
        "rating": None,
        "support_count": 0,
        "photo_count": 0,
        "opening_no": 0,
        "imported": False,
        "hidden": False,
    }
    counts = [{"unit": draft.handler, "day": day, "received": 1, "open": 1}]
    return orjson.dumps({"before": None, "after": after, "counts": counts}).decode()


@cache
def _gazetteer() -> Gazetteer:
    return Gazetteer(bundled())
