"""Reads of photos, to decide who may download one."""

from datetime import datetime, timedelta

from models.reading import select
from models.reports import Photo
from queries.visibility import Veil


async def shown(photo_id: str, now: datetime, unused_for: timedelta) -> tuple[Veil] | None:
    """Return the veil of the report that a photo is in. None for a photo that nobody may see.

    These are the photos of reports that were withdrawn, those that were taken out of a report, and unknown ones. An
    upload that is in no report yet has no veil.
    """
    is_in_use = "EXISTS (SELECT 1 FROM report WHERE report.id = report_id AND coalesce(resolution, '') <> 'WITHDRAWN')"
    condition = f"WHERE id = $1 AND ({is_in_use} OR report_id IS NULL AND uploaded_at > $2)"
    rows = await select(Photo, ("veil",), condition, photo_id, now - unused_for)
    return (rows[0][0],) if rows else None
