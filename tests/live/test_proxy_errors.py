"""The errors of the proxy itself can be read by pages of other origins."""

import shutil
from pathlib import Path

import httpx
import pytest

from tests.city import Deployment
from tests.nginx import proxied
from tests.wire import DEADLINE

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif(shutil.which("nginx") is None, reason="needs nginx"),
]

PAGE = {"origin": "https://lapor.example.id"}


async def test_page_can_read_the_errors_of_the_proxy(server: Deployment, tmp_path: Path) -> None:
    async with (
        proxied(server.servers * 2, tmp_path) as url,
        httpx.AsyncClient(base_url=url, timeout=DEADLINE, headers=PAGE) as http,
    ):
        too_large = await http.post("/media", files={"file": ("foto.jpg", b"x" * 12_000_000, "image/jpeg")})
        assert (too_large.status_code, too_large.json()["errors"][0]["code"]) == (413, "INVALID")
        server.servers[0].kill()
        stopped = await http.post("/graphql", json={"query": "{ cities { name } }"})
        assert (stopped.status_code, stopped.json()["errors"][0]["extensions"]["code"]) == (503, "INTERNAL")
        assert stopped.headers["retry-after"] == "2"
        for answer in (too_large, stopped):
            assert answer.headers["access-control-allow-origin"] == "*"
            assert answer.headers["content-type"] == "application/json"
