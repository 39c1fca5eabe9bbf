"""The log inside a transaction: the moment of the change, its positions and its events.

The counter `log_head` is updated last: its row lock orders commits, so positions are gapless and in commit order, and a
rollback gives them back. It also knows from when on days are open. A change dated before that is run again, with a
later date: a closed period never changes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.exceptions import IntegrityError

from models.act_keys import ActKey
from models.database import fetch
from models.log import LogEvent, Topic, moment
from models.reading import read
from models.writing import Sql, Statement, insert, update, whole, write
from rules.service_time import Calendar


class PeriodClosed(Exception):  # not an error: the change runs again
    """The change is dated into a day that has been closed since; `open_from` is the earliest moment it may have."""

    def __init__(self, open_from: datetime) -> None:
        super().__init__(open_from)
        self.open_from = open_from


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEvent:
    """An event to append: everything but its position. `at`: when it happened, if before the change.

    `report_id` is a `Sql` for a report that is inserted with the event. `reverses`: the number, from 1 on, of the event
    of the same transaction whose entry this one reverses; its position joins the data.
    """

    topic: Topic
    kind: str
    data: dict[str, Any]
    report_id: int | Sql | None = None
    version: int | None = None
    account_id: int | None = None
    actor: str | None = None
    at: datetime | None = None
    reverses: int | None = None


EVENT_COLUMNS = ("position", "topic", "kind", "at", "report_id", "version", "account_id", "actor", "data")


def position(number: int) -> Sql:
    """Return the position of an event of the transaction; `number` counts from 1."""
    return Sql(f"{{head.base}} + {number}")


@dataclass(slots=True)
class LogTransaction:
    """An open transaction. `at` is its one moment: everything in it is dated with it. `calendar`: the days off.

    `attempt` counts from 1: an action that runs again after a conflict may look before it writes.
    """

    connection: BaseDBAsyncClient
    at: datetime
    calendar: Calendar
    attempt: int = 1
    last_position: int | None = field(default=None, init=False)
    act_id: int | None = field(default=None, init=False)
    """The row of the idempotency key under which the transaction acts."""

    _kept: int | Sql | None = field(default=None, init=False)

    async def fetch(self, sql: str, *values: object) -> list[dict[str, Any]]:
        """Run one statement in the transaction, written with `$1` placeholders, and return its rows."""
        return await fetch(sql, *values, using=self.connection)

    def keep(self, result: int | Sql) -> None:
        """Let the act return this number when it is sent again under its key. It is stored by the next `write`."""
        self._kept = result

    async def append(self, *events: NewEvent) -> None:
        """Append events to the log, and write nothing with them."""
        await self.write(events)

    async def write(
        self, events: Sequence[NewEvent], before: Sequence[Statement] = (), after: Sequence[Statement] = ()
    ) -> None:
        """Run the statements `before`, take the positions of events, and write `after` and the events: in one trip.

        From the positions to the commit every other writer waits, so what needs no position belongs to `before`. Each
        statement of it has a RETURNING. Raises PeriodClosed; the transaction must then be rolled back.
        """
        batch = [*before, self._head(len(events), before), *after, self._events(events), *self._result()]
        await self._write(batch, "head.position")

    async def write_whole(
        self, events: Sequence[NewEvent], before: Sequence[Statement], after: Sequence[Statement], wanted: str
    ) -> int:
        """Write as `write` does, as the last act of the transaction, and return the id that is `wanted`.

        If it is also the first act, the transaction is this one statement on PostgreSQL, without BEGIN and COMMIT.
        """
        batch = [*before, self._head(len(events), before), *after, self._events(events)]
        with whole(self.connection):
            return int((await self._write(batch, "head.position", wanted))[1])

    async def _write(self, batch: Sequence[Statement], *wanted: str) -> tuple[Any, ...]:
        try:
            returned = await write(self.connection, batch, *wanted)
        except IntegrityError as error:
            ((stored,),) = await read("SELECT open_from FROM log_head WHERE id = 1")
            open_from = moment(stored)
            if open_from is not None and self.at < open_from:
                raise PeriodClosed(open_from) from error
            raise
        self.last_position = int(returned[0])
        return returned

    def _result(self) -> list[Statement]:
        """Return the statement that stores what the act returns, if it has a key."""
        if self.act_id is None or self._kept is None:
            return []
        return [update("kept", ActKey, {"result": self._kept}, "id", self.act_id)]

    def _head(self, count: int, before: Sequence[Statement]) -> Statement:
        """Return the statement that takes positions. Dated into a closed day it sets null, which the column refuses."""
        conditions = "".join(f" AND {{{each.name}}}" for each in before)
        sql = (
            "UPDATE log_head SET position = CASE WHEN open_from > $2 THEN NULL ELSE position + $1 END "
            f"WHERE id = 1{conditions} RETURNING position, position - $1 AS base"
        )
        return Statement("head", sql, (count, self.at))

    def _events(self, events: Sequence[NewEvent]) -> Statement:
        rows = [
            (
                position(number),
                event.topic,
                event.kind,
                event.at or self.at,
                event.report_id,
                event.version,
                event.account_id,
                event.actor,
                _data(event),
            )
            for number, event in enumerate(events, 1)
        ]
        return insert("events", LogEvent, EVENT_COLUMNS, rows)


def _data(event: NewEvent) -> str | Sql:
    data = orjson.dumps(event.data).decode()
    if event.reverses is None:
        return data
    reversed_position = f"CAST({position(event.reverses).text} AS TEXT)"
    return Sql(f"CAST($1 || {reversed_position} || $2 AS {{json}})", ('{"reverses":', f",{data[1:]}"))
