"""Addresses of photos: absolute, below the host that this client asked, and no other one's."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from models.reports import Photo
from tests.city import City, in_process
from tests.wire import Caller

pytestmark = pytest.mark.anyio

SIZES = ("url", "mediumUrl", "thumbnailUrl")
LATEST = f"{{ reports(first: 1) {{ edges {{ node {{ photos {{ {' '.join(SIZES)} }} }} }} }} }}"
HOSTS = {
    "lapor.example.id": "http://lapor.example.id",
    "LAPOR.example.id:80": "http://lapor.example.id",
    "10.0.2.2:8000": "http://10.0.2.2:8000",
    "[::1]:8000": "http://[::1]:8000",
    "evil.example": "http://evil.example",
    "user@evil.example": "",
    "evil.example/x": "",
    "": "",
}


async def report_with_photo(city: City) -> tuple[Caller, str]:
    """Submit a report with a photo; return its reporter and the id of the photo."""
    citizen = await city.citizen()
    photo = await citizen.photo()
    await citizen.report(photoIds=[photo])
    return citizen, photo


def bases(photo: dict[str, Any]) -> set[str]:
    """Return what precedes `/media/` in the addresses of a photo."""
    return {photo[size].partition("/media/")[0] for size in SIZES}


async def shown(city: City, host: str, **request: Any) -> dict[str, Any]:
    """Ask for the photo of the latest report at a host."""
    headers = {"Host": host} | request.pop("headers", {})
    answer = await city.http.post("/graphql", json={"query": LATEST, **request}, headers=headers)
    photo: dict[str, Any] = answer.json()["data"]["reports"]["edges"][0]["node"]["photos"][0]
    return photo


async def test_kept_answer_has_only_the_host_of_its_request(city: City) -> None:
    citizen, _ = await report_with_photo(city)
    for _ in range(2):
        for host, base in HOSTS.items():
            assert bases(await shown(city, host)) == {base}, host
            assert bases(await shown(city, host, headers=citizen.headers)) == {base}, host
    assert city.services.answers.use.hits >= len(HOSTS)
    answers = await asyncio.gather(*(shown(city, host) for host in [*HOSTS] * 5))
    assert [bases(answer) for answer in answers] == [{base} for base in HOSTS.values()] * 5


async def test_host_and_query_cannot_be_shifted_into_each_other(city: City) -> None:
    await report_with_photo(city)
    body = json.dumps({"query": LATEST})
    await city.http.post("/graphql", content=body, headers={"Host": "ab.example", "Content-Type": "application/json"})
    for host, content in (("ab.exampl", f"e{body}"), ("ab.exampl", f"e\n{body}"), ("ab.example", f"\n{body}")):
        headers = {"Host": host, "Content-Type": "application/json"}
        answer = await city.http.post("/graphql", content=content, headers=headers)
        assert "ab.example/" not in answer.text or host == "ab.example"


async def test_cache_between_needs_no_more_than_the_address(city: City) -> None:
    await report_with_photo(city)
    first, other = [
        await city.http.get("/graphql", params={"query": LATEST}, headers={"Host": host})
        for host in ("a.example", "b.example")
    ]
    assert first.headers["etag"] != other.headers["etag"]
    headers = {"Host": "b.example", "If-None-Match": first.headers["etag"]}
    again = await city.http.get("/graphql", params={"query": LATEST}, headers=headers)
    assert (again.status_code, again.content) == (200, other.content)


async def test_uploads_mutations_and_queries_give_the_same_address(city: City) -> None:
    citizen = await city.citizen()
    citizen.http.headers["Host"] = "lapor.example.id"
    upload = (await citizen.upload()).json()
    assert bases(upload) == {"http://lapor.example.id"}
    report = await citizen.report(photoIds=[upload["id"]])
    assert report["photos"][0]["url"] == upload["url"] == (await shown(city, "lapor.example.id"))["url"]
    assert (await city.http.get(upload["url"])).status_code == 200


async def test_scheme_is_that_of_the_request(city: City) -> None:
    await report_with_photo(city)
    transport = httpx.ASGITransport(city.http._transport.app)  # type: ignore[attr-defined] # httpx's ASGITransport
    async with httpx.AsyncClient(transport=transport, base_url="https://lapor.example.id") as http:
        assert bases(await shown(City(city.service, http), "lapor.example.id")) == {"https://lapor.example.id"}


@pytest.fixture
async def public_city(sqlite_city_url: str, tmp_path: Path) -> AsyncIterator[City]:
    """A service with PUBLIC_URL."""
    public = "https://media.example.id/foto"
    async with in_process(sqlite_city_url, tmp_path / "media", public_url=public) as city:
        yield city


async def test_public_url_is_given_whatever_the_host(public_city: City) -> None:
    citizen, photo = await report_with_photo(public_city)
    for host in HOSTS:
        assert bases(await shown(public_city, host)) == {"https://media.example.id/foto"}
        assert bases(await shown(public_city, host, headers=citizen.headers)) == {"https://media.example.id/foto"}
    assert await Photo.exists(id=photo)
    assert len(public_city.services.answers) == 1
