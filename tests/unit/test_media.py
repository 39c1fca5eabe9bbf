import asyncio
import logging
import re
import socket
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
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

from media.upload import MAX_CONCURRENT, Locale, MediaFolder, media_routes, new_photo_id, thumbnail_name
from media.processing import MAX_BYTES, ProcessedPhoto, process_photo

pytestmark = pytest.mark.anyio

NAME = re.compile(r"[A-Za-z0-9_-]{22}\.jpg")
SIGNED_IN = {"Authorization": "Bearer of account 7"}
BOUNDARY = "edge-of-a-part"
MULTIPART = {**SIGNED_IN, "Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}


def photo(kind: str = "JPEG", size: tuple[int, int] = (600, 300)) -> bytes:
    into = BytesIO()
    Image.new("RGB", size, (10, 120, 200)).save(into, kind)
    return into.getvalue()


def part(content: bytes, *, name: str = "file", filename: str | None = "photo.jpg") -> bytes:
    disposition = f'Content-Disposition: form-data; name="{name}"'
    if filename is not None:
        disposition += f'; filename="{filename}"'
    return f"--{BOUNDARY}\r\n{disposition}\r\n\r\n".encode() + content + b"\r\n"


END = f"--{BOUNDARY}--\r\n".encode()


async def account_of(request: Request) -> int | None:
    return 7 if "authorization" in request.headers else None


def locale_of(request: Request) -> Locale:
    return "EN" if request.headers.get("accept-language") == "en" else "ID"


@dataclass
class Desk:
    """An application with nothing but photos, and the rows that it recorded."""

    folder: Path
    rows: list[tuple[int, str, ProcessedPhoto]] = field(default_factory=list)

    async def record(self, account_id: int, name: str, picture: ProcessedPhoto) -> str:
        assert (self.folder / name[:2] / name).read_bytes() == picture.body
        assert (self.folder / name[:2] / thumbnail_name(name)).read_bytes() == picture.thumbnail
        self.rows.append((account_id, name, picture))
        return f"photo-{len(self.rows)}"

    def application(
        self,
        *,
        record: Callable[[int, str, ProcessedPhoto], Awaitable[str]] | None = None,
        kept_in: MediaFolder | None = None,
        public_url: str = "",
        max_body_size: int | None = None,
    ) -> Starlette:
        routes = media_routes(
            kept_in or MediaFolder(self.folder),
            authenticate=account_of,
            record=record or self.record,
            locale_of=locale_of,
            public_url=public_url,
        )
        return Starlette(routes=routes, max_body_size=max_body_size)

    def files(self) -> list[str]:
        return sorted(path.name for path in self.folder.rglob("*") if path.is_file())


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "media")


@asynccontextmanager
async def client_of(application: Starlette) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(application)
    async with asyncio.timeout(30), httpx.AsyncClient(transport=transport, base_url="http://desk") as client:
        yield client


async def posted(application: Starlette, **request: object) -> httpx.Response:
    async with client_of(application) as client:
        return await client.post("/media", **({"headers": SIGNED_IN} | request))  # type: ignore[arg-type]  # httpx lists each


def refusal(response: httpx.Response) -> tuple[int, str, list[str] | None]:
    (error,) = response.json()["errors"]
    assert set(error) == {"code", "message", "field"}
    assert error["message"]
    return response.status_code, error["code"], error["field"]


# The folder


def test_names_are_unguessable_and_their_thumbnails_stand_beside_them() -> None:
    names = {new_photo_id() for _ in range(1000)}
    assert len(names) == 1000
    assert all(NAME.fullmatch(name) for name in names)
    assert thumbnail_name("AbCdEfGhIjKlMnOpQrStUv.jpg") == "AbCdEfGhIjKlMnOpQrStUv.thumb.jpg"


def test_what_is_kept_is_found_in_a_sub_folder_by_two_letters_and_what_is_discarded_is_not(
    tmp_path: Path,
) -> None:
    folder, name, picture = MediaFolder(tmp_path), new_photo_id(), process_photo(photo())
    folder.keep(name, picture)
    assert folder.path(name) == tmp_path / name[:2] / name
    assert (tmp_path / name[:2] / name).read_bytes() == picture.body
    thumbnail = folder.path(thumbnail_name(name))
    assert thumbnail is not None
    assert thumbnail.read_bytes() == picture.thumbnail
    assert len(list(thumbnail.parent.iterdir())) == 2
    folder.discard(name)
    assert not list(thumbnail.parent.iterdir())
    folder.discard(name)


def test_a_picture_that_the_disk_does_not_take_leaves_nothing_half_done(tmp_path: Path) -> None:
    folder, name = MediaFolder(tmp_path), new_photo_id()
    (tmp_path / name[:2] / name).mkdir(parents=True)  # stands where the picture has to go
    with pytest.raises(OSError, match="directory"):
        folder.keep(name, process_photo(photo()))
    assert not [path for path in tmp_path.rglob(".*") if path.is_file()]


@given(st.text(max_size=40) | st.from_regex(r"[A-Za-z0-9_./%\\\n-]{0,40}", fullmatch=True))
@example("../../../../../etc/passwd")
@example("AbCdEfGhIjKlMnOpQrStUv.jpg\n")
@example("AbCdEfGhIjKlMnOpQrSt/..jpg")
@example(".bCdEfGhIjKlMnOpQrStUv.jpg")
@example("AbCdEfGhIjKlMnOpQrStUé.jpg")
@example("AbCdEfGhIjKlMnOpQrStUv.thumb.thumb.jpg")
@example("")
def test_what_is_no_name_leads_nowhere(name: str) -> None:
    folder = MediaFolder(Path("/somewhere"))
    if not re.fullmatch(r"[A-Za-z0-9_-]{22}(\.thumb)?\.jpg", name):
        assert folder.path(name) is None
        with pytest.raises(ValueError, match="is not a name"):
            folder.discard(name)


# Taking


async def test_a_photo_is_kept_recorded_and_answered_with_where_it_is(desk: Desk) -> None:
    raw = photo()
    response = await posted(desk.application(), files={"file": ("photo.jpg", raw)})
    ((account_id, name, picture),) = desk.rows
    assert response.status_code == 201
    assert response.json() == {
        "id": "photo-1",
        "url": f"/media/{name}",
        "thumbnailUrl": f"/media/{thumbnail_name(name)}",
        "width": 600,
        "height": 300,
    }
    assert account_id == 7
    assert picture == process_photo(raw)
    assert desk.files() == sorted([name, thumbnail_name(name)])


@pytest.mark.parametrize("public_url", ["https://media.example", "https://media.example/"])
async def test_the_public_address_comes_before_the_path(desk: Desk, public_url: str) -> None:
    response = await posted(desk.application(public_url=public_url), files={"file": photo()})
    assert response.json()["url"] == f"https://media.example/media/{desk.rows[0][1]}"
    assert response.json()["thumbnailUrl"].startswith("https://media.example/media/")


async def test_the_content_decides_and_not_what_the_client_calls_it(desk: Desk) -> None:
    good = await posted(desk.application(), files={"file": ("../../x.exe", photo("PNG"), "text/html")})
    bad = await posted(desk.application(), files={"file": ("photo.jpg", b"<script>", "image/jpeg")})
    assert (good.status_code, bad.status_code) == (201, 415)


async def test_a_stranger_is_refused_before_the_body_is_read(desk: Desk) -> None:
    async def never() -> AsyncIterator[bytes]:
        pytest.fail("the body was read")
        yield b""

    response = await posted(desk.application(), headers={}, content=never())
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
        (photo("PNG", (10_001, 5_000)), 422),
    ],
    ids=["empty", "not a picture", "unsupported", "damaged", "too large", "too many pixels"],
)
async def test_each_fault_of_a_picture_has_its_answer_and_leaves_nothing(desk: Desk, raw: bytes, status: int) -> None:
    response = await posted(desk.application(), files={"file": raw})
    assert refusal(response) == (status, "INVALID", ["file"])
    assert not desk.files()
    assert not desk.rows


async def test_refusals_are_indonesian_unless_english_is_asked_for(desk: Desk) -> None:
    async with client_of(desk.application()) as client:
        messages = [
            (await client.post("/media", headers=SIGNED_IN | asked, files={"file": b"x"})).json()["errors"][0][
                "message"
            ]
            for asked in ({}, {"Accept-Language": "en"})
        ]
    assert messages == [
        "Berkas ini bukan foto; kirim JPEG, PNG, atau WebP.",
        "The file is not a photo; send JPEG, PNG or WebP.",
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
        (MULTIPART, part(photo()) + part(b"7", name="report", filename=None) + END),
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
        *("a text beside it", "no charset"),
    ],
)
async def test_what_is_no_form_of_one_file_is_told_what_is_right(
    desk: Desk, headers: dict[str, str], body: bytes
) -> None:
    response = await posted(desk.application(), headers=headers, content=body)
    assert refusal(response) == (400, "INVALID", ["file"])
    assert "multipart/form-data" in response.json()["errors"][0]["message"]
    assert not desk.files()


@pytest.mark.parametrize("failure", [RuntimeError("no database"), UnicodeError("not ours to explain")])
async def test_when_the_row_cannot_be_recorded_the_files_are_discarded_and_the_error_goes_on(
    desk: Desk, failure: Exception
) -> None:
    async def fails(account_id: int, name: str, picture: ProcessedPhoto) -> str:
        await desk.record(account_id, name, picture)
        raise failure

    with pytest.raises(type(failure), match=str(failure)):
        await posted(desk.application(record=fails), files={"file": photo()})
    assert len(desk.rows) == 1
    assert not desk.files()


async def test_a_request_that_is_cancelled_while_its_photo_is_developed_leaves_no_files(desk: Desk) -> None:
    at_work, go_on, done = threading.Event(), threading.Event(), threading.Event()

    class SlowFolder(MediaFolder):
        def keep(self, name: str, picture: ProcessedPhoto) -> None:
            at_work.set()
            go_on.wait(10)
            super().keep(name, picture)

        def discard(self, name: str) -> None:
            assert len(desk.files()) == 2
            super().discard(name)
            done.set()

    request = asyncio.create_task(posted(desk.application(kept_in=SlowFolder(desk.folder)), files={"file": photo()}))
    assert await asyncio.to_thread(at_work.wait, 10)
    request.cancel()
    with suppress(asyncio.CancelledError):
        await request
    go_on.set()
    assert await asyncio.to_thread(done.wait, 10)
    assert not desk.files()
    assert not desk.rows


@pytest.mark.parametrize(("wanted", "meet"), [(MAX_CONCURRENT, True), (MAX_CONCURRENT + 1, False)])
async def test_four_photos_are_developed_at_once_and_never_five(desk: Desk, wanted: int, meet: bool) -> None:
    meeting = threading.Barrier(wanted, timeout=10 if meet else 1)

    class MeetingFolder(MediaFolder):
        def keep(self, name: str, picture: ProcessedPhoto) -> None:
            with suppress(threading.BrokenBarrierError):
                meeting.wait()
                met.append(name)
            super().keep(name, picture)

    met: list[str] = []
    async with client_of(desk.application(kept_in=MeetingFolder(desk.folder))) as client:
        responses = await asyncio.gather(
            *(client.post("/media", headers=SIGNED_IN, files={"file": photo()}) for _ in range(wanted))
        )
    assert [response.status_code for response in responses] == [201] * wanted
    assert len(met) == (wanted if meet else 0)


async def test_a_smaller_limit_of_the_whole_application_does_not_hold_for_photos(desk: Desk) -> None:
    application = desk.application(max_body_size=1000)
    assert (await posted(application, files={"file": photo()})).status_code == 201
    too_large = await posted(application, files={"file": bytes(MAX_BYTES + 100_000)})
    assert refusal(too_large) == (413, "INVALID", ["file"])


# Giving back


async def test_a_photo_and_its_thumbnail_are_given_back_for_ever_and_can_do_no_harm(desk: Desk) -> None:
    async with client_of(desk.application()) as client:
        answer = (await client.post("/media", headers=SIGNED_IN, files={"file": photo()})).json()
        picture = desk.rows[0][2]
        for url, body in ((answer["url"], picture.body), (answer["thumbnailUrl"], picture.thumbnail)):
            response = await client.get(url)
            assert response.status_code == 200
            assert response.content == body
            assert response.headers["content-type"] == "image/jpeg"
            assert response.headers["cache-control"] == "public, max-age=31536000, immutable"
            assert response.headers["x-content-type-options"] == "nosniff"
            assert response.headers["content-security-policy"] == "default-src 'none'"
            assert response.headers["content-disposition"] == "inline"
            head = await client.head(url)
            assert (head.status_code, head.content) == (200, b"")
            assert head.headers["content-length"] == str(len(body))


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
async def test_what_is_not_there_is_not_found(desk: Desk, name: str) -> None:
    desk.folder.mkdir()
    (desk.folder.parent / "secret.txt").write_text("secret")
    async with client_of(desk.application()) as client:
        response = await client.get(f"/media/{name}", headers={"Accept-Language": "en"})
    assert refusal(response) == (404, "NOT_FOUND", None)
    assert response.json()["errors"][0]["message"] == "There is no such photo."


# Over a real wire


@contextmanager
def served(application: Starlette) -> Iterator[int]:
    """Serve the application in a thread; yield its port."""
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
        "Host: desk",
        *(f"{key}: {value}" for key, value in MULTIPART.items()),
        *more,
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def chunked(data: bytes) -> bytes:
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


def answer_on(wire: socket.socket) -> bytes:
    """Return what came until the JSON was whole."""
    answer = b""
    while not answer.endswith(b"}]}"):
        some = wire.recv(65536)
        assert some, answer
        answer += some
    return answer


@pytest.fixture
def told(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.INFO)
    return caplog


def test_a_body_that_says_it_is_too_large_is_refused_before_it_is_sent(
    desk: Desk, told: pytest.LogCaptureFixture
) -> None:
    with (
        served(desk.application()) as port,
        socket.create_connection(("127.0.0.1", port), timeout=10) as wire,
    ):
        wire.sendall(head_of_post(f"Content-Length: {MAX_BYTES + 70_000}", "Expect: 100-continue"))
        assert answer_on(wire).startswith(b"HTTP/1.1 413 ")
    assert "Traceback" not in told.text


def test_a_chunked_body_is_refused_when_it_grows_too_large_and_not_at_its_end(
    desk: Desk, told: pytest.LogCaptureFixture
) -> None:
    with (
        served(desk.application()) as port,
        socket.create_connection(("127.0.0.1", port), timeout=10) as wire,
    ):
        wire.sendall(head_of_post("Transfer-Encoding: chunked") + chunked(part(b"")[:-2]))
        for _ in range(MAX_BYTES // 65536 + 2):
            wire.sendall(chunked(bytes(65536)))
        assert answer_on(wire).startswith(b"HTTP/1.1 413 ")  # and we never said that this was all
    assert "Traceback" not in told.text
    assert not desk.files()


def test_a_chunked_photo_is_taken(desk: Desk) -> None:
    with served(desk.application()) as port:
        body = part(photo()) + END
        response = httpx.post(
            f"http://127.0.0.1:{port}/media",
            headers=MULTIPART,
            content=iter([body[:100], body[100:]]),
            timeout=10,
        )
    assert response.status_code == 201


@pytest.mark.parametrize("sent", [0, 1000, 2_000_000])
def test_a_client_that_goes_away_in_the_middle_is_forgotten_quietly(
    desk: Desk, told: pytest.LogCaptureFixture, sent: int
) -> None:
    gone = threading.Event()
    application = desk.application()

    async def watched(scope: dict[str, object], receive: object, send: object) -> None:
        try:
            await application(scope, receive, send)  # type: ignore[arg-type]  # passed on as they came
        finally:
            gone.set()

    with served(watched) as port:  # type: ignore[arg-type]  # an ASGI application is all that is asked for
        with socket.create_connection(("127.0.0.1", port), timeout=10) as wire:
            wire.sendall(head_of_post("Content-Length: 5000000") + part(b"")[:-2] + bytes(sent))
        assert gone.wait(10)
    assert "Traceback" not in told.text
    assert "Exception" not in told.text
    assert not desk.files()
    assert not desk.rows
