"""Reads of how far the service is behind: with deadlines and days, and with what it has to send."""

from datetime import datetime, timedelta
from typing import NamedTuple

from models.database import fetch
from models.log import moment
from rules.periods import jakarta_day, midnight


class Backlog(NamedTuple):
    """The deliveries that wait for a destination, and the calls in a row that failed."""

    destination: str
    waiting: int
    failures: int


class Lags(NamedTuple):
    """The last position of the log, the seconds for which the oldest deadline or day is due, and the backlogs."""

    head: int
    clock: float
    outbox: list[Backlog]


async def lags(now: datetime) -> Lags:
    """Read how far the service is behind."""
    (head,) = await fetch(
        "SELECT position, open_from, (SELECT min(next_due_at) FROM report WHERE next_due_at IS NOT NULL) AS due "
        "FROM log_head WHERE id = 1"
    )
    due, open_from = moment(head["due"]), moment(head["open_from"])
    ends = [] if open_from is None else [midnight(jakarta_day(open_from) + timedelta(days=1))]
    late = [(now - at).total_seconds() for at in (*ends, *([] if due is None else [due]))]
    destinations = await fetch(
        "SELECT name, failures, (SELECT count(*) FROM delivery WHERE destination = name AND state = 'WAITING') "
        "AS waiting FROM destination ORDER BY name"
    )
    backlogs = [Backlog(row["name"], row["waiting"], row["failures"]) for row in destinations]
    return Lags(head["position"], max(0.0, *late), backlogs)
