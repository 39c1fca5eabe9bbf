"""Stored photos: their names, their URLs and the folder that holds them."""

import re
from contextlib import suppress
from errno import ENOTDIR
from pathlib import Path
from tempfile import TemporaryFile
from typing import Final

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


class MediaFolder:
    """Photos on disk, each with its thumbnail, in subfolders named by the first two letters of a name."""

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

    def path(self, name: str) -> Path | None:
        """Return the path for a photo or thumbnail of this name. None for an invalid name."""
        return self._root / name[:2] / name if _NAME.fullmatch(name) else None

    def add(self, name: str, raw: bytes) -> ProcessedPhoto:
        """Process an upload, save the photo and its thumbnail, and return the photo. Blocking; safe in threads.

        `name` comes from `actions.photos.new_photo_id`. Raises Refusal for an upload that is not a usable photo, and
        whatever `save` raises.
        """
        photo = process_photo(raw)
        self.save(name, photo)
        return photo

    def save(self, name: str, photo: ProcessedPhoto) -> None:
        """Write a photo and its thumbnail. Readers never see a half-written file.

        Raises ValueError for an invalid name, OSError when the disk fails.
        """
        for each, content in ((thumbnail_name(name), photo.thumbnail), (name, photo.body)):
            path = self._path_of(each)
            path.parent.mkdir(parents=True, exist_ok=True)
            unfinished = path.with_name(f".{each}")
            try:
                unfinished.write_bytes(content)
                unfinished.replace(path)
            finally:
                unfinished.unlink(missing_ok=True)

    def link(self, name: str, original: str) -> None:
        """Let a photo have the files of a stored one, without a copy. Nothing changes when it has files already.

        Raises ValueError for an invalid name, OSError when the original is missing or the disk fails.
        """
        for each, source in ((thumbnail_name(name), thumbnail_name(original)), (name, original)):
            path = self._path_of(each)
            path.parent.mkdir(parents=True, exist_ok=True)
            with suppress(FileExistsError):
                path.hardlink_to(self._path_of(source))

    def delete(self, name: str) -> None:
        """Delete a photo and its thumbnail where they exist.

        Raises ValueError for an invalid name, OSError when the disk fails.
        """
        for each in (thumbnail_name(name), name):
            self._path_of(each).unlink(missing_ok=True)

    def _path_of(self, name: str) -> Path:
        path = self.path(name)
        if path is None:
            raise ValueError(f"{name!r} is not a name of a photo: new_photo_id() makes one")
        return path
