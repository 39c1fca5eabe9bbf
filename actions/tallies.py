"""Tallies made anew from the ledger, when they no longer are its sums."""

from datetime import date

from actions.change import Change, Writer
from models.ledger import CITIZEN, Tally
from models.reconciliation import as_day, read_tallies
from rules.ranking import Sum
from rules.reconciliation import unlike_sums

Difference = tuple[Sum | None, Sum | None]


async def rebuild(writer: Writer) -> dict[tuple[str, date], Difference]:
    """Make every tally the sum of its entries; return by unit and day what was and what is now.

    Writers wait until it is done, those that have begun to write tallies before it does. It takes the tallies before
    it reads, as every change does before it writes entries: none is made between the reading and the commit.
    """

    async def work(change: Change) -> dict[tuple[str, date], Difference]:
        if change.using.capabilities.dialect != "sqlite":  # there a change is alone from its first statement on
            await change.fetch("LOCK TABLE tally IN SHARE ROW EXCLUSIVE MODE")
        differences = unlike_sums(await read_tallies(), await _sums(change))
        for (unit, day), (_, due) in differences.items():
            tally = Tally.filter(unit=unit, day=day).using_db(change.using)
            if due is None:
                await tally.delete()
            elif not await tally.update(points=due.points, entries=due.entries):
                await Tally.create(unit=unit, day=day, points=due.points, entries=due.entries, using_db=change.using)
        return differences

    return await writer.change(work)


async def _sums(change: Change) -> dict[tuple[str, date], Sum]:
    rows = await change.fetch(
        "SELECT unit, day, SUM(points) AS points, COUNT(*) AS entries FROM point_entry WHERE unit <> $1 "
        "GROUP BY unit, day",
        CITIZEN,
    )
    return {(row["unit"], as_day(row["day"])): Sum(row["points"], row["entries"]) for row in rows}
