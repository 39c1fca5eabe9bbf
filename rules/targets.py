"""The promise to the citizen: until when the city answers and until when it has acted (domain.md, "Targets")."""

from datetime import datetime


def is_overdue(
    now: datetime,
    *,
    responded_at: datetime | None,
    processed_at: datetime | None,
    response_due_at: datetime,
    processing_due_at: datetime,
) -> bool:
    """Whether a promise has passed unmet: the report is open, and unanswered or unfinished past its time."""
    if processed_at is not None:
        return False
    return now > processing_due_at or (responded_at is None and now > response_due_at)
