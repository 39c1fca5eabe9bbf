"""Reference data that the hand-written peer keeps in memory, and the form of its answers."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeAlias

import asyncpg
import orjson
from starlette.responses import Response

from rules.service_time import Calendar, ServiceHours

Deadline: TypeAlias = Callable[[datetime], datetime]

PLACES: dict[str, dict[str, Any]] = {}
"""The kelurahan by code, as answers show them."""

CATEGORIES: dict[str, dict[str, Any]] = {}
"""The categories by code, as answers show them."""

TERMS: dict[str, asyncpg.Record] = {}
"""The rows of the categories by code: handlers and targets."""

DEADLINES: dict[str, tuple[Deadline, Deadline]] = {}
"""For each category, two functions that add its response target and its processing target to a moment."""

UNITS: dict[str, str] = {}
"""The names of kelurahan and agencies by code."""

EXTERNAL: set[str] = set()
"""The agencies outside the city."""


def answer(content: object) -> Response:
    """Return JSON."""
    return Response(orjson.dumps(content, option=orjson.OPT_UTC_Z), media_type="application/json")


async def read_parts(pool: asyncpg.Pool) -> None:
    """Read the reference data."""
    for row in await pool.fetch("SELECT * FROM kelurahan"):
        UNITS[row["code"]] = row["name"]
        PLACES[row["code"]] = {
            "code": row["code"],
            "name": row["name"],
            "kecamatan": {"code": row["kecamatan_code"], "name": row["kecamatan"]},
            "city": {"code": row["city_code"], "name": row["city"]},
        }
    calendar = Calendar(row["date"] for row in await pool.fetch("SELECT date FROM day_off"))
    for row in await pool.fetch("SELECT * FROM category"):
        TERMS[row["code"]] = row
        targets = (timedelta(minutes=row[f"{target}_target_minutes"]) for target in ("response", "processing"))
        hours = ServiceHours(row["hours"])
        response, processing = (partial(calendar.clock(hours, each).add, duration=each) for each in targets)
        DEADLINES[row["code"]] = response, processing
        CATEGORIES[row["code"]] = {"code": row["code"], "name": row["name_id"], "weight": row["weight"]}
    for row in await pool.fetch("SELECT * FROM agency"):
        UNITS[row["code"]] = row["name"]
        if row["kind"] == "EXTERNAL":
            EXTERNAL.add(row["code"])
