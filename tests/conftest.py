import fcntl
import os
import secrets
from collections.abc import AsyncIterator, Callable, Iterator
from functools import cache
from pathlib import Path

import httpx
import pytest
from hypothesis import HealthCheck, settings

from actions import passwords
from app import asgi
from app.server import collect_garbage_rarely
from app.services import read_places
from models.log import LogEvent, Topic
from schema.places import ReferenceObjects
from tests.backends import BucketServer, PostgresServer, RedisServer
from tests.city import SECRET, City, ServerProcess, apart, copy_sqlite, fewer_on_postgres, in_process, prepare
from tests.photo_files import Files
from tests.serving import CHEAP
from web import api_page, pages

TEMPLATE = "tanggap_template"

DOCUMENTS, REQUESTS = 100, 600


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option for long runs of the laws about random documents."""
    parser.addoption("--requests", type=int, help=f"random requests of the law in tests/api/test_fuzz.py ({REQUESTS})")
    parser.addoption("--documents", type=int, help=f"random documents of each law in tests/execution ({DOCUMENTS})")


# A busy machine is no fault of the code: neither an example nor the drawing of examples has a time limit.
settings.register_profile("tanggap", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("tanggap")


@pytest.fixture(scope="session")
def anyio_backend() -> tuple[str, dict[str, bool]]:
    """Run on the loop of the service, which is faster."""
    return ("asyncio", {"use_uvloop": True})


@pytest.fixture(scope="session", autouse=True)
def rare_garbage_collection() -> None:
    """Collect garbage as seldom as a server does: the modules of all tests made every collection slow."""
    collect_garbage_rarely()


@pytest.fixture(scope="session")
def patch() -> Iterator[pytest.MonkeyPatch]:
    """Replace attributes until the end of the session."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        yield monkeypatch


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords(patch: pytest.MonkeyPatch) -> None:
    """Hash passwords cheaply in this process, as its servers do."""
    patch.setattr(passwords, "_hasher", CHEAP)


@pytest.fixture(scope="session", autouse=True)
def authorities_read_once(patch: pytest.MonkeyPatch) -> None:
    """Read the certificate authorities once, and not for each client, of which most use no TLS."""
    patch.setattr("httpx._transports.default.create_ssl_context", cache(httpx.create_ssl_context))


@pytest.fixture(scope="session", autouse=True)
def api_page_rendered_once(patch: pytest.MonkeyPatch) -> None:
    """Render the page of the API once: it is the same for every city, and takes a third of the time to start one."""
    patch.setattr(pages, "api_page", cache(api_page.api_page))
    patch.setattr(pages, "explorer_page", cache(api_page.explorer_page))


@pytest.fixture(scope="session", autouse=True)
def places_read_once(patch: pytest.MonkeyPatch) -> None:
    """Read the reference data of `prepare` once: every prepared database begins with them, and reading is slow.

    A database into which reference data were loaded again is read.
    """
    prepared: list[ReferenceObjects] = []

    async def read() -> ReferenceObjects:
        if await LogEvent.filter(topic=Topic.REFERENCE).count() != 1:
            return await read_places()
        if not prepared:
            prepared.append(await read_places())
        return prepared[0]

    patch.setattr(asgi, "read_places", read)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """One PostgreSQL for the session; a test that stops it starts it again."""
    with PostgresServer() as server:
        yield server


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """Address a new, empty database."""
    name = f"test_{secrets.token_hex(6)}"
    postgres_server.create_database(name)
    yield postgres_server.url(name)
    postgres_server.drop_database(name)


@pytest.fixture(scope="session")
def redis_server() -> Iterator[RedisServer]:
    """One Redis for the session; a test that stops or freezes it starts or thaws it again."""
    with RedisServer() as server:
        yield server


@pytest.fixture
def redis_url(redis_server: RedisServer) -> str:
    """Address an empty Redis."""
    redis_server.flush()
    return redis_server.url


@pytest.fixture(scope="session")
def bucket_server() -> Iterator[BucketServer]:
    """One S3 for the session; a test that kills or freezes it starts or thaws it again."""
    with BucketServer() as server:
        yield server


@pytest.fixture
def bucket(bucket_server: BucketServer, monkeypatch: pytest.MonkeyPatch) -> Files:
    """An empty place in a bucket, and the files that are its objects."""
    for name, value in bucket_server.environment.items():
        monkeypatch.setenv(name, value)
    prefix = secrets.token_hex(6)
    return Files(bucket_server.objects / bucket_server.BUCKET / prefix, f"s3://{bucket_server.BUCKET}/{prefix}")


@pytest.fixture(params=["folder", pytest.param("bucket", marks=pytest.mark.slow)])
def photo_files(request: pytest.FixtureRequest, tmp_path: Path) -> Files:
    """An empty place for photos, in each kind of store in turn."""
    files: Files = Files(tmp_path / "media") if request.param == "folder" else request.getfixturevalue("bucket")
    return files


def shared_file(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """Return a file that the first of the parallel test processes makes, while the others wait for it."""
    folder = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    file, unfinished = folder / name, folder / f"unfinished-{name}"
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not file.exists():
            make(unfinished)
            unfinished.rename(file)
    return file


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file with the reference data, to be copied."""
    return shared_file(tmp_path_factory, "template.db", lambda file: apart(prepare(f"sqlite://{file}")))


@pytest.fixture
def sqlite_city_url(sqlite_template: Path, tmp_path: Path) -> str:
    """Address a prepared SQLite file of the test's own."""
    return copy_sqlite(sqlite_template, tmp_path / "tanggap.db")


@pytest.fixture
def service(sqlite_city_url: str, tmp_path: Path) -> Iterator[str]:
    """The address of a server process over SQLite."""
    server = ServerProcess(
        {
            "DATABASE_URL": sqlite_city_url,
            "BROADCAST_URL": "memory://",
            "MEDIA_DIR": str(tmp_path),
            "SECRET_KEY": SECRET,
        }
    )
    apart(server.start())
    yield server.url
    server.kill()


@pytest.fixture(scope="session")
def postgres_template(postgres_server: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A migrated PostgreSQL database with the reference data, to be cloned."""
    name = f"{TEMPLATE}_{secrets.token_hex(4)}"

    def make(file: Path) -> None:
        postgres_server.create_database(name)
        apart(prepare(postgres_server.url(name)))
        postgres_server.dump(name, file)
        postgres_server.drop_database(name)

    script = shared_file(tmp_path_factory, "template.sql", make)
    postgres_server.create_database(name)
    postgres_server.restore(name, script)
    yield name
    postgres_server.drop_database(name)


@pytest.fixture
def postgres_city_url(postgres_server: PostgresServer, postgres_template: str) -> Iterator[str]:
    """Address a prepared PostgreSQL database of the test's own."""
    name = f"city_{secrets.token_hex(6)}"
    postgres_server.create_database(name, template=postgres_template)
    yield postgres_server.url(name)
    postgres_server.drop_database(name)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.slow)])
def database_url(request: pytest.FixtureRequest) -> str:
    """Address a prepared database of each kind in turn."""
    url: str = request.getfixturevalue(f"{request.param}_city_url")
    return url


@pytest.fixture
def documents(request: pytest.FixtureRequest, database_url: str) -> int:
    """The number of random documents."""
    wanted: int | None = request.config.getoption("--documents")
    return fewer_on_postgres(database_url, DOCUMENTS) if wanted is None else wanted


@pytest.fixture
def requests_to_send(request: pytest.FixtureRequest, database_url: str) -> int:
    """The number of random requests."""
    wanted: int | None = request.config.getoption("--requests")
    return fewer_on_postgres(database_url, REQUESTS) if wanted is None else wanted


@pytest.fixture
async def city(database_url: str, tmp_path: Path) -> AsyncIterator[City]:
    """The service in this process, on each kind of database in turn."""
    async with in_process(database_url, tmp_path / "media") as running:
        yield running


@pytest.fixture
async def stored_city(database_url: str, tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[City]:
    """The service as in `city`, with photos in a folder beside SQLite, and in a bucket beside PostgreSQL."""
    is_folder = database_url.startswith("sqlite")
    files: Files = Files(tmp_path / "media") if is_folder else request.getfixturevalue("bucket")
    async with in_process(database_url, files.root, media_url=files.url) as running:
        yield running
