"""The reads of the benchmark as a good engineer writes them by hand: Starlette, an asyncpg pool, orjson, no GraphQL.

Places and categories are in memory. Each answer holds what the GraphQL query of the same name selects
(`benchmarks.queries`).
"""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

PLACES: dict[str, dict[str, Any]] = {}
CATEGORIES: dict[str, dict[str, Any]] = {}

LIST = (
    "SELECT id, number, title, status, submitted_at, latitude, longitude, category, kelurahan "
    "FROM report ORDER BY submitted_at DESC, id DESC LIMIT 50"
)
FULL = (
    "SELECT r.id, r.number, r.title, r.status, a.pseudonym, r.anonymous FROM report r "
    "JOIN account a ON a.id = r.reporter_id ORDER BY r.submitted_at DESC, r.id DESC LIMIT 20"
)
PHOTOS = "SELECT report_id, id, width, height FROM photo WHERE report_id = ANY($1) AND role = 'CITIZEN' ORDER BY place"
EVENTS = (
    "SELECT e.report_id, e.position, e.kind, e.at, e.actor, e.data->'before'->>'status' AS from_status, "
    "e.data->'after'->>'status' AS to_status FROM unnest($1::bigint[]) id CROSS JOIN LATERAL "
    "(SELECT * FROM log_event WHERE report_id = id AND topic = 'report' ORDER BY position LIMIT 5) e"
)
ONE = "SELECT * FROM report WHERE number = $1"
TIMELINE = (
    "SELECT position, kind, at, actor, data->'before'->>'status' AS from_status, data->'after'->>'status' AS to_status "
    "FROM log_event WHERE report_id = $1 AND topic = 'report' ORDER BY position LIMIT 20"
)
BOARD = (
    "SELECT unit, points, entries, rank() OVER (ORDER BY points DESC) FROM tally "
    "WHERE period = 'MONTH' AND first_day = $1 AND officer = 0 AND unit = ANY($2) ORDER BY points DESC, unit LIMIT $3"
)


def answer(content: object) -> Response:
    """Return JSON."""
    return Response(orjson.dumps(content, option=orjson.OPT_UTC_Z), media_type="application/json")


async def typename(_: Request) -> Response:
    """Answer without the database."""
    return answer({"data": {"__typename": "Query"}})


async def listed(request: Request) -> Response:
    """Return 50 reports with their places."""
    rows = await request.app.state.pool.fetch(LIST)
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
        for row in await connection.fetch(PHOTOS, ids):
            photo = {"id": row["id"], "url": f"/media/{row['id']}", "width": row["width"], "height": row["height"]}
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
        "actor": row["actor"],
        "fromStatus": row["from_status"],
        "toStatus": row["to_status"],
    }


def create_app() -> Starlette:
    """Build the application. The factory for uvicorn."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        url = os.environ["DATABASE_URL"].replace("postgres://", "postgresql://")
        async with asyncpg.create_pool(url, min_size=5, max_size=5) as pool:
            app.state.pool = pool
            for row in await pool.fetch("SELECT * FROM kelurahan"):
                PLACES[row["code"]] = {
                    "code": row["code"],
                    "name": row["name"],
                    "kecamatan": {"code": row["kecamatan_code"], "name": row["kecamatan"]},
                    "city": {"code": row["city_code"], "name": row["city"]},
                }
            for row in await pool.fetch("SELECT * FROM category"):
                CATEGORIES[row["code"]] = {"code": row["code"], "name": row["name_id"], "weight": row["weight"]}
            yield

    async def ready(_: Request) -> Response:
        return Response("ok")

    routes = [
        Route("/readyz", ready),
        Route("/typename", typename),
        Route("/list", listed),
        Route("/full", full),
        Route("/one", one),
    ]
    return Starlette(routes=routes, lifespan=lifespan)
