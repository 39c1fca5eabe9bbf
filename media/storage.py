"""Stored photos: their names, their URLs and the folder that holds them."""

import fcntl
import os
import re
from contextlib import AbstractContextManager, nullcontext, suppress
from datetime import UTC, datetime
from errno import ENOTDIR
from pathlib import Path
from tempfile import TemporaryFile
from typing import Final, NamedTuple, TextIO

from media.looks import look_of_stored
from media.processing import ProcessedPhoto, process_photo
from rules.pictures import Look

EXTENSION: Final = "jpg"
"""The extension of every stored file: `actions.photos.new_photo_id` ends with it."""

_NAME: Final = re.compile(rf"[A-Za-z0-9_-]{{22}}(?:\.(?:thumb|medium))?\.{EXTENSION}")
_MEDIUM: Final = f".medium.{EXTENSION}"


class Sizes(NamedTuple):
    """The names or addresses of a photo in its sizes."""

    thumbnail: str
    medium: str
    full: str


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


class MediaFolder:
    """Photos on disk, each in its sizes, in subfolders named by the first two letters of a name.

    A photo has no file of the medium size if the full picture is no larger, or if it was stored before there was this
    size. The full picture is then shown instead.

    A photo that is not recorded yet is in the subfolder `incoming`. An upload that was killed leaves its files there,
    so a sweep never has to ask which of all files have a row.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._incoming = root / "incoming"
        self._last_sweep = root / ".swept"
        self._sweeping = root / ".sweeping"

    def require_writable(self) -> None:
        """Create the folder if it is missing. Raises OSError, with the reason for people, if no file can be written."""
        for part in (self._root, *self._root.parents):
            if part.is_file():
                raise NotADirectoryError(ENOTDIR, f"{part} is a file")
        self._root.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=self._root):
            pass

    def path(self, name: str) -> Path | None:
        """Return the path for a photo in one of its sizes. None for an invalid name."""
        return self._root / name[:2] / name if _NAME.fullmatch(name) else None

    def find(self, name: str) -> Path | None:
        """Return the path of the file that is shown under a name. None if there is none."""
        path = self.path(name)
        if path is not None and name.endswith(_MEDIUM) and not path.is_file():
            path = self.path(f"{name.removesuffix(_MEDIUM)}.{EXTENSION}")
        return path if path is not None and path.is_file() else None

    def receive(self, name: str, raw: bytes) -> ProcessedPhoto:
        """Process an upload, save it as incoming, and return the photo. Blocking; safe in threads.

        `name` comes from `actions.photos.new_photo_id`. Raises Refusal for an upload that is not a usable photo, and
        whatever `save` raises.
        """
        photo = process_photo(raw)
        self.save(name, photo)
        return photo

    def save(self, name: str, photo: ProcessedPhoto) -> None:
        """Write the files of an incoming photo, or none.

        Raises ValueError for an invalid name, OSError when the disk fails.
        """
        self._path_of(name)
        self._incoming.mkdir(parents=True, exist_ok=True)
        try:
            for each, content in zip(names_of(name), (photo.thumbnail, photo.medium, photo.body), strict=True):
                if content is not None:
                    (self._incoming / each).write_bytes(content)
        except BaseException:
            self.delete(name)
            raise

    def keep(self, name: str, photo_id: str) -> None:
        """Move the files of an incoming photo to the place of a recorded one, which may be an earlier upload of it.

        Readers never see a half-written file. Raises ValueError for an invalid name, OSError when the disk fails.
        """
        for each, kept in zip(names_of(name), names_of(photo_id), strict=True):
            path = self._path_of(kept)
            path.parent.mkdir(parents=True, exist_ok=True)
            with _without_medium(each):
                (self._incoming / each).replace(path)

    def add(self, name: str, raw: bytes) -> ProcessedPhoto:
        """Receive and keep a photo that is recorded by the caller. Raises what these raise."""
        photo = self.receive(name, raw)
        self.keep(name, name)
        return photo

    def link(self, name: str, original: str) -> None:
        """Let a photo have the files of a stored one, without a copy. Nothing changes when it has files already.

        Raises ValueError for an invalid name, OSError when the original is missing or the disk fails.
        """
        for each, source in zip(names_of(name), names_of(original), strict=True):
            path = self._path_of(each)
            path.parent.mkdir(parents=True, exist_ok=True)
            with suppress(FileExistsError), _without_medium(each):
                path.hardlink_to(self._path_of(source))

    def look(self, name: str, digest: str) -> Look | None:
        """Return the look of a kept photo from its files. None if it has none, or they cannot be read.

        `digest`: of the upload. Blocking; safe in threads.
        """
        try:
            thumbnail, medium, full = (self._path_of(each) for each in names_of(name))
            served = [full, *([medium] if medium.is_file() else []), thumbnail]
            return look_of_stored(digest, [path.read_bytes() for path in served])
        except (ValueError, OSError):
            return None

    def delete(self, name: str) -> None:
        """Delete the files of a photo where they exist, also of an incoming one.

        Raises ValueError for an invalid name, OSError when the disk fails.
        """
        for each in names_of(name):
            self._path_of(each).unlink(missing_ok=True)
            (self._incoming / each).unlink(missing_ok=True)

    def delete_incoming(self, until: datetime) -> int:
        """Delete the incoming files that were written until a moment; return their number. Raises OSError."""
        deleted = 0
        for file in list(self._incoming.iterdir()) if self._incoming.is_dir() else []:
            with suppress(FileNotFoundError):  # it was kept meanwhile, or another process deletes it
                if file.stat().st_mtime <= until.timestamp():
                    file.unlink()
                    deleted += 1
        return deleted

    def begin_sweep(self, since: datetime) -> TextIO | None:
        """Return a lock for a sweep of this folder, which ends with its process; to be closed.

        None if one has ended since this moment, or if another process is sweeping. Raises OSError.
        """
        self._root.mkdir(parents=True, exist_ok=True)
        lock = self._sweeping.open("a")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if not self._swept_since(since):
                return lock
        except BlockingIOError:
            pass
        except BaseException:
            lock.close()
            raise
        lock.close()
        return None

    def end_sweep(self, at: datetime) -> None:
        """Remember that a sweep has ended. Raises OSError."""
        self._last_sweep.touch()
        os.utime(self._last_sweep, (at.timestamp(), at.timestamp()))

    def _swept_since(self, moment: datetime) -> bool:
        with suppress(FileNotFoundError):
            return moment < datetime.fromtimestamp(self._last_sweep.stat().st_mtime, UTC)
        return False

    def _path_of(self, name: str) -> Path:
        path = self.path(name)
        if path is None:
            raise ValueError(f"{name!r} is not a name of a photo: new_photo_id() makes one")
        return path


def _without_medium(name: str) -> AbstractContextManager[object]:
    """Return a context in which the file of this name may be missing if it is the medium size."""
    return suppress(FileNotFoundError) if name.endswith(_MEDIUM) else nullcontext()
