"""A list of 50 reports with their places over GraphQL, compared with bare SQL and JSON, on SQLite.

The baseline is the limit: one SQL query, orjson, Starlette. Both are called as ASGI applications in this process, to
exclude clients and sockets.
Run: python -m benchmarks.reads [requests]
"""

import asyncio
import sys
import tempfile
import time
from pathlib import Path

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Scope

from actions.submissions import Submission, route, submit
from models.database import fetch
from rules.access import Person
from tests.city import in_process, prepare

REPORTS = 500
QUERY = """{ reports(first: 50) { edges { node {
  id number title status submittedAt kelurahan { name kecamatan { name city { name } } } category { code weight }
} } } }"""
COLUMNS = "id, number, title, status, submitted_at, kelurahan, category"
SQL = f"SELECT {COLUMNS} FROM report ORDER BY submitted_at DESC LIMIT 50"


async def bare(_: Request) -> Response:
    """Return the rows as JSON."""
    return Response(orjson.dumps(await fetch(SQL)), media_type="application/json")


async def call(app: ASGIApp, path: str, body: bytes) -> int:
    """Send a POST request to an application and return the status."""
    status = 0
    scope: Scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(b"content-type", b"application/json"), (b"host", b"tanggap")],
    }

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        nonlocal status
        status = message.get("status", status)

    await app(scope, receive, send)
    return status


async def rate(app: ASGIApp, path: str, body: bytes, count: int) -> float:
    """Return the rate of sequential requests, in requests a second."""
    began = time.perf_counter()
    for _ in range(count):
        if await call(app, path, body) != 200:
            raise RuntimeError(path)
    return count / (time.perf_counter() - began)


async def compare(folder: Path, count: int) -> None:
    """Print both rates and their ratio."""
    url = f"sqlite://{folder / 'tanggap.db'}"
    await prepare(url)
    async with in_process(url, folder / "media") as city:
        citizen = await city.citizen()
        (row,) = await fetch("SELECT id FROM account WHERE email = $1", citizen.email)
        for number in range(REPORTS):
            submission = Submission(
                title=f"Laporan {number}", description="Isi", category="SAMPAH", latitude=-6.1754, longitude=106.8272
            )
            await city.transactions.run(submit, Person(row["id"]), route(city.gazetteer, submission))
        limit = Starlette(routes=[Route("/bare", bare, methods=["POST"])])
        body = orjson.dumps({"query": QUERY})
        app = city.service.build()
        await rate(app, "/graphql", body, 5)
        baseline = await rate(limit, "/bare", b"", count)
        graphql = await rate(app, "/graphql", body, count)
        print(
            f"50 of {REPORTS} reports: bare {baseline:.0f}/s, GraphQL {graphql:.0f}/s, ratio {graphql / baseline:.3f}"
        )


def main() -> None:
    """Compare on a new SQLite database."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(compare(Path(folder), count))


if __name__ == "__main__":
    main()
