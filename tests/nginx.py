"""The proxy of compose.yaml in front of servers of a test."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import httpx

from tests.backends import free_port
from tests.city import ROOT, ServerProcess
from tests.wire import DEADLINE


@asynccontextmanager
async def proxied(
    servers: list[ServerProcess], folder: Path, *, cache: str = "", connections: int | None = None
) -> AsyncIterator[str]:
    """Run nginx with deploy/nginx.conf and the addresses of these two servers. Yield its address.

    `cache`: directives of a location, with which nginx keeps answers. `connections`: those that a network may have.
    """
    port = free_port()
    text = (ROOT / "deploy" / "nginx.conf").read_text().replace("listen 80 ", f"listen 127.0.0.1:{port} ")
    for node, server in zip(re.findall(r"server (\S+:8000)", text), servers, strict=True):
        text = text.replace(node, f"127.0.0.1:{server.port}")
    if connections is not None:
        text = re.sub(r"limit_conn networks \d+;", f"limit_conn networks {connections};", text)
    if cache:
        text = text.replace("http {", f"http {{ proxy_cache_path {folder}/cache keys_zone=answers:1m;", 1)
        text = text.replace("location / {", f"location / {{ proxy_cache answers; {cache}", 1)
        text = f"user root; {text}"  # ignored for anybody else; root's workers would not reach the folder
    (folder / "nginx.conf").write_text(text)
    nginx = await asyncio.create_subprocess_exec(
        *["nginx", "-c", str(folder / "nginx.conf"), "-e", "stderr", "-g", f"daemon off; pid {folder}/nginx.pid;"]
    )
    try:
        async with asyncio.timeout(DEADLINE), httpx.AsyncClient() as http:
            while True:
                with suppress(httpx.TransportError):
                    if (await http.get(f"http://127.0.0.1:{port}/healthz")).status_code == 200:
                        break
                await asyncio.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        nginx.terminate()
        await nginx.wait()
