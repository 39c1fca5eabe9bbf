"""Photos over HTTP: `POST /media` uploads one, `GET /media/{name}` downloads it."""

import logging
import sys
from asyncio import wrap_future
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing, contextmanager
from enum import Enum, auto
from types import MappingProxyType
from typing import BinaryIO, Final

from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from actions.photos import RecordedPhoto, new_photo_id
from actions.workers import RETRY_AFTER, Workers
from media.memory import return_large_blocks
from media.processing import MAX_BYTES, ProcessedPhoto, too_large
from media.storage import PhotoStore, is_name, photo_of, photo_urls
from rules.languages import preferred_locale
from rules.messages import Message
from rules.refusals import ErrorCode, Refusal
from schema.errors import user_error

logger = logging.getLogger("tanggap.photos")

MAX_CONCURRENT: Final = 4
"""Photos processed at the same time, if they fit into `media.processing.MAX_MEMORY`."""

MAX_WAITING: Final = 32
"""Photos that wait to be processed. They are on the disk meanwhile."""

_MAX_BODY: Final = MAX_BYTES + 64 * 1024
"""Bytes of the largest body: the largest photo and its multipart form."""

_MAX_FIELDS: Final = 20
_MAX_FIELD: Final = 8 * 1024
"""Fields beside the file, and bytes of each: form libraries send names and numbers of their own."""

_STATUS: Final[Mapping[str, int]] = MappingProxyType(
    {
        "PHOTO_SIGN_IN": 401,
        "PHOTO_FORM_INVALID": 400,
        "PHOTO_EMPTY": 422,
        "PHOTO_TOO_LARGE": 413,
        "PHOTO_NOT_AN_IMAGE": 415,
        "PHOTO_FORMAT_UNSUPPORTED": 415,
        "PHOTO_TOO_MANY_PIXELS": 422,
        "PHOTO_DAMAGED": 422,
        "PHOTO_NOT_FOUND": 404,
        "BUSY": 503,
        "PHOTOS_UNAVAILABLE": 503,
        "TOO_OFTEN": 429,
        "TOO_OFTEN_HERE": 429,
    },
)
"""The HTTP status of each refusal, by the name of its message."""

_DOWNLOAD_HEADERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "Cache-Control": "public, max-age=300",  # a photo may be hidden or erased
        "Content-Disposition": "inline",
        "Content-Security-Policy": "default-src 'none'",
        "X-Content-Type-Options": "nosniff",
    },
)


class Audience(Enum):
    """The people for whom a photo is. VIEWER: who asks, but not everybody."""

    EVERYBODY = auto()
    VIEWER = auto()
    NOBODY = auto()


class _MediaEndpoints:
    def __init__(
        self,
        store: PhotoStore,
        authenticate: Callable[[Request], Awaitable[int | None]],
        record: Callable[[int, str, ProcessedPhoto], Awaitable[RecordedPhoto]],
        audience: Callable[[Request, str], Awaitable[Audience]],
        base_url: Callable[[Request], str],
        count: Callable[[Request, int], Awaitable[Mapping[str, str]]],
    ) -> None:
        self._count = count
        self._store = store
        self._audience = audience
        self._authenticate = authenticate
        self._record = record
        self._base_url = base_url
        self._workers = Workers("photo-worker", threads=MAX_CONCURRENT, waiting=MAX_WAITING)
        # Threads of their own: when the store hangs, nothing but uploads waits for it.
        self._movers = ThreadPoolExecutor(MAX_CONCURRENT, thread_name_prefix="photo-mover")
        return_large_blocks()

    async def upload(self, request: Request) -> Response:
        """Answer `POST /media`."""
        account_id = await self._authenticate(request)
        if account_id is None:
            return _refuse(request, Refusal(ErrorCode.UNAUTHENTICATED, Message.PHOTO_SIGN_IN))
        try:
            left = await self._count(request, account_id)
            form = await _read_form(request)
            try:
                response = await self._take(form, account_id, self._base_url(request))
            finally:
                await form.close()
            response.headers.update(left)
            return response  # noqa: TRY300 # what comes after may not be answered by `except`
        except Refusal as refusal:
            return _refuse(request, refusal)
        except ClientDisconnect:
            return Response(status_code=400)  # nobody is there to read it

    async def download(self, request: Request) -> Response:
        """Answer `GET /media/{name}`."""
        name = request.path_params["name"]
        audience = await self._audience(request, photo_of(name)) if is_name(name) else Audience.NOBODY
        try:
            with _storing():
                return await self._answer(request, name, audience)
        except Refusal as refusal:
            return _refuse(request, refusal)

    async def _answer(self, request: Request, name: str, audience: Audience) -> Response:
        """Answer with a file of a photo. Raises Refusal NOT_FOUND, OSError when the store fails."""
        found = None if audience is Audience.NOBODY else await self._store.find(name)
        if found is None:
            raise Refusal(ErrorCode.NOT_FOUND, Message.PHOTO_NOT_FOUND)
        headers = {**_DOWNLOAD_HEADERS, "ETag": f'"{found.name}"'}  # a file never changes
        if audience is Audience.VIEWER:
            headers["Cache-Control"] = "private, no-store"
        known = [one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")]
        if headers["ETag"] in known or known == ["*"]:
            return Response(status_code=304, headers=headers)
        return await found.response(headers)

    async def _take(self, form: FormData, account_id: int, base_url: str) -> Response:
        """Process, save and record the photo of a form, and answer with its id and URLs."""
        upload = form.get("file")
        if not isinstance(upload, UploadFile):
            raise _form_invalid()
        name = new_photo_id()
        processing = self._workers.submit(self._process, upload.file, name)
        try:
            with _storing():
                photo = await wrap_future(processing)
            recorded = await self._record(account_id, name, photo)
            with _storing():
                await wrap_future(self._movers.submit(self._store.keep, name, recorded.id))
        except BaseException:
            # When the request was cancelled, the thread may still be writing: delete after it has ended.
            processing.add_done_callback(lambda _: self._movers.submit(self._discard, name))
            raise
        urls = photo_urls(recorded.id, base_url)
        return JSONResponse(
            {
                "id": recorded.id,
                "url": urls.full,
                "mediumUrl": urls.medium,
                "thumbnailUrl": urls.thumbnail,
                "width": recorded.width,
                "height": recorded.height,
            },
            status_code=201,
        )

    def _process(self, file: BinaryIO, name: str) -> ProcessedPhoto:
        return self._store.receive(name, file.read())

    def _discard(self, name: str) -> None:
        try:
            self._store.discard(name)
        except OSError as error:
            logger.warning("files of a failed upload left to the sweep error=%r", error)


class _SingleFileForm(MultiPartParser):
    """A form of one file, bounded in size; few small fields are ignored. A file over 64 KB is spooled to disk."""

    spool_max_size = 64 * 1024

    def __init__(self, request: Request) -> None:
        super().__init__(
            request.headers,
            self._read_body(request),
            max_files=1,
            max_fields=_MAX_FIELDS,
            max_part_size=_MAX_FIELD,
        )
        self._ended = False

    def on_end(self) -> None:
        self._ended = True

    async def _read_body(self, request: Request) -> AsyncGenerator[bytes, None]:
        left = _MAX_BODY
        async with aclosing(request.stream()) as chunks:
            async for chunk in chunks:
                left -= len(chunk)
                if left < 0:
                    raise too_large()
                yield chunk
        if not self._ended:  # Raised here, because the parser closes its files only when its source fails.
            raise MultiPartException("The form has no end.")


async def _read_form(request: Request) -> FormData:
    """Read the form.

    Raises Refusal PHOTO_TOO_LARGE as soon as the body is too large, by its Content-Length or by the bytes received;
    Refusal PHOTO_FORM_INVALID for a body that is not a form of one file; ClientDisconnect.
    """
    if not request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        raise _form_invalid()
    if int(request.headers.get("content-length", 0)) > _MAX_BODY:
        raise too_large()
    parser = _SingleFileForm(request)
    try:
        async with aclosing(parser.stream):
            return await parser.parse()
    except (MultiPartException, UnicodeError) as fault:  # UnicodeError: a charset such as "undefined"
        raise _form_invalid() from fault


@contextmanager
def _storing() -> Iterator[None]:
    """Raise Refusal UNAVAILABLE when the store fails."""
    try:
        yield
    except OSError as error:
        logger.warning("photos unavailable error=%r", error)
        raise Refusal(ErrorCode.UNAVAILABLE, Message.PHOTOS_UNAVAILABLE) from error


def _form_invalid() -> Refusal:
    return Refusal(ErrorCode.INVALID, Message.PHOTO_FORM_INVALID, "file")


def _refuse(request: Request, refusal: Refusal) -> Response:
    """Answer with a refusal in the form of the GraphQL type `UserError`."""
    status = _STATUS[refusal.message.name]
    error = user_error(refusal, preferred_locale(request.headers.get("accept-language", "")))
    challenge = 'Bearer error="invalid_token"' if "authorization" in request.headers else "Bearer"  # RFC 6750, 3
    wait = {"Retry-After": str(refusal.retry_after or RETRY_AFTER)}
    headers = {401: {"WWW-Authenticate": challenge}, 429: wait, 503: wait}.get(status)
    shown = {"code": error.code, "message": error.message, "field": error.field}
    return JSONResponse({"errors": [shown]}, status, headers)


def media_routes(
    store: PhotoStore,
    *,
    authenticate: Callable[[Request], Awaitable[int | None]],
    record: Callable[[int, str, ProcessedPhoto], Awaitable[RecordedPhoto]],
    audience: Callable[[Request, str], Awaitable[Audience]],
    base_url: Callable[[Request], str],
    count: Callable[[Request, int], Awaitable[Mapping[str, str]]],
) -> list[Route]:
    """Return the routes of `/media`. Call once per process: each call makes a pool of threads.

    `authenticate` returns the account id of a request, or None. `record` stores the row of an incoming photo, and
    returns the photo: an earlier one if it is the same. When it raises, the files are deleted and the exception is
    raised again. `audience` says for whom a photo is, by its id. `base_url` returns what precedes `/media/...` in the
    answer to a request; when empty, the URLs are relative. `count` counts an upload of an account, and returns the
    headers that say how many are left; it raises Refusal RATE_LIMITED.
    """
    endpoints = _MediaEndpoints(store, authenticate, record, audience, base_url, count)
    # The application's own limit is for smaller bodies and answers in plain text: uploads count their own bytes.
    upload = Route("/media", endpoints.upload, methods=["POST"], max_body_size=sys.maxsize)
    return [upload, Route("/media/{name:path}", endpoints.download)]
