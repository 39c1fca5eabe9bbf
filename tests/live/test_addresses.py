"""Addresses of photos over real connections: by the host of the handshake, and by the scheme that a proxy states."""

import pytest

from tests.city import Deployment
from tests.wire import Caller, socket

pytestmark = pytest.mark.anyio

FOLLOW = "subscription($id: ID!) { reportChanged(id: $id) { report { photos { url mediumUrl thumbnailUrl } } } }"
LATEST = "{ reports(first: 1) { edges { node { photos { url } } } } }"


async def report_of(deployment: Deployment) -> tuple[Caller, str]:
    citizen = Caller(deployment.clients[0])
    await citizen.sign_up("warga@contoh.id")
    return citizen, (await citizen.report(photoIds=[await citizen.photo()]))["id"]


async def test_event_has_the_host_of_each_handshake(server: Deployment) -> None:
    citizen, report = await report_of(server)
    urls = [server.servers[0].url, server.servers[0].url.replace("127.0.0.1", "localhost")]
    async with socket(urls[0]) as first, socket(urls[1]) as other, socket(urls[0]) as third:
        streams = [await one.subscribe(FOLLOW, id=report) for one in (first, other, third)]
        for one in (first, other, third):
            await one.wait_until_read()
        await citizen.act("updateReport", report, title="Baru")
        for stream, url in zip(streams, [*urls, urls[0]], strict=True):
            (photo,) = (await stream.message())["payload"]["data"]["reportChanged"]["report"]["photos"]
            assert {address.partition("/media/")[0] for address in photo.values()} == {url}


async def test_scheme_is_that_which_a_trusted_proxy_states(server: Deployment) -> None:
    citizen, _ = await report_of(server)
    for stated, scheme in (("https", "https"), ("http", "http"), ("javascript", "http"), ("https, http", "http")):
        headers = {"Host": "lapor.example.id", "X-Forwarded-Proto": stated}
        answer = await citizen.http.post("/graphql", json={"query": LATEST}, headers=headers)
        (photo,) = answer.json()["data"]["reports"]["edges"][0]["node"]["photos"]
        assert photo["url"].startswith(f"{scheme}://lapor.example.id/media/")
