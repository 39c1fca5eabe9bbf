"""The store of the photos: a folder, or a bucket if there is a MEDIA_URL."""

import os
import re
from typing import Final

from app.settings import Settings, SettingsError
from media.bucket import MediaBucket
from media.storage import MediaFolder, PhotoStore

ENDPOINTS: Final = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_ENDPOINT")

_ADDRESS: Final = re.compile(r"https?://(?:[\w.-]+|\[[0-9a-fA-F:]+\])(?::\d{1,5})?(?:/[\w./-]*)?", re.ASCII)


def media_store(settings: Settings) -> PhotoStore:
    """Return the store of the photos. Asks it nothing yet. Raises SettingsError for an invalid address of S3."""
    if not settings.media_url:
        return MediaFolder(settings.media_dir)
    for name in ENDPOINTS:
        if _ADDRESS.fullmatch(os.environ.get(name, "https://s3")) is None:
            raise SettingsError(f"{name} must be http:// or https:// with a host and perhaps a port, without keys")
    return MediaBucket(settings.media_url)
