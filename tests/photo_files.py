"""The places in which tests keep photos: a folder, or a bucket of a real S3."""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from media.bucket import MediaBucket
from media.storage import MediaFolder, PhotoStore, place_of


@dataclass(frozen=True, slots=True)
class Files:
    """A place for photos, whose files are below `root` in either kind of store. `url`: of a bucket."""

    root: Path
    url: str = ""

    @property
    def settings(self) -> dict[str, Any]:
        """The settings of a service that keeps its photos here."""
        return {"media_dir": self.root, "media_url": self.url}

    def store(self) -> PhotoStore:
        """Return a store of its own for this place, as another process has one."""
        return MediaBucket(self.url) if self.url else MediaFolder(self.root)

    def path(self, name: str) -> Path:
        """Return the file of a kept photo in one of its sizes."""
        return self.root / place_of(name)

    def incoming(self, name: str) -> Path:
        """Return the file of a photo that is not recorded yet."""
        return self.root / "incoming" / name

    def incoming_names(self) -> list[str]:
        """Return the names of the files of photos that are not recorded yet."""
        return [path.name for path in self._files() if path.parent.name == "incoming"]

    def names(self) -> list[str]:
        """Return the names of all files, sorted."""
        return sorted(path.name for path in self._files())

    def _files(self) -> list[Path]:
        while True:
            with suppress(FileNotFoundError):  # the server deleted a folder that had become empty
                return [path for path in self.root.rglob("*") if path.is_file()]
