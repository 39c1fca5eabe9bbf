"""Stored photos: their names, their URLs, and the folder that holds them. `media.bucket` keeps them in S3 instead."""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from datetime import UTC, datetime
from errno import ENOTDIR
from pathlib import Path
from tempfile import TemporaryFile
from typing import Final, NamedTuple

from starlette.concurrency import run_in_threadpool
from starlette.responses import FileResponse, Response

from media.looks import look_of_stored
from media.processing import CONTENT_TYPE, ProcessedPhoto, process_photo
from rules.pictures import Look

EXTENSION: Final = "jpg"
"""The extension of every stored file: `actions.photos.new_photo_id` ends with it."""

_NAME: Final = re.compile(rf"[A-Za-z0-9_-]{{22}}(?:\.(?:thumb|medium))?\.{EXTENSION}")
_MEDIUM: Final = f".medium.{EXTENSION}"

INCOMING: Final = "incoming"
"""The folder of photos that are not recorded yet."""


class Sizes(NamedTuple):
    """The names or addresses of a photo in its sizes."""

    thumbnail: str
    medium: str
    full: str


def is_name(name: str) -> bool:
    """Return whether this is the name of a photo in one of its sizes."""
    return _NAME.fullmatch(name) is not None


def names_of(name: str) -> Sizes:
    """Return the names of the files of a photo. The full picture has the name of the photo itself."""
    stem = name.removesuffix(f".{EXTENSION}")
    return Sizes(thumbnail=f"{stem}.thumb.{EXTENSION}", medium=f"{stem}{_MEDIUM}", full=name)


def photo_of(name: str) -> str:
    """Return the name of the photo that a file of any size shows."""
    return f"{name.partition('.')[0]}.{EXTENSION}"


def photo_urls(name: str, base_url: str) -> Sizes:
    """Return the URLs of a photo below `base_url`; relative ones if it is empty."""
    return Sizes(*(f"{base_url}/media/{each}" for each in names_of(name)))


class StoredFile(ABC):
    """A file of a photo that is there. `name`: its own, which is that of the full picture without a medium one."""

    def __init__(self, name: str) -> None:
        self.name = name

    @abstractmethod
    async def response(self, headers: Mapping[str, str]) -> Response:
        """Return an answer with the file, or with the ranges of it that are asked for. Raises OSError."""


class PhotoStore(ABC):
    """Photos, each in its sizes, as files in subfolders named by the first two letters of a name.

    A photo has no file of the medium size if the full picture is no larger, or if it was stored before there was this
    size. The full picture is then shown instead.

    A photo that is not recorded yet is in the subfolder INCOMING. An upload that was killed leaves its files there,
    so a sweep never has to ask which of all files have a row. A file is moved to its place at once and whole, so
    readers never see half of one.

    All but `find` block, and are safe in threads. All raise OSError when the store fails, and ValueError for a name
    that is not one of a photo.
    """

    def receive(self, name: str, raw: bytes) -> ProcessedPhoto:
        """Process an upload, save it as incoming, and return the photo.

        `name` comes from `actions.photos.new_photo_id`. Raises Refusal for an upload that is not a usable photo.
        """
        photo = process_photo(raw)
        self.save(name, photo)
        return photo

    def save(self, name: str, photo: ProcessedPhoto) -> None:
        """Write the files of an incoming photo. When this fails the caller deletes what there is, or a sweep does."""
        _require_name(name)
        for each, content in zip(names_of(name), (photo.thumbnail, photo.medium, photo.body), strict=True):
            if content is not None:
                self._write(_incoming(each), content)

    def keep(self, name: str, photo_id: str) -> None:
        """Move the files of an incoming photo to the place of a recorded one, which may be an earlier upload of it."""
        _require_name(name)
        _require_name(photo_id)
        for each, kept in zip(names_of(name), names_of(photo_id), strict=True):
            with _without_medium(each):
                self._move(_incoming(each), place_of(kept))

    def add(self, name: str, raw: bytes) -> ProcessedPhoto:
        """Receive and keep a photo that is recorded by the caller. Raises what these raise."""
        photo = self.receive(name, raw)
        self.keep(name, name)
        return photo

    def link(self, name: str, original: str) -> None:
        """Let a new photo have the files of a stored one. Raises FileNotFoundError when the original is missing."""
        _require_name(name)
        _require_name(original)
        for each, source in zip(names_of(name), names_of(original), strict=True):
            with _without_medium(each):
                self._copy(place_of(source), place_of(each))

    def look(self, name: str, digest: str) -> Look | None:
        """Return the look of a kept photo from its files. None if it has none, or they cannot be read.

        `digest`: of the upload.
        """
        _require_name(name)
        try:
            served = [content for each in reversed(names_of(name)) if (content := self._read_size(each)) is not None]
        except FileNotFoundError:
            return None
        try:
            return look_of_stored(digest, served)
        except (ValueError, OSError):  # what Pillow raises for a damaged picture
            return None

    def read(self, name: str) -> bytes:
        """Return a kept photo in full. Raises FileNotFoundError when it is missing."""
        _require_name(name)
        return self._read(place_of(name))

    def delete(self, *photos: str) -> None:
        """Delete the files of photos where they exist, also of incoming ones."""
        for name in photos:
            _require_name(name)
        files = [each for name in photos for each in names_of(name)]
        self._remove([place for each in files for place in (place_of(each), _incoming(each))])

    def discard(self, name: str) -> None:
        """Delete what there is of an incoming photo. A file that was kept stays: the recorded photo may have it."""
        _require_name(name)
        self._remove([_incoming(each) for each in names_of(name)])

    def delete_incoming(self, until: datetime) -> int:
        """Delete the incoming files that were written until a moment; return their number."""
        old = self.old_incoming(until)
        self._remove(old)
        return len(old)

    def old_incoming(self, until: datetime) -> list[str]:
        """Return where the incoming files are that were written until a moment."""
        return [key for key, written in self._written(INCOMING) if written <= until]

    @abstractmethod
    def require_writable(self) -> None:
        """Raise OSError, with the reason for people, if no file can be written."""

    @abstractmethod
    async def find(self, name: str) -> StoredFile | None:
        """Return the file that is shown under a name. None if there is none."""

    @abstractmethod
    def _write(self, key: str, content: bytes) -> None:
        """Write a file. Others may see half of it unless it is complete."""

    @abstractmethod
    def _move(self, key: str, to: str) -> None:
        """Move a file, over one that is there. Raises FileNotFoundError without it."""

    @abstractmethod
    def _copy(self, key: str, to: str) -> None:
        """Let a file also be in another place. Raises FileNotFoundError without it."""

    @abstractmethod
    def _read(self, key: str) -> bytes:
        """Return the content of a file. Raises FileNotFoundError without it."""

    @abstractmethod
    def _remove(self, keys: Sequence[str]) -> None:
        """Delete the files that are there."""

    @abstractmethod
    def _written(self, folder: str) -> Iterator[tuple[str, datetime]]:
        """Return the files of a folder and when they were written."""

    def _read_size(self, name: str) -> bytes | None:
        with _without_medium(name):
            return self._read(place_of(name))
        return None


class MediaFolder(PhotoStore):
    """Photos on disk, below `root`."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def require_writable(self) -> None:
        """Create the folder if it is missing. Raises OSError, with the reason for people, if no file can be written."""
        for part in (self._root, *self._root.parents):
            if part.is_file():
                raise NotADirectoryError(ENOTDIR, f"{part} is a file")
        self._root.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=self._root):
            pass

    def path(self, name: str) -> Path:
        """Return the path for a photo in one of its sizes."""
        _require_name(name)
        return self._root / place_of(name)

    async def find(self, name: str) -> StoredFile | None:
        """Return the file that is shown under a name. None if there is none."""

        def first() -> StoredFile | None:
            paths = (self.path(each) for each in shown_as(name))
            return next((_FileOnDisk(path) for path in paths if path.is_file()), None)

        return await run_in_threadpool(first)

    def _write(self, key: str, content: bytes) -> None:
        self._new(key).write_bytes(content)

    def _move(self, key: str, to: str) -> None:
        (self._root / key).replace(self._new(to))

    def _copy(self, key: str, to: str) -> None:
        with suppress(FileExistsError):
            self._new(to).hardlink_to(self._root / key)

    def _read(self, key: str) -> bytes:
        return (self._root / key).read_bytes()

    def _remove(self, keys: Sequence[str]) -> None:
        for key in keys:
            (self._root / key).unlink(missing_ok=True)

    def _written(self, folder: str) -> Iterator[tuple[str, datetime]]:
        files = self._root / folder
        for file in list(files.iterdir()) if files.is_dir() else []:
            with suppress(FileNotFoundError):  # it was kept meanwhile, or another process deletes it
                yield f"{folder}/{file.name}", datetime.fromtimestamp(file.stat().st_mtime, UTC)

    def _new(self, key: str) -> Path:
        path = self._root / key
        path.parent.mkdir(parents=True, exist_ok=True)
        return path


class _FileOnDisk(StoredFile):
    def __init__(self, path: Path) -> None:
        super().__init__(path.name)
        self._path = path

    async def response(self, headers: Mapping[str, str]) -> Response:
        return FileResponse(self._path, headers=headers, media_type=CONTENT_TYPE)


def shown_as(name: str) -> tuple[str, ...]:
    """Return the names of the files that are shown under a name: the first that is there."""
    return (name, photo_of(name)) if name.endswith(_MEDIUM) else (name,)


def place_of(name: str) -> str:
    """Return where the file of a photo is in its store."""
    return f"{name[:2]}/{name}"


def _incoming(name: str) -> str:
    return f"{INCOMING}/{name}"


def _require_name(name: str) -> None:
    if not is_name(name):
        raise ValueError(f"{name!r} is not a name of a photo: new_photo_id() makes one")


def _without_medium(name: str) -> AbstractContextManager[object]:
    """Return a context in which the file of this name may be missing if it is the medium size."""
    return suppress(FileNotFoundError) if name.endswith(_MEDIUM) else nullcontext()
