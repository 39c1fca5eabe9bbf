import fcntl
import shutil
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.city import Deployment, deployed
from tests.interop.apps import FOLDER, App
from tests.interop.proxy import Proxy
from tests.wire import Caller

NODE = 18
"""Lowest major version of Node that the clients need."""

INSTALL_SECONDS = 90.0


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Run on asyncio's own loop: uvloop opens descriptors, and refuses to write to what is closed."""
    return "asyncio"


@pytest.fixture(scope="session")
def node() -> str:
    """Path of Node, after installing the clients of package-lock.json."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        pytest.skip("node and npm are not installed: the clients of web and mobile apps were not tried")
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
    if int(version.lstrip("v").partition(".")[0]) < NODE:
        pytest.skip(f"node is {version.strip()}, older than {NODE}: the clients of web and mobile apps are not tested")
    installed, locked = FOLDER / "node_modules" / ".package-lock.json", FOLDER / "package-lock.json"
    with locked.open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # npm deletes what another process of the suite is using
        if not installed.exists() or installed.stat().st_mtime < locked.stat().st_mtime:
            install(npm)
    return node


def install(npm: str) -> None:
    """Install the locked packages; skip the tests if that fails, for example without a network."""
    command = [npm, "ci", "--ignore-scripts"]
    try:
        subprocess.run(command, cwd=FOLDER, timeout=INSTALL_SECONDS, capture_output=True, text=True, check=True)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as failed:
        pytest.skip(f"npm could not install the clients of web and mobile apps: {failed} {failed.stderr!r}")


@pytest.fixture
async def deployment(postgres_city_url: str, redis_url: str, tmp_path: Path) -> AsyncIterator[Deployment]:
    """Two server processes over PostgreSQL and Redis."""
    async with deployed(postgres_city_url, redis_url, tmp_path / "media", 2) as running:
        yield running


@pytest.fixture
async def app(node: str, deployment: Deployment) -> AsyncIterator[App]:  # noqa: ARG001 # ends before its servers
    """An idle JavaScript app."""
    async with App.running(node) as app:
        yield app


@pytest.fixture
async def proxy(deployment: Deployment) -> AsyncIterator[Proxy]:
    """The proxy between the app and the first server."""
    proxy = Proxy(deployment.servers[0].port)
    await proxy.restore()
    yield proxy
    proxy.cut()


@pytest.fixture
async def citizen(deployment: Deployment) -> Caller:
    """A citizen who uses the server that keeps running."""
    caller = Caller(deployment.clients[1])
    await caller.sign_up("warga@contoh.id")
    return caller
