"""Tallies made anew from the log, when they no longer are what it counts for."""

import orjson

from actions.change import Change, Draft, Writer
from models.database import fetch, log_head
from models.log import REBUILT, Topic
from models.tallies import write_minutes
from queries.score_histories import counted_events, read_tallies
from rules.scoring.counters import COUNTER_NAMES, CounterDelta, Key, TallyTotals, add_deltas
from rules.scoring.reconciliation import Difference, diff_tallies

SINCE = "SELECT data FROM log_event WHERE position > $1 ORDER BY position"
COLUMNS = ("period", "first_day", "officer", "unit", *COUNTER_NAMES, "response_minutes", "processing_minutes")
PLACES = ", ".join(f"${place}" for place in range(1, len(COLUMNS) + 1))
INSERT = f"INSERT INTO tally ({', '.join(COLUMNS)}) VALUES ({PLACES})"  # noqa: S608 # our own names
DELETE = "DELETE FROM tally WHERE period = $1 AND first_day = $2 AND officer = $3 AND unit = $4"


async def is_needed() -> bool:
    """Whether there are reports and no tallies at all: as after a migration that made their table."""
    rows = await fetch("SELECT EXISTS (SELECT 1 FROM report) AND NOT EXISTS (SELECT 1 FROM tally) AS needed")
    return bool(rows[0]["needed"])


async def rebuild(writer: Writer) -> dict[Key, Difference]:
    """Make every tally what the log counts for; return by tally what was and what is now.

    The histories are gone through while others write. Writers wait only while what has come meanwhile is added and
    the differences are written. Boards that are being watched are told to be read anew.
    """
    head = (await log_head()).position
    due: dict[Key, TallyTotals] = {}
    async for one in counted_events(head):
        add_deltas(due, one.deltas)

    async def work(change: Change) -> dict[Key, Difference]:
        if change.using.capabilities.dialect != "sqlite":  # there a change is alone from its first statement on
            await change.fetch("LOCK TABLE tally IN SHARE ROW EXCLUSIVE MODE")
        now = {key: TallyTotals(own.counters, own.answered.copy(), own.fixed.copy()) for key, own in due.items()}
        for row in await change.fetch(SINCE, head):
            data = row["data"] if isinstance(row["data"], dict) else orjson.loads(row["data"])
            add_deltas(now, map(CounterDelta.from_data, data.get("counts", ())))
        differences = diff_tallies(await read_tallies(), now)
        for key, (_, wanted) in differences.items():
            await change.fetch(DELETE, *key)
            if wanted is not None:
                minutes = (write_minutes(wanted.answered), write_minutes(wanted.fixed))
                await change.fetch(INSERT, *key, *wanted.counters.as_tuple, *minutes)
        if differences:
            await change.append(await change.take_positions(1), [Draft(topic=Topic.LEDGER, kind=REBUILT, data={})])
        return differences

    return await writer.change(work)
