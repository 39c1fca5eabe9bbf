"""The log inside a transaction: the moment of the change, its positions and its events.

The counter `log_head` is updated last: its row lock orders commits, so positions are gapless and in commit order, and a
rollback gives them back. It also knows from when on days are open. A change dated before that is run again, with a
later date: a closed period never changes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tortoise.backends.base.client import BaseDBAsyncClient

from models.database import fetch
from models.log import LogEvent, Topic, moment


class PeriodClosed(Exception):  # not an error: the change runs again
    """The change is dated into a day that has been closed since; `open_from` is the earliest moment it may have."""

    def __init__(self, open_from: datetime) -> None:
        super().__init__(open_from)
        self.open_from = open_from


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEvent:
    """An event to append: everything but its position. `at`: when it happened, if before the change."""

    topic: Topic
    kind: str
    data: dict[str, Any]
    report_id: int | None = None
    version: int | None = None
    account_id: int | None = None
    actor: str | None = None
    at: datetime | None = None


@dataclass(slots=True)
class LogTransaction:
    """An open transaction. `at` is its one moment: everything in it is dated with it."""

    connection: BaseDBAsyncClient
    at: datetime
    last_position: int | None = field(default=None, init=False)

    async def fetch(self, sql: str, *values: object) -> list[dict[str, Any]]:
        """Run one statement in the transaction, written with `$1` placeholders, and return its rows."""
        return await fetch(sql, *values, using=self.connection)

    async def take_positions(self, count: int) -> int:
        """Take `count` positions and return the first.

        From here to the commit every other writer waits, so only writes that need a position may follow. Raises
        PeriodClosed; the transaction must then be rolled back.
        """
        (head,) = await self.fetch(
            "UPDATE log_head SET position = position + $1 WHERE id = 1 RETURNING position, open_from", count
        )
        open_from = moment(head["open_from"])
        if open_from is not None and self.at < open_from:
            raise PeriodClosed(open_from)
        self.last_position = int(head["position"])
        return self.last_position - count + 1

    async def append(self, first: int, events: Sequence[NewEvent]) -> None:
        """Append events at the positions from `first` on, which `take_positions` returned."""
        await LogEvent.bulk_create(
            [
                LogEvent(
                    position=first + offset,
                    topic=event.topic,
                    kind=event.kind,
                    at=event.at or self.at,
                    report_id=event.report_id,
                    version=event.version,
                    account_id=event.account_id,
                    actor=event.actor,
                    data=event.data,
                )
                for offset, event in enumerate(events)
            ],
            using_db=self.connection,
        )
