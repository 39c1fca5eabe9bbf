"""Photos in a bucket of a service that speaks S3, such as MinIO, Ceph or that of a cloud."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from email.utils import format_datetime
from errno import EIO
from tempfile import TemporaryFile
from types import MappingProxyType
from typing import IO, TYPE_CHECKING, Final

from obstore.exceptions import BaseError
from obstore.store import S3Store
from starlette.concurrency import run_in_threadpool
from starlette.responses import FileResponse, Response
from starlette.types import Receive, Scope, Send

from media.processing import CONTENT_TYPE
from media.storage import INCOMING, PhotoStore, StoredFile, place_of, shown_as

if TYPE_CHECKING:
    from obstore import Bytes, GetResult

CONNECTING: Final = timedelta(seconds=2)
ASKING: Final = timedelta(seconds=8)
"""The longest time of one request with its body: 4 MB, the largest photo, at 4 Mbit/s."""

ASKING_AGAIN: Final = timedelta(seconds=8)
"""Time from the first request on in which a failed one is sent again: with the last one, no call takes over 16 s."""

RETRIES: Final = 3

ADVICE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "NoSuchBucket": "Create the bucket, or name another one",
        "AccessDenied": "Let this user read, write, delete and list objects there",
        "InvalidAccessKeyId": "Set AWS_ACCESS_KEY_ID to a key that the service knows",
        "SignatureDoesNotMatch": "Set AWS_SECRET_ACCESS_KEY to the secret of AWS_ACCESS_KEY_ID",
    }
)
"""Advice for an operator, by the code of S3."""

NO_ANSWER: Final = (
    "Set AWS_ENDPOINT_URL and AWS_REGION to those of the service, and AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY to "
    "a key for the bucket"
)

_PROBE: Final = f"{INCOMING}/probe"
_CODE: Final = re.compile(r"<Code>(\w+)</Code>")
_FAULTS: Final = {"Connect": "no connection", "Timeout": "no answer in time"}
_FAULT: Final = re.compile(rf"\bkind: ({'|'.join(_FAULTS)})\b")


class BucketError(OSError):
    """S3 does not do what is asked of it. `strerror` has its code, or what went wrong on the way; no keys."""

    def __init__(self, reason: str) -> None:
        super().__init__(EIO, reason)

    @property
    def advice(self) -> str:
        """Return what an operator can do."""
        return ADVICE.get(self.strerror or "", NO_ANSWER)


class MediaBucket(PhotoStore):
    """Photos in a bucket, at `s3://BUCKET/PREFIX`. The `AWS_*` variables of the environment have address and keys."""

    def __init__(self, url: str) -> None:
        self._store = S3Store.from_url(
            url,
            client_options={"allow_http": True, "connect_timeout": CONNECTING, "timeout": ASKING},
            retry_config={"max_retries": RETRIES, "retry_timeout": ASKING_AGAIN},
        )

    def require_writable(self) -> None:
        """Raise BucketError unless an object can be written, read, listed and deleted."""
        self._write(_PROBE, b"")
        self._read(_PROBE)
        next(self._written(INCOMING), None)
        self._remove([_PROBE])

    async def find(self, name: str) -> StoredFile | None:
        """Return the file that is shown under a name, whose content is still to be read. None if there is none."""
        for each in shown_as(name):
            with suppress(FileNotFoundError), _asking():
                return _Object(each, await self._store.get_async(place_of(each)))
        return None

    def _write(self, key: str, content: bytes) -> None:
        with _asking():
            self._store.put(key, content, attributes={"Content-Type": CONTENT_TYPE}, use_multipart=False)

    def _move(self, key: str, to: str) -> None:
        with _asking():
            self._store.rename(key, to)

    def _copy(self, key: str, to: str) -> None:
        with _asking():
            self._store.copy(key, to)

    def _read(self, key: str) -> bytes:
        with _asking():
            return self._store.get(key).bytes().to_bytes()

    def _remove(self, keys: Sequence[str]) -> None:
        with suppress(FileNotFoundError), _asking():  # some services say that an object was not there
            self._store.delete(keys)

    def _written(self, folder: str) -> Iterator[tuple[str, datetime]]:
        with _asking():
            for listed in self._store.list(folder):
                yield from ((each["path"], each["last_modified"]) for each in listed)


class _Object(StoredFile):
    def __init__(self, name: str, found: "GetResult") -> None:
        super().__init__(name)
        self._found = found

    async def response(self, headers: Mapping[str, str]) -> Response:
        """Return an answer with the object. It is read at once, so that a slow client does not hold a request open."""
        with _asking():
            content = await self._found.bytes_async()
        modified = format_datetime(self._found.meta["last_modified"], usegmt=True)
        return _UnnamedFile(await run_in_threadpool(_spooled, content), {**headers, "Last-Modified": modified})


class _UnnamedFile(FileResponse):
    """An answer with an open file that has no name, and is gone when it is closed."""

    def __init__(self, file: IO[bytes], headers: Mapping[str, str]) -> None:
        super().__init__(f"/dev/fd/{file.fileno()}", headers=headers, media_type=CONTENT_TYPE)
        self._file = file

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with self._file:
            await super().__call__(scope, receive, send)


def _spooled(content: "Bytes") -> IO[bytes]:
    file: IO[bytes] = TemporaryFile()  # noqa: SIM115 # closed when it is sent
    file.write(content)
    file.flush()
    return file


@contextmanager
def _asking() -> Iterator[None]:
    """Raise BucketError for what S3 answers, but FileNotFoundError for a missing object of a bucket that is there."""
    try:
        yield
    except (BaseError, FileNotFoundError) as error:
        code, fault = _CODE.search(str(error)), _FAULT.search(str(error))
        if isinstance(error, FileNotFoundError) and (code is None or code[1] != "NoSuchBucket"):
            raise FileNotFoundError("no such object") from None
        raise BucketError(code[1] if code else _FAULTS[fault[1]] if fault else type(error).__name__) from error
