"""The reads and the write of the benchmark as a good engineer writes them by hand, without GraphQL.

Starlette, a pool of asyncpg, orjson. Places and categories are in memory. Each answer holds the data that the GraphQL
document of the same name selects (`benchmarks.documents`): `tests/live/test_peers.py`.
"""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from benchmarks.peers.handwritten_board import board, cards
from benchmarks.peers.handwritten_parts import CATEGORIES, PLACES, UNITS, answer, read_parts
from benchmarks.peers.handwritten_submission import submit

LIST = (
    "SELECT id, number, title, status, submitted_at, latitude, longitude, category, kelurahan "
    "FROM report ORDER BY submitted_at DESC, id DESC LIMIT $1"
)
FULL = (
    "SELECT r.id, r.number, r.title, r.status, a.pseudonym, r.anonymous FROM report r "
    "JOIN account a ON a.id = r.reporter_id ORDER BY r.submitted_at DESC, r.id DESC LIMIT 20"
)
PHOTOS = "SELECT report_id, id, width, height FROM photo WHERE report_id = ANY($1) AND role = 'CITIZEN' ORDER BY place"
CHANGES = (
    "data->'before'->>'status' AS from_status, CASE WHEN data->'before' = 'null' "
    "OR jsonb_exists(data->'before', 'status') THEN data->'after'->>'status' END AS to_status"
)
EVENTS = (
    f"SELECT e.report_id, e.kind, e.at, e.actor, {CHANGES} FROM unnest($1::bigint[]) id CROSS JOIN LATERAL "
    "(SELECT * FROM log_event WHERE report_id = id AND topic = 'report' ORDER BY position LIMIT 5) e"
)
ONE = (
    "SELECT id, number, title, description, status, resolution, submitted_at, category, kelurahan "
    "FROM report WHERE number = $1"
)
TIMELINE = (
    f"SELECT kind, at, actor, {CHANGES} FROM log_event "
    "WHERE report_id = $1 AND topic = 'report' ORDER BY position LIMIT 20"
)


async def typename(_: Request) -> Response:
    """Answer without the database: a bare route."""
    return answer({"data": {"__typename": "Query"}})


async def listed(request: Request) -> Response:
    """Return 50 reports with their places."""
    rows = await request.app.state.pool.fetch(LIST, 50)
    return answer(
        [
            {
                "id": row["id"],
                "number": row["number"],
                "title": row["title"],
                "status": row["status"],
                "submittedAt": row["submitted_at"],
                "location": {"latitude": row["latitude"], "longitude": row["longitude"]},
                "category": CATEGORIES[row["category"]],
                "kelurahan": PLACES[row["kelurahan"]],
            }
            for row in rows
        ]
    )


async def full(request: Request) -> Response:
    """Return 20 reports with photos, reporter and five events each."""
    async with request.app.state.pool.acquire() as connection:
        rows = await connection.fetch(FULL)
        ids = [row["id"] for row in rows]
        photos: dict[int, list[Any]] = {}
        base = os.environ["PUBLIC_URL"]
        for row in await connection.fetch(PHOTOS, ids):
            photo = {
                "id": row["id"],
                "url": f"{base}/media/{row['id']}",
                "width": row["width"],
                "height": row["height"],
            }
            photos.setdefault(row["report_id"], []).append(photo)
        events: dict[int, list[Any]] = {}
        for row in await connection.fetch(EVENTS, ids):
            events.setdefault(row["report_id"], []).append(_event(row))
    return answer(
        [
            {
                "id": row["id"],
                "number": row["number"],
                "title": row["title"],
                "status": row["status"],
                "reporter": None if row["anonymous"] else {"pseudonym": row["pseudonym"]},
                "photos": photos.get(row["id"], []),
                "timeline": events.get(row["id"], []),
            }
            for row in rows
        ]
    )


async def one(request: Request) -> Response:
    """Return a report with its timeline."""
    async with request.app.state.pool.acquire() as connection:
        row = await connection.fetchrow(ONE, request.query_params["number"])
        events = await connection.fetch(TIMELINE, row["id"])
    return answer(
        {
            "id": row["id"],
            "number": row["number"],
            "title": row["title"],
            "description": row["description"],
            "status": row["status"],
            "resolution": row["resolution"],
            "submittedAt": row["submitted_at"],
            "category": CATEGORIES[row["category"]],
            "kelurahan": PLACES[row["kelurahan"]],
            "timeline": [_event(event) for event in events],
        }
    )


def _event(row: asyncpg.Record) -> dict[str, Any]:
    return {
        "kind": row["kind"],
        "at": row["at"],
        "actor": UNITS.get(row["actor"], row["actor"]),
        "fromStatus": row["from_status"],
        "toStatus": row["to_status"],
    }


async def ready(_: Request) -> Response:
    """Answer once the server has started."""
    return Response("ok")


@asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[None]:
    """Open the pool and read what is kept in memory."""
    url = os.environ["DATABASE_URL"].replace("postgres://", "postgresql://")
    async with asyncpg.create_pool(url, min_size=5, max_size=5) as pool:
        app.state.pool = pool
        await read_parts(pool)
        yield


def create_app() -> Starlette:
    """Build the application. The factory for uvicorn."""
    routes = [
        Route("/readyz", ready),
        Route("/typename", typename),
        Route("/list", listed),
        Route("/full", full),
        Route("/one", one),
        Route("/board", board),
        Route("/cards", cards),
        Route("/submit", submit, methods=["POST"]),
    ]
    return Starlette(routes=routes, lifespan=lifespan)
