import asyncio
import itertools
import logging
import re
import socket
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from errno import ENOSPC
from io import BytesIO
from pathlib import Path

import httpx
import pytest
import uvicorn
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image
from starlette.applications import Starlette
from starlette.requests import Request

from actions.photos import RecordedPhoto, new_photo_id
from app.cli import CommandMedia
from app.command_line import CommandError
from app.settings import SettingsError, read_settings
from media.memory import MemoryBudget
from media.processing import MAX_BYTES, ProcessedPhoto, process_photo
from media.storage import MediaFolder, PhotoStore, is_name, names_of
from media.upload import MAX_CONCURRENT, Audience, media_routes
from rules.languages import Locale
from rules.messages import Message
from tests.backends import BucketServer
from tests.photo_files import Files
from tests.wire import DEADLINE

pytestmark = pytest.mark.anyio

NAME = re.compile(r"[A-Za-z0-9_-]{22}\.jpg")
SIGNED_IN = {"Authorization": "Bearer of account 7"}
BOUNDARY = "edge-of-a-part"
MULTIPART = {**SIGNED_IN, "Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}


def photo(kind: str = "JPEG", size: tuple[int, int] = (600, 300), mode: str = "RGB") -> bytes:
    into = BytesIO()
    Image.new(mode, size, "white").save(into, kind)
    return into.getvalue()


def part(content: bytes, *, name: str = "file", filename: str | None = "photo.jpg") -> bytes:
    disposition = f'Content-Disposition: form-data; name="{name}"'
    if filename is not None:
        disposition += f'; filename="{filename}"'
    return f"--{BOUNDARY}\r\n{disposition}\r\n\r\n".encode() + content + b"\r\n"


END = f"--{BOUNDARY}--\r\n".encode()


async def account_of(request: Request) -> int | None:
    return 7 if "authorization" in request.headers else None


async def never_too_often(*_: object) -> dict[str, str]:
    return {}


async def everybody(_: Request, __: str) -> Audience:
    return Audience.EVERYBODY


@dataclass
class UploadApp:
    """An application that only serves photos, and the rows it recorded."""

    files: Files
    rows: list[tuple[int, str, ProcessedPhoto]] = field(default_factory=list)

    async def record(self, account_id: int, name: str, picture: ProcessedPhoto) -> RecordedPhoto:
        assert self.files.incoming(name).read_bytes() == picture.body
        assert self.files.incoming(names_of(name).thumbnail).read_bytes() == picture.thumbnail
        self.rows.append((account_id, name, picture))
        return RecordedPhoto(name, picture.width, picture.height)

    def application(
        self,
        *,
        record: Callable[[int, str, ProcessedPhoto], Awaitable[RecordedPhoto]] | None = None,
        store: PhotoStore | None = None,
        base_url: str = "",
        max_body_size: int | None = None,
    ) -> Starlette:
        routes = media_routes(
            store or self.files.store(),
            authenticate=account_of,
            record=record or self.record,
            audience=everybody,
            base_url=lambda _: base_url,
            count=never_too_often,
        )
        return Starlette(routes=routes, max_body_size=max_body_size)

    async def discarded(self) -> None:
        """Wait until there are no incoming files: those of a failed upload are deleted in another thread."""
        async with asyncio.timeout(DEADLINE):
            while self.files.incoming_names():
                await asyncio.sleep(0.01)


@pytest.fixture
def uploads(tmp_path: Path) -> UploadApp:
    return UploadApp(Files(tmp_path / "media"))


@pytest.fixture
def stored(photo_files: Files) -> UploadApp:
    """The application with each kind of store in turn."""
    return UploadApp(photo_files)


@asynccontextmanager
async def client_for(application: Starlette) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(application)
    async with asyncio.timeout(60), httpx.AsyncClient(transport=transport, base_url="http://uploads") as client:
        yield client


async def post_media(application: Starlette, **request: object) -> httpx.Response:
    async with client_for(application) as client:
        return await client.post("/media", **({"headers": SIGNED_IN} | request))  # type: ignore[arg-type]  # httpx lists every keyword


def refusal(response: httpx.Response) -> tuple[int, str, list[str] | None]:
    (error,) = response.json()["errors"]
    assert set(error) == {"code", "message", "field"}
    assert error["message"]
    return response.status_code, error["code"], error["field"]


# Storage


def test_photo_ids_are_unguessable_and_name_their_sizes() -> None:
    names = {new_photo_id() for _ in range(1000)}
    assert len(names) == 1000
    assert all(NAME.fullmatch(name) for name in names)
    assert names_of("AbCdEfGhIjKlMnOpQrStUv.jpg") == (
        "AbCdEfGhIjKlMnOpQrStUv.thumb.jpg",
        "AbCdEfGhIjKlMnOpQrStUv.medium.jpg",
        "AbCdEfGhIjKlMnOpQrStUv.jpg",
    )


def test_photo_is_incoming_then_in_a_subfolder_until_deleted(photo_files: Files) -> None:
    store, name, picture = photo_files.store(), new_photo_id(), process_photo(photo())
    store.save(name, picture)
    assert not photo_files.path(name).parent.exists()
    store.keep(name, name)
    assert not photo_files.incoming(name).exists()
    assert photo_files.path(name) == photo_files.root / name[:2] / name
    assert store.read(name) == photo_files.path(name).read_bytes() == picture.body
    assert photo_files.path(names_of(name).thumbnail).read_bytes() == picture.thumbnail
    assert len(photo_files.names()) == 2
    store.delete(name)
    assert not photo_files.names()
    store.delete(name)
    with pytest.raises(FileNotFoundError):
        store.read(name)


def test_photo_that_is_kept_again_replaces_what_is_there(photo_files: Files) -> None:
    store, first, again = photo_files.store(), new_photo_id(), new_photo_id()
    picture = store.add(first, photo())
    photo_files.path(names_of(first).thumbnail).unlink()
    store.receive(again, photo())
    store.keep(again, first)
    assert photo_files.path(names_of(first).thumbnail).read_bytes() == picture.thumbnail
    assert len(photo_files.names()) == 2


def test_large_photo_has_three_files_until_deleted(photo_files: Files) -> None:
    store, name, other = photo_files.store(), new_photo_id(), new_photo_id()
    picture = store.add(name, photo(size=(1500, 1000)))
    contents = (picture.thumbnail, picture.medium, picture.body)
    assert tuple(photo_files.path(each).read_bytes() for each in names_of(name)) == contents
    store.link(other, name)
    assert tuple(photo_files.path(each).read_bytes() for each in names_of(other)) == contents
    store.delete(name)
    assert photo_files.names() == sorted(names_of(other))
    store.delete(name, other)
    assert not photo_files.names()


def test_file_that_vanishes_does_not_postpone_the_others(tmp_path: Path) -> None:
    files = Files(tmp_path)
    for _ in range(4):
        files.store().receive(new_photo_id(), photo())
        files.incoming(new_photo_id()).symlink_to("vanished")  # listed, and missing when it is looked at
    assert files.store().delete_incoming(datetime.now(UTC)) == 8
    assert not files.names()


@given(st.text(max_size=40) | st.from_regex(r"[A-Za-z0-9_./%\\\n-]{0,40}", fullmatch=True))
@example("../../../../../etc/passwd")
@example("AbCdEfGhIjKlMnOpQrStUv.jpg\n")
@example("AbCdEfGhIjKlMnOpQrSt/..jpg")
@example(".bCdEfGhIjKlMnOpQrStUv.jpg")
@example("AbCdEfGhIjKlMnOpQrStUé.jpg")
@example("AbCdEfGhIjKlMnOpQrStUv.thumb.thumb.jpg")
@example("AbCdEfGhIjKlMnOpQrStUv.medium.thumb.jpg")
@example("AbCdEfGhIjKlMnOpQrStUv.medium.jpg.jpg")
@example("")
def test_invalid_name_has_no_path(name: str) -> None:
    folder = MediaFolder(Path("/somewhere"))
    if not re.fullmatch(r"[A-Za-z0-9_-]{22}(\.thumb|\.medium)?\.jpg", name):
        assert not is_name(name)
        for use in (folder.path, folder.delete, folder.read):
            with pytest.raises(ValueError, match="is not a name"):
                use(name)


# Upload


async def test_upload_saves_and_records_the_photo_and_returns_its_urls(stored: UploadApp) -> None:
    raw = photo()
    response = await post_media(stored.application(), files={"file": ("photo.jpg", raw)})
    ((account_id, name, picture),) = stored.rows
    assert response.status_code == 201
    assert response.json() == {
        "id": name,
        "url": f"/media/{name}",
        "mediumUrl": f"/media/{names_of(name).medium}",
        "thumbnailUrl": f"/media/{names_of(name).thumbnail}",
        "width": 600,
        "height": 300,
    }
    assert account_id == 7
    assert picture == process_photo(raw)
    assert stored.files.names() == sorted([name, names_of(name).thumbnail])


async def test_base_url_precedes_the_path(uploads: UploadApp) -> None:
    response = await post_media(uploads.application(base_url="https://media.example"), files={"file": photo()})
    assert response.json()["url"] == f"https://media.example/media/{uploads.rows[0][1]}"
    assert response.json()["thumbnailUrl"].startswith("https://media.example/media/")


async def test_content_decides_the_type_and_not_the_declared_name(uploads: UploadApp) -> None:
    good = await post_media(uploads.application(), files={"file": ("../../x.exe", photo("PNG"), "text/html")})
    bad = await post_media(uploads.application(), files={"file": ("photo.jpg", b"<script>", "image/jpeg")})
    assert (good.status_code, bad.status_code) == (201, 415)


async def test_anonymous_upload_is_refused_before_the_body_is_read(uploads: UploadApp) -> None:
    async def never() -> AsyncIterator[bytes]:
        pytest.fail("the body was read")
        yield b""

    response = await post_media(uploads.application(), headers={}, content=never())
    assert refusal(response) == (401, "UNAUTHENTICATED", None)
    assert response.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"", 422),
        (b"Hello", 415),
        (b"GIF89a" + bytes(20), 415),
        (photo()[:200], 422),
        (photo() + bytes(MAX_BYTES), 413),
        (photo("PNG", (10_001, 5_000), mode="1"), 422),
    ],
    ids=["empty", "not a picture", "unsupported", "damaged", "too large", "too many pixels"],
)
async def test_each_refusal_has_its_status_and_leaves_nothing(uploads: UploadApp, raw: bytes, status: int) -> None:
    response = await post_media(uploads.application(), files={"file": raw})
    assert refusal(response) == (status, "INVALID", ["file"])
    assert not uploads.files.names()
    assert not uploads.rows


async def test_refusal_is_indonesian_unless_english_is_requested(uploads: UploadApp) -> None:
    async with client_for(uploads.application()) as client:
        messages = [
            (await client.post("/media", headers=SIGNED_IN | asked, files={"file": b"x"})).json()["errors"][0][
                "message"
            ]
            for asked in ({}, {"Accept-Language": "en"})
        ]
    assert messages == [
        Message.PHOTO_NOT_AN_IMAGE.text(Locale.ID),
        Message.PHOTO_NOT_AN_IMAGE.text(Locale.EN),
    ]


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        (SIGNED_IN, b""),
        (SIGNED_IN | {"Content-Type": "image/jpeg"}, photo()),
        (SIGNED_IN | {"Content-Type": "application/x-www-form-urlencoded"}, b"file=x"),
        (SIGNED_IN | {"Content-Type": "multipart/form-data"}, part(photo()) + END),
        (SIGNED_IN | {"Content-Type": f"multipart/form-data; boundary={'b' * 300}"}, part(photo()) + END),
        (MULTIPART, b""),
        (MULTIPART, b"no part"),
        (MULTIPART, END),
        (MULTIPART, part(photo())),
        (MULTIPART, part(photo() + bytes(2_000_000))),
        (MULTIPART, part(photo(), name="photo") + END),
        (MULTIPART, part(photo(), filename=None) + END),
        (MULTIPART, part(photo()) + part(photo()) + END),
        (MULTIPART, part(photo()) + part(photo(), name="other") + END),
        (MULTIPART, part(photo()) + part(b"7", name="report", filename=None) * 21 + END),
        (MULTIPART, part(photo()) + part(bytes(9_000), name="report", filename=None) + END),
        (
            SIGNED_IN | {"Content-Type": MULTIPART["Content-Type"] + "; charset=undefined"},
            part(photo()) + END,
        ),
    ],
    ids=[
        *(
            "nothing",
            "the picture itself",
            "urlencoded",
            "no boundary",
            "endless boundary",
            "empty",
            "no part",
        ),
        *(
            "no field",
            "cut off",
            "cut off at a large size",
            "another field",
            "text",
            "two files",
            "two fields",
        ),
        *("many texts beside it", "a long text beside it", "no charset"),
    ],
)
async def test_form_without_exactly_one_file_is_refused(
    uploads: UploadApp, headers: dict[str, str], body: bytes
) -> None:
    response = await post_media(uploads.application(), headers=headers, content=body)
    assert refusal(response) == (400, "INVALID", ["file"])
    assert response.json()["errors"][0]["message"] == Message.PHOTO_FORM_INVALID.text(Locale.ID)
    assert not uploads.files.names()


async def test_few_small_fields_beside_the_file_are_ignored(uploads: UploadApp) -> None:
    fields = part(b"7", name="report", filename=None) * 10 + part(bytes(8_000), name="x", filename=None)
    for body in (fields + part(photo()), part(photo()) + fields):
        response = await post_media(uploads.application(), headers=MULTIPART, content=body + END)
        assert response.status_code == 201


@pytest.mark.parametrize("failure", [RuntimeError("no database"), UnicodeError("not ours to explain")])
async def test_failed_record_deletes_the_files_and_raises_the_error(stored: UploadApp, failure: Exception) -> None:
    async def fails(account_id: int, name: str, picture: ProcessedPhoto) -> RecordedPhoto:
        await stored.record(account_id, name, picture)
        raise failure

    with pytest.raises(type(failure), match=str(failure)):
        await post_media(stored.application(record=fails), files={"file": photo()})
    assert len(stored.rows) == 1
    await stored.discarded()
    assert not stored.files.names()


async def test_request_cancelled_during_processing_leaves_no_files(uploads: UploadApp) -> None:
    started, resume, done = threading.Event(), threading.Event(), threading.Event()

    class SlowFolder(MediaFolder):
        def save(self, name: str, picture: ProcessedPhoto) -> None:
            started.set()
            resume.wait(10)
            super().save(name, picture)

        def discard(self, name: str) -> None:
            assert len(uploads.files.names()) == 2
            super().discard(name)
            done.set()

    request = asyncio.create_task(
        post_media(uploads.application(store=SlowFolder(uploads.files.root)), files={"file": photo()})
    )
    assert await asyncio.to_thread(started.wait, 10)
    request.cancel()
    with suppress(asyncio.CancelledError):
        await request
    resume.set()
    assert await asyncio.to_thread(done.wait, 10)
    assert not uploads.files.names()
    assert not uploads.rows


@pytest.mark.parametrize(("count", "expected"), [(MAX_CONCURRENT, True), (MAX_CONCURRENT + 1, False)])
async def test_at_most_four_photos_are_processed_at_once(uploads: UploadApp, count: int, expected: bool) -> None:
    barrier = threading.Barrier(count, timeout=60 if expected else 1)

    class BarrierFolder(MediaFolder):
        def save(self, name: str, picture: ProcessedPhoto) -> None:
            with suppress(threading.BrokenBarrierError):
                barrier.wait()
                passed.append(name)
            super().save(name, picture)

    passed: list[str] = []
    async with client_for(uploads.application(store=BarrierFolder(uploads.files.root))) as client:
        responses = await asyncio.gather(
            *(client.post("/media", headers=SIGNED_IN, files={"file": photo()}) for _ in range(count))
        )
    assert [response.status_code for response in responses] == [201] * count
    assert len(passed) == (count if expected else 0)


async def test_upload_that_finds_the_queue_full_is_refused_and_works_later(
    uploads: UploadApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("media.upload.MAX_WAITING", 2)
    full, resume = threading.Barrier(MAX_CONCURRENT + 1, timeout=60), threading.Event()

    class SlowFolder(MediaFolder):
        def save(self, name: str, picture: ProcessedPhoto) -> None:
            if not resume.is_set():
                full.wait()
                resume.wait(60)
            super().save(name, picture)

    async with client_for(uploads.application(store=SlowFolder(uploads.files.root))) as client:

        async def post() -> httpx.Response:
            return await client.post("/media", headers=SIGNED_IN, files={"file": photo()})

        taken = [asyncio.create_task(post()) for _ in range(MAX_CONCURRENT)]
        await asyncio.to_thread(full.wait)
        others = [asyncio.create_task(post()) for _ in range(5)]
        refused = [await done for done in itertools.islice(asyncio.as_completed(others), 3)]
        resume.set()
        accepted = await asyncio.gather(*taken, *others)
        assert [refusal(each) for each in refused] == [(503, "RATE_LIMITED", None)] * 3
        assert all(each.headers["retry-after"] == "5" for each in refused)
        assert sorted(each.status_code for each in accepted) == [201] * (MAX_CONCURRENT + 2) + [503] * 3
        assert (await post()).status_code == 201
    assert len(uploads.rows) == MAX_CONCURRENT + 3


def test_photos_wait_for_memory_and_a_large_one_is_alone() -> None:
    budget, most, lock = MemoryBudget(10), 0, threading.Lock()
    held: list[int] = []

    def take(size: int) -> None:
        nonlocal most
        for _ in range(50):
            with budget.taken(size):
                with lock:
                    held.append(min(size, 10))
                    most = max(most, sum(held))
                with lock:
                    held.remove(min(size, 10))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(take, [1, 3, 5, 9, 10, 99, 2, 4], timeout=60))
    assert most <= 10
    with budget.taken(10):
        assert not held


async def test_photos_are_exempt_from_the_body_limit_of_the_application(uploads: UploadApp) -> None:
    application = uploads.application(max_body_size=1000)
    assert (await post_media(application, files={"file": photo()})).status_code == 201
    too_large = await post_media(application, files={"file": bytes(MAX_BYTES + 100_000)})
    assert refusal(too_large) == (413, "INVALID", ["file"])


# Download


async def test_downloads_are_cached_forever_and_harmless(stored: UploadApp) -> None:
    async with client_for(stored.application()) as client:
        answer = (await client.post("/media", headers=SIGNED_IN, files={"file": photo()})).json()
        picture = stored.rows[0][2]
        for url, body in ((answer["url"], picture.body), (answer["thumbnailUrl"], picture.thumbnail)):
            response = await client.get(url)
            assert response.status_code == 200
            assert response.content == body
            assert response.headers["content-type"] == "image/jpeg"
            assert response.headers["cache-control"] == "public, max-age=300"
            assert response.headers["x-content-type-options"] == "nosniff"
            assert response.headers["content-security-policy"] == "default-src 'none'"
            assert response.headers["content-disposition"] == "inline"
            head = await client.head(url)
            assert (head.status_code, head.content) == (200, b"")
            assert head.headers["content-length"] == str(len(body))


@pytest.mark.parametrize("stored_before", [False, True], ids=["small", "stored before there was this size"])
async def test_full_picture_is_shown_without_a_medium_one(stored: UploadApp, *, stored_before: bool) -> None:
    async with client_for(stored.application()) as client:
        raw = photo(size=(1500, 1000) if stored_before else (1200, 900))
        answer = (await client.post("/media", headers=SIGNED_IN, files={"file": raw})).json()
        name, picture = stored.rows[0][1:]
        medium = stored.files.path(names_of(name).medium)
        if stored_before:
            assert (await client.get(answer["mediumUrl"])).content == picture.medium == medium.read_bytes()
            medium.unlink()
        shown = await client.get(answer["mediumUrl"])
        assert (shown.status_code, shown.content) == (200, picture.body)
        assert shown.headers["etag"] == (await client.get(answer["url"])).headers["etag"]
        missing = await client.get(f"/media/{names_of(new_photo_id()).medium}")
        assert missing.status_code == 404


async def test_download_that_the_client_has_is_answered_with_304(stored: UploadApp) -> None:
    async with client_for(stored.application()) as client:
        answer = (await client.post("/media", headers=SIGNED_IN, files={"file": photo()})).json()
        etags = [(await client.get(answer[name])).headers["etag"] for name in ("url", "thumbnailUrl")]
        assert len(set(etags)) == 2
        for known in (etags[0], f"W/{etags[0]}", f'"x", {etags[0]}', "*"):
            response = await client.get(answer["url"], headers={"If-None-Match": known})
            assert (response.status_code, response.content, response.headers["etag"]) == (304, b"", etags[0])
        for other in ("", '"x"', etags[1], "," * 5_000):
            assert (await client.get(answer["url"], headers={"If-None-Match": other})).status_code == 200
        missing = await client.get("/media/AbCdEfGhIjKlMnOpQrStUv.jpg", headers={"If-None-Match": "*"})
        assert missing.status_code == 404


@pytest.mark.parametrize(
    "name",
    [
        "AbCdEfGhIjKlMnOpQrStUv.jpg",
        "x.jpg",
        "",
        "..%2F..%2Fsecret.txt",
        "%2e%2e/secret.txt",
        "a/b",
        "%00",
        "%FF",
    ],
)
async def test_missing_photo_is_not_found(stored: UploadApp, name: str) -> None:
    stored.files.root.mkdir()
    (stored.files.root.parent / "secret.txt").write_text("secret")
    async with client_for(stored.application()) as client:
        response = await client.get(f"/media/{name}", headers={"Accept-Language": "en"})
    assert refusal(response) == (404, "NOT_FOUND", None)
    assert response.json()["errors"][0]["message"] == Message.PHOTO_NOT_FOUND.text(Locale.EN)


async def test_part_of_a_photo_is_sent_if_only_that_is_asked_for(stored: UploadApp) -> None:
    async with client_for(stored.application()) as client:
        url = (await client.post("/media", headers=SIGNED_IN, files={"file": photo()})).json()["url"]
        whole = await client.get(url)
        some = await client.get(url, headers={"Range": "bytes=5-9", "If-Range": whole.headers["etag"]})
        beyond = await client.get(url, headers={"Range": f"bytes={len(whole.content)}-"})
    assert (some.status_code, some.content) == (206, whole.content[5:10])
    assert some.headers["content-range"] == f"bytes 5-9/{len(whole.content)}"
    assert some.headers["last-modified"] == whole.headers["last-modified"]
    assert beyond.status_code == 416


# Failures of the store


@pytest.mark.parametrize("fails", ["_write", "_move"])
async def test_upload_that_cannot_be_stored_is_unavailable_and_leaves_nothing(
    stored: UploadApp, monkeypatch: pytest.MonkeyPatch, fails: str
) -> None:
    store = stored.files.store()
    works, calls = getattr(store, fails), itertools.count(1)

    def fail_at_the_second(*given: object) -> object:
        if next(calls) == 2:
            raise OSError(ENOSPC, "No space left on device")
        return works(*given)

    monkeypatch.setattr(store, fails, fail_at_the_second)
    application = stored.application(store=store)
    assert refusal(await post_media(application, files={"file": photo()})) == (503, "UNAVAILABLE", None)
    await stored.discarded()
    assert bool(stored.files.names()) == (fails == "_move")  # the recorded photo has what was moved, for the next try
    assert (await post_media(application, files={"file": photo()})).status_code == 201


async def test_failure_after_the_record_takes_no_file_from_the_recorded_photo(
    stored: UploadApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, done = stored.files.store(), asyncio.Event()
    keep, discard, loop = store.keep, store.discard, asyncio.get_running_loop()

    def keep_and_fail(name: str, photo_id: str) -> None:
        keep(name, photo_id)  # as another upload of the same picture does at this moment
        raise OSError(ENOSPC, "No space left on device")

    def discard_and_tell(name: str) -> None:
        discard(name)
        loop.call_soon_threadsafe(done.set)

    monkeypatch.setattr(store, "keep", keep_and_fail)
    monkeypatch.setattr(store, "discard", discard_and_tell)
    async with client_for(stored.application(store=store)) as client:
        assert (await client.post("/media", headers=SIGNED_IN, files={"file": photo()})).status_code == 503
        await done.wait()
        ((_, name, picture),) = stored.rows
        assert (await client.get(f"/media/{name}")).content == picture.body


@pytest.mark.slow
async def test_bucket_that_goes_away_is_unavailable_until_it_is_back(
    bucket: Files, bucket_server: BucketServer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for limit in ("ASKING", "ASKING_AGAIN"):
        monkeypatch.setattr(f"media.bucket.{limit}", timedelta(seconds=0.3))
    uploads = UploadApp(bucket)
    application = uploads.application()
    async with client_for(application) as client:
        url = (await client.post("/media", headers=SIGNED_IN, files={"file": photo()})).json()["url"]
        for end, back in ((bucket_server.freeze, bucket_server.thaw), (bucket_server.kill, bucket_server.start)):
            end()
            try:
                answers = [
                    await client.get(url),
                    await client.post("/media", headers=SIGNED_IN, files={"file": photo()}),
                ]
            finally:
                back()
            assert [refusal(answer) for answer in answers] == [(503, "UNAVAILABLE", None)] * 2
            assert all("retry-after" in answer.headers for answer in answers)
            assert (await client.get(url)).status_code == 200
    assert BucketServer.SECRET not in caplog.text


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "value", "advice"),
    [
        ("MEDIA_URL", "s3://no-such-bucket", "NoSuchBucket. Create the bucket"),
        ("AWS_ACCESS_KEY_ID", "somebody", "InvalidAccessKeyId. Set AWS_ACCESS_KEY_ID"),
        ("AWS_SECRET_ACCESS_KEY", "wrong-and-secret", "SignatureDoesNotMatch. Set AWS_SECRET_ACCESS_KEY"),
        ("AWS_ENDPOINT_URL", "http://127.0.0.1:9", "no connection. Set AWS_ENDPOINT_URL"),
        ("AWS_ENDPOINT_URL", "http://me:secret@minio", "AWS_ENDPOINT_URL must be http:// or https://"),
        ("AWS_ENDPOINT_URL", "minio:9000", "AWS_ENDPOINT_URL must be http:// or https://"),
    ],
)
def test_bucket_that_cannot_be_used_is_named_with_what_to_do(
    bucket: Files, monkeypatch: pytest.MonkeyPatch, name: str, value: str, advice: str
) -> None:
    monkeypatch.setenv("MEDIA_URL", bucket.url)
    monkeypatch.setenv(name, value)
    with pytest.raises((CommandError, SettingsError)) as failed:
        CommandMedia(read_settings()).require_writable()
    assert advice in str(failed.value)
    assert BucketServer.SECRET not in str(failed.value)
    assert "me:secret" not in str(failed.value)


# Over a real connection


@contextmanager
def served(application: Starlette) -> Iterator[int]:
    """Serve the application in a thread and yield its port."""
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(application, log_config=None, lifespan="off", ws="none", timeout_graceful_shutdown=5)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        yield listening.getsockname()[1]
    finally:
        server.should_exit = True
        thread.join(20)
        listening.close()
        assert not thread.is_alive()


def head_of_post(*more: str) -> bytes:
    lines = [
        "POST /media HTTP/1.1",
        "Host: uploads",
        *(f"{key}: {value}" for key, value in MULTIPART.items()),
        *more,
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def chunked(data: bytes) -> bytes:
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


def read_answer(connection: socket.socket) -> bytes:
    """Return everything received until the JSON is complete."""
    answer = b""
    while not answer.endswith(b"}]}"):
        some = connection.recv(65536)
        assert some, answer
        answer += some
    return answer


@pytest.fixture
def info_log(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.INFO)
    return caplog


def test_too_large_content_length_is_refused_before_the_body_is_sent(
    uploads: UploadApp, info_log: pytest.LogCaptureFixture
) -> None:
    with (
        served(uploads.application()) as port,
        socket.create_connection(("127.0.0.1", port), timeout=60) as connection,
    ):
        connection.sendall(head_of_post(f"Content-Length: {MAX_BYTES + 70_000}", "Expect: 100-continue"))
        assert read_answer(connection).startswith(b"HTTP/1.1 413 ")
    assert "Traceback" not in info_log.text


def test_chunked_body_is_refused_as_soon_as_it_is_too_large(
    uploads: UploadApp, info_log: pytest.LogCaptureFixture
) -> None:
    with (
        served(uploads.application()) as port,
        socket.create_connection(("127.0.0.1", port), timeout=60) as connection,
    ):
        connection.sendall(head_of_post("Transfer-Encoding: chunked") + chunked(part(b"")[:-2]))
        for _ in range(MAX_BYTES // 65536 + 2):
            connection.sendall(chunked(bytes(65536)))
        assert read_answer(connection).startswith(b"HTTP/1.1 413 ")  # before the last chunk was sent
    assert "Traceback" not in info_log.text
    assert not uploads.files.names()


def test_chunked_photo_is_accepted(uploads: UploadApp) -> None:
    with served(uploads.application()) as port:
        body = part(photo()) + END
        response = httpx.post(
            f"http://127.0.0.1:{port}/media",
            headers=MULTIPART,
            content=iter([body[:100], body[100:]]),
            timeout=10,
        )
    assert response.status_code == 201


@pytest.mark.parametrize("sent", [0, 1000, 2_000_000])
def test_client_that_disconnects_during_upload_causes_no_error(
    uploads: UploadApp, info_log: pytest.LogCaptureFixture, sent: int
) -> None:
    gone = threading.Event()
    application = uploads.application()

    async def observed(scope: dict[str, object], receive: object, send: object) -> None:
        try:
            await application(scope, receive, send)  # type: ignore[arg-type]  # passed through unchanged
        finally:
            gone.set()

    with served(observed) as port:  # type: ignore[arg-type]  # any ASGI application is accepted
        with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
            connection.sendall(head_of_post("Content-Length: 5000000") + part(b"")[:-2] + bytes(sent))
        assert gone.wait(10)
    assert "Traceback" not in info_log.text
    assert "Exception" not in info_log.text
    assert not uploads.files.names()
    assert not uploads.rows
