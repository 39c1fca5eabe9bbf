"""HTTP caches between client and server: nobody gets the answer of another, and unchanged answers are 304."""

import shutil
from pathlib import Path

import httpx
import pytest

from tests.city import Deployment
from tests.nginx import proxied
from tests.wire import Caller

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif(shutil.which("nginx") is None, reason="needs nginx"),
]

VIEWER = {"query": "{ viewer { pseudonym } }"}
BAD_ID = {"query": "{ reports(first: 1000) { totalCount } }"}
CATEGORIES = {"query": "{ categories { code } }"}
CACHES = {
    "obedient": "add_header X-Cache $upstream_cache_status;",
    "careless": (
        "add_header X-Cache $upstream_cache_status; proxy_ignore_headers Cache-Control; proxy_cache_valid any 1m;"
    ),
}
"""The second one keeps everything, as if an operator had set it so: only `Vary` keeps people apart."""


@pytest.mark.parametrize("cache", CACHES.values(), ids=CACHES)
async def test_shared_cache_never_mixes_people(server: Deployment, tmp_path: Path, cache: str) -> None:
    people = [Caller(server.clients[0]) for _ in range(2)]
    for number, person in enumerate(people):
        await person.sign_up(f"warga{number}@contoh.id")
    headers = [*(person.headers for person in people), {}, {"Authorization": "Bearer invalid"}]
    async with proxied(server.servers * 2, tmp_path, cache=cache) as url, httpx.AsyncClient(base_url=url) as http:
        for _ in range(2):
            seen = [(await http.get("/graphql", params=VIEWER, headers=each)).json() for each in headers]
            names = [(one["data"]["viewer"] or {}).get("pseudonym") for one in seen]
            assert names[2:] == [None, None]
            assert None not in names[:2]
            assert names[0] != names[1]
        for language, word in (("id", "Jumlah"), ("en", "number")) * 2:
            refused = await http.get("/graphql", params=BAD_ID, headers={"Accept-Language": language})
            assert word in refused.json()["errors"][0]["message"], refused.text
        codings = ("application/json", "application/graphql-response+json")
        for coding in codings * 2:
            answer = await http.get("/graphql", params=CATEGORIES, headers={"Accept": coding})
            assert answer.headers["content-type"] == coding
        assert answer.headers["x-cache"] == ("HIT" if "ignore" in cache else "MISS")


async def test_unchanged_answer_is_304_through_a_compressing_proxy(server: Deployment, tmp_path: Path) -> None:
    async with proxied(server.servers * 2, tmp_path) as url, httpx.AsyncClient(base_url=url) as http:
        first = await http.get("/graphql", params=CATEGORIES, headers={"Accept-Encoding": "gzip"})
        assert (first.headers["content-encoding"], first.headers["etag"][:2]) == ("gzip", "W/")
        again = await http.get("/graphql", params=CATEGORIES, headers={"If-None-Match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
