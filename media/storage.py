"""Stored photos: their names, their URLs and the folder that holds them."""

import fcntl
import os
import re
from contextlib import suppress
from datetime import UTC, datetime
from errno import ENOTDIR
from pathlib import Path
from tempfile import TemporaryFile
from typing import Final, TextIO

from media.processing import ProcessedPhoto, process_photo

EXTENSION: Final = "jpg"
"""The extension of every stored file: `actions.photos.new_photo_id` ends with it."""

_NAME: Final = re.compile(rf"[A-Za-z0-9_-]{{22}}(?:\.thumb)?\.{EXTENSION}")


def thumbnail_name(name: str) -> str:
    """Return the name of a photo's thumbnail."""
    return f"{name.removesuffix(f'.{EXTENSION}')}.thumb.{EXTENSION}"


def photo_urls(name: str, public_url: str = "") -> tuple[str, str]:
    """Return the URLs of a photo and of its thumbnail, below `public_url`."""
    root = f"{public_url.rstrip('/')}/media"
    return f"{root}/{name}", f"{root}/{thumbnail_name(name)}"


def files_of(name: str) -> tuple[str, str]:
    """Return the names of all files of a photo, the picture itself last."""
    return thumbnail_name(name), name


class MediaFolder:
    """Photos on disk, each with its thumbnail, in subfolders named by the first two letters of a name.

    A photo that is not recorded yet is in the subfolder `incoming`. An upload that was killed leaves its files there,
    so a sweep never has to ask which of all files have a row.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._incoming = root / "incoming"
        self._last_sweep = root / ".swept"

    def require_writable(self) -> None:
        """Create the folder if it is missing. Raises OSError, with the reason for people, if no file can be written."""
        for part in (self._root, *self._root.parents):
            if part.is_file():
                raise NotADirectoryError(ENOTDIR, f"{part} is a file")
        self._root.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=self._root):
            pass

    def path(self, name: str) -> Path | None:
        """Return the path for a photo or thumbnail of this name. None for an invalid name."""
        return self._root / name[:2] / name if _NAME.fullmatch(name) else None

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
            for each, content in zip(files_of(name), (photo.thumbnail, photo.body), strict=True):
                (self._incoming / each).write_bytes(content)
        except BaseException:
            self.delete(name)
            raise

    def keep(self, name: str, photo_id: str) -> None:
        """Move the files of an incoming photo to the place of a recorded one, which may be an earlier upload of it.

        Readers never see a half-written file. Raises ValueError for an invalid name, OSError when the disk fails.
        """
        for each, kept in zip(files_of(name), files_of(photo_id), strict=True):
            path = self._path_of(kept)
            path.parent.mkdir(parents=True, exist_ok=True)
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
        for each, source in zip(files_of(name), files_of(original), strict=True):
            path = self._path_of(each)
            path.parent.mkdir(parents=True, exist_ok=True)
            with suppress(FileExistsError):
                path.hardlink_to(self._path_of(source))

    def delete(self, name: str) -> None:
        """Delete the files of a photo where they exist, also of an incoming one.

        Raises ValueError for an invalid name, OSError when the disk fails.
        """
        for each in files_of(name):
            self._path_of(each).unlink(missing_ok=True)
            (self._incoming / each).unlink(missing_ok=True)

    def delete_incoming(self, until: datetime) -> int:
        """Delete the incoming files that were written until a moment; return their number. Raises OSError."""
        deleted = 0
        with suppress(FileNotFoundError):  # nothing was uploaded yet, or another process deletes a file
            for file in self._incoming.iterdir():
                if file.stat().st_mtime <= until.timestamp():
                    file.unlink()
                    deleted += 1
        return deleted

    def begin_sweep(self, since: datetime) -> TextIO | None:
        """Return a lock for a sweep of this folder, which ends with its process; to be closed.

        None if one has ended since this moment, or if another process is sweeping. Raises OSError.
        """
        with suppress(FileNotFoundError):
            if since < datetime.fromtimestamp(self._last_sweep.stat().st_mtime, UTC):
                return None
        self._root.mkdir(parents=True, exist_ok=True)
        lock = self._last_sweep.open("a")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            return None
        except BaseException:
            lock.close()
            raise
        return lock

    def end_sweep(self, at: datetime) -> None:
        """Remember that a sweep has ended. Raises OSError."""
        os.utime(self._last_sweep, (at.timestamp(), at.timestamp()))

    def _path_of(self, name: str) -> Path:
        path = self.path(name)
        if path is None:
            raise ValueError(f"{name!r} is not a name of a photo: new_photo_id() makes one")
        return path
