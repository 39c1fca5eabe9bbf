"""Reference data that the hand-written peer keeps in memory, and the form of its answers."""

from typing import Any

import asyncpg
import orjson
from starlette.responses import Response

PLACES: dict[str, dict[str, Any]] = {}
"""The kelurahan by code, as answers show them."""

CATEGORIES: dict[str, dict[str, Any]] = {}
"""The categories by code, as answers show them."""

TERMS: dict[str, asyncpg.Record] = {}
"""The rows of the categories by code: handlers and targets."""

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
    for row in await pool.fetch("SELECT * FROM category"):
        TERMS[row["code"]] = row
        CATEGORIES[row["code"]] = {"code": row["code"], "name": row["name_id"], "weight": row["weight"]}
    for row in await pool.fetch("SELECT * FROM agency"):
        UNITS[row["code"]] = row["name"]
        if row["kind"] == "EXTERNAL":
            EXTERNAL.add(row["code"])
