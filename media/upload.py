"""Photos over HTTP: `POST /media` takes one, `GET /media/{name}` gives it back."""

import re
import secrets
import sys
from asyncio import wrap_future
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO, Final, Literal

from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from media.processing import (
    CONTENT_TYPE,
    EXTENSION,
    MAX_BYTES,
    MAX_PIXELS,
    ProcessedPhoto,
    PictureFault,
    PictureRefused,
    process_photo,
)

Locale = Literal["ID", "EN"]

MAX_CONCURRENT: Final = 4
"""Pictures developed at the same time: one of 50 megapixels needs up to 0.8 GB of memory."""

_MOST_BODY: Final = MAX_BYTES + 64 * 1024
"""The largest body, in bytes: the largest picture and what multipart puts around it."""

_NAME: Final = re.compile(rf"[A-Za-z0-9_-]{{22}}(?:\.thumb)?\.{EXTENSION}")

_KEPT_FOR_EVER: Final[Mapping[str, str]] = MappingProxyType(
    {
        "Cache-Control": "public, max-age=31536000, immutable",
        "Content-Disposition": "inline",
        "Content-Security-Policy": "default-src 'none'",
        "X-Content-Type-Options": "nosniff",
    },
)


@dataclass(frozen=True, slots=True)
class _Refusal:
    """What is answered instead, in the form of the API's `UserError`."""

    status: int
    code: str
    field: list[str] | None
    indonesian: str
    english: str

    def answer(self, locale: Locale) -> JSONResponse:
        message = self.english if locale == "EN" else self.indonesian
        error = {"code": self.code, "message": message, "field": self.field}
        return JSONResponse({"errors": [error]}, self.status)


def _of_the_file(status: int, indonesian: str, english: str) -> _Refusal:
    return _Refusal(status, "INVALID", ["file"], indonesian, english)


_SIGNED_OUT: Final = _Refusal(
    401, "UNAUTHENTICATED", None, "Masuk dahulu untuk mengirim foto.", "Sign in to send a photo."
)
_NOT_FOUND: Final = _Refusal(404, "NOT_FOUND", None, "Foto tidak ditemukan.", "There is no such photo.")
_NOT_ONE_FILE: Final = _of_the_file(
    400,
    "Kirim formulir multipart/form-data dengan tepat satu berkas di bidang `file` dan tanpa bidang lain.",
    "Send a multipart/form-data form with exactly one file, in the field `file`, and no other field.",
)
_FAULTS: Final[Mapping[PictureFault, _Refusal]] = MappingProxyType(
    {
        PictureFault.EMPTY: _of_the_file(
            422, "Berkas ini kosong; pilih sebuah foto.", "The file is empty; choose a photo."
        ),
        PictureFault.TOO_LARGE: _of_the_file(
            413,
            f"Foto ini lebih dari {MAX_BYTES >> 20} MB; kirim yang lebih kecil.",
            f"The photo is over {MAX_BYTES >> 20} MB; send a smaller one.",
        ),
        PictureFault.NOT_A_PICTURE: _of_the_file(
            415,
            "Berkas ini bukan foto; kirim JPEG, PNG, atau WebP.",
            "The file is not a photo; send JPEG, PNG or WebP.",
        ),
        PictureFault.UNSUPPORTED_FORMAT: _of_the_file(
            415,
            "Format gambar ini tidak diterima; kirim JPEG, PNG, atau WebP.",
            "This picture format is not taken; send JPEG, PNG or WebP.",
        ),
        PictureFault.TOO_MANY_PIXELS: _of_the_file(
            422,
            f"Foto ini lebih dari {MAX_PIXELS // 1_000_000} megapiksel; kirim yang lebih kecil.",
            f"The photo has over {MAX_PIXELS // 1_000_000} megapixels; send a smaller one.",
        ),
        PictureFault.DAMAGED: _of_the_file(
            422,
            "Foto ini rusak atau terpotong; kirim ulang atau ambil yang baru.",
            "The photo is damaged or cut off; send it again or take a new one.",
        ),
    },
)


class _NotOneFileError(Exception):
    """The body is no form with exactly one file in the field `file`."""


def new_photo_id() -> str:
    """Return a name for a picture that nobody guesses: 128 random bits and the extension."""
    return f"{secrets.token_urlsafe(16)}.{EXTENSION}"


def thumbnail_name(name: str) -> str:
    """Return the name of the thumbnail of the picture with this name."""
    return f"{name.removesuffix(f'.{EXTENSION}')}.thumb.{EXTENSION}"


def picture_urls(name: str, public_url: str = "") -> tuple[str, str]:
    """Return the addresses of the picture with this name and of its thumbnail, below `public_url`."""
    root = f"{public_url.rstrip('/')}/media"
    return f"{root}/{name}", f"{root}/{thumbnail_name(name)}"


class MediaFolder:
    """The pictures on disk, each with its thumbnail, in sub folders by the first two letters of a name."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def path(self, name: str) -> Path | None:
        """Return where the picture or thumbnail of this name would lie; None for what is no name."""
        return self._root / name[:2] / name if _NAME.fullmatch(name) else None

    def keep(self, name: str, picture: ProcessedPhoto) -> None:
        """Write a picture and its thumbnail under a name from `new_photo_id`; nobody reads half of one.

        Raises ValueError for what is no name, OSError when the disk does not take them.
        """
        for each, content in ((thumbnail_name(name), picture.thumbnail), (name, picture.body)):
            path = self._path_of(each)
            path.parent.mkdir(parents=True, exist_ok=True)
            unfinished = path.with_name(f".{each}")
            try:
                unfinished.write_bytes(content)
                unfinished.replace(path)
            finally:
                unfinished.unlink(missing_ok=True)

    def discard(self, name: str) -> None:
        """Remove a picture and its thumbnail, as far as they are there.

        Raises ValueError for what is no name, OSError when the disk does not let them go.
        """
        for each in (thumbnail_name(name), name):
            self._path_of(each).unlink(missing_ok=True)

    def _path_of(self, name: str) -> Path:
        path = self.path(name)
        if path is None:
            raise ValueError(f"{name!r} is not a name of a picture; `new_photo_id` makes one.")
        return path


class _MediaEndpoints:
    def __init__(
        self,
        folder: MediaFolder,
        authenticate: Callable[[Request], Awaitable[int | None]],
        record: Callable[[int, str, ProcessedPhoto], Awaitable[str]],
        locale_of: Callable[[Request], Locale],
        public_url: str,
    ) -> None:
        self._folder = folder
        self._authenticate = authenticate
        self._record = record
        self._locale_of = locale_of
        self._public_url = public_url
        # Threads of our own and not a semaphore: a cancelled request would give its permit back, while its
        # thread goes on and keeps the memory.
        self._darkroom = ThreadPoolExecutor(MAX_CONCURRENT, thread_name_prefix="darkroom")

    async def take(self, request: Request) -> Response:
        """Answer `POST /media`."""
        account_id = await self._authenticate(request)
        locale = self._locale_of(request)
        if account_id is None:
            signed_out = _SIGNED_OUT.answer(locale)
            signed_out.headers["WWW-Authenticate"] = "Bearer"
            return signed_out
        try:
            form = await _form_of(request)
            try:
                return await self._take_from(form, account_id)
            finally:
                await form.close()
        except _NotOneFileError:
            return _NOT_ONE_FILE.answer(locale)
        except PictureRefused as refused:
            return _FAULTS[refused.reason].answer(locale)
        except ClientDisconnect:
            return Response(status_code=400)  # that nobody is there to read

    def show(self, request: Request) -> Response:
        """Answer `GET /media/{name}`, in a thread for it asks the disk."""
        path = self._folder.path(request.path_params["name"])
        if path is None or not path.is_file():
            return _NOT_FOUND.answer(self._locale_of(request))
        return FileResponse(path, headers=_KEPT_FOR_EVER, media_type=CONTENT_TYPE)

    async def _take_from(self, form: FormData, account_id: int) -> Response:
        upload = form.get("file")
        if not isinstance(upload, UploadFile):
            raise _NotOneFileError
        name = new_photo_id()
        work = self._darkroom.submit(self._develop, upload.file, name)
        try:
            picture = await wrap_future(work)
            public_id = await self._record(account_id, name, picture)
        except BaseException:
            # Also when cancelled: then the files may still be on their way to the disk.
            work.add_done_callback(lambda _: self._folder.discard(name))
            raise
        url, thumbnail_url = picture_urls(name, self._public_url)
        return JSONResponse(
            {
                "id": public_id,
                "url": url,
                "thumbnailUrl": thumbnail_url,
                "width": picture.width,
                "height": picture.height,
            },
            status_code=201,
        )

    def _develop(self, file: BinaryIO, name: str) -> ProcessedPhoto:
        picture = process_photo(file.read())
        self._folder.keep(name, picture)
        return picture


class _FormOfOneFile(MultiPartParser):
    """A form that ends, bounded in size; its file lies on disk beyond 1 MB."""

    def __init__(self, request: Request) -> None:
        super().__init__(request.headers, self._body_of(request), max_files=1, max_fields=0)
        self._ended = False

    def on_end(self) -> None:
        self._ended = True

    async def _body_of(self, request: Request) -> AsyncGenerator[bytes, None]:
        left = _MOST_BODY
        async with aclosing(request.stream()) as chunks:
            async for chunk in chunks:
                left -= len(chunk)
                if left < 0:
                    raise PictureRefused(PictureFault.TOO_LARGE)
                yield chunk
        if not self._ended:  # Raised here, for the parser closes its files only when its source fails.
            raise MultiPartException("The form has no end.")


async def _form_of(request: Request) -> FormData:
    """Read the form.

    Raises PictureRefused as soon as the body is too large, by what it says or by what has come;
    _NotOneFileError for what is no form of one file; ClientDisconnect.
    """
    if not request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        raise _NotOneFileError
    if int(request.headers.get("content-length", 0)) > _MOST_BODY:
        raise PictureRefused(PictureFault.TOO_LARGE)
    parser = _FormOfOneFile(request)
    try:
        async with aclosing(parser.stream):
            return await parser.parse()
    except (MultiPartException, UnicodeError) as fault:  # UnicodeError: of a charset such as "undefined"
        raise _NotOneFileError from fault


def media_routes(
    folder: MediaFolder,
    *,
    authenticate: Callable[[Request], Awaitable[int | None]],
    record: Callable[[int, str, ProcessedPhoto], Awaitable[str]],
    locale_of: Callable[[Request], Locale],
    public_url: str = "",
) -> list[Route]:
    """Return the routes of `/media`; call once a process, for `MAX_CONCURRENT` is counted by call.

    `authenticate` tells whose request it is: an account's id, or None. `record` stores the row of a picture
    that lies in the folder under this name already, and returns its public id; when it raises, the files are
    discarded and the exception goes on. `locale_of` tells the language to answer in; it is called in threads
    too. `public_url` comes before `/media/...` in the answer; empty, the addresses are relative.
    """
    endpoints = _MediaEndpoints(folder, authenticate, record, locale_of, public_url)
    # An application's limit is for smaller bodies, and answers in plain text: these count their own.
    take = Route("/media", endpoints.take, methods=["POST"], max_body_size=sys.maxsize)
    return [take, Route("/media/{name:path}", endpoints.show)]
