"""Rebuilding the tallies from the log, and cells of the map and counts of reports from these, when they differ."""

import orjson

from actions.log import NewEvent
from actions.transaction import Transaction, Transactions
from models.database import allow_computing, fetch, log_head
from models.log import REBUILT, Topic
from models.tallies import TALLY_COLUMNS, key_values, tally_values, write_minutes
from queries.clusters import wrong_cells
from queries.score_histories import counted_events, read_tallies
from queries.statistics import COUNTED, wrong_counts
from rules.scoring.counters import CounterDelta, TallyKey, TallyTotals, add_deltas
from rules.scoring.reconciliation import Difference, diff_tallies

SINCE = "SELECT data FROM log_event WHERE position > $1 ORDER BY position"
PLACEHOLDERS = ", ".join(f"${number}" for number in range(1, len(TALLY_COLUMNS) + 1))
INSERT = f"INSERT INTO tally ({', '.join(TALLY_COLUMNS)}) VALUES ({PLACEHOLDERS})"
DELETE = "DELETE FROM tally WHERE period = $1 AND first_day = $2 AND officer = $3 AND unit = $4"


CELL_KEY = ("level", "category", "y", "x", "status")
CELL_COUNTS = ("reports", "ids", "latitudes", "longitudes")
CORRECT = """
    INSERT INTO map_cell (level, category, y, x, status, reports, ids, latitudes, longitudes)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
    ON CONFLICT (level, category, y, x, status) DO UPDATE SET reports = map_cell.reports + excluded.reports,
        ids = map_cell.ids + excluded.ids, latitudes = map_cell.latitudes + excluded.latitudes,
        longitudes = map_cell.longitudes + excluded.longitudes
"""

CORRECT_COUNT = f"""
    INSERT INTO report_count (kind, status, day, code, resolution, {", ".join(COUNTED)})
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
    ON CONFLICT (kind, status, day, code, resolution) DO UPDATE
    SET {", ".join(f"{name} = report_count.{name} + excluded.{name}" for name in COUNTED)}
"""


async def is_needed() -> bool:
    """Return whether there are reports and no tallies at all, as after a migration that created their table."""
    rows = await fetch("SELECT EXISTS (SELECT 1 FROM report) AND NOT EXISTS (SELECT 1 FROM tally) AS needed")
    return bool(rows[0]["needed"])


async def rebuild(transactions: Transactions) -> dict[TallyKey, Difference]:
    """Bring every tally to what the log counts; return, by tally, what was stored and what is stored now.

    The histories are read while others write. Writers wait only while what has come since is added and the differences
    are written. Boards that are being watched are read again.
    """
    head = (await log_head()).position
    due: dict[TallyKey, TallyTotals] = {}
    async for one in counted_events(head):
        add_deltas(due, one.deltas)
    return await transactions.run(_write_differences, due, head)


async def rebuild_cells(transactions: Transactions) -> int:
    """Bring the counts of every cell of the map to what is in it; return how many cells differed."""
    return await transactions.run(_write_cells)


async def _write_cells(tx: Transaction) -> int:
    if tx.connection.capabilities.dialect != "sqlite":  # as below
        await tx.fetch("LOCK TABLE map_cell IN SHARE ROW EXCLUSIVE MODE")
    await allow_computing(tx.connection)
    differing = await tx.fetch(wrong_cells())
    for row in differing:
        key = (row[name] for name in CELL_KEY)
        await tx.fetch(CORRECT, *key, *(-row[name] for name in CELL_COUNTS))
    if differing:
        await tx.append(NewEvent(topic=Topic.LEDGER, kind=REBUILT, data={}))
    return len(differing)


async def rebuild_counts(transactions: Transactions) -> int:
    """Bring the counts of reports by day to what they count; return how many differed."""
    return await transactions.run(_write_counts)


async def _write_counts(tx: Transaction) -> int:
    if tx.connection.capabilities.dialect != "sqlite":  # as below
        await tx.fetch("LOCK TABLE report_count IN SHARE ROW EXCLUSIVE MODE")
    await allow_computing(tx.connection)
    differing = await tx.fetch(wrong_counts())
    for row in differing:
        key = (row["kind"], row["status"], row["day"], row["code"], row["resolution"])
        await tx.fetch(CORRECT_COUNT, *key, *(-row[name] for name in COUNTED))
    if differing:
        await tx.fetch(f"DELETE FROM report_count WHERE {' AND '.join(f'{name} = 0' for name in COUNTED)}")
        await tx.append(NewEvent(topic=Topic.LEDGER, kind=REBUILT, data={}))
    return len(differing)


async def _write_differences(
    tx: Transaction, due: dict[TallyKey, TallyTotals], head: int
) -> dict[TallyKey, Difference]:
    """Add what was logged after `head` to `due`, and store `due` where the tallies differ from it."""
    if tx.connection.capabilities.dialect != "sqlite":  # on SQLite a transaction is alone from its first statement on
        await tx.fetch("LOCK TABLE tally IN SHARE ROW EXCLUSIVE MODE")
    await allow_computing(tx.connection)  # half a million tallies, a year of the city, take more than five seconds
    now = {key: totals.copy() for key, totals in due.items()}
    for row in await tx.fetch(SINCE, head):
        data = row["data"] if isinstance(row["data"], dict) else orjson.loads(row["data"])
        add_deltas(now, map(CounterDelta.from_data, data.get("counts", ())))
    differences = diff_tallies(await read_tallies(), now)
    for key, (_, wanted) in differences.items():
        await tx.fetch(DELETE, *key_values(key))
        if wanted is not None:
            minutes = (write_minutes(wanted.response_minutes), write_minutes(wanted.processing_minutes))
            await tx.fetch(INSERT, *tally_values(key, wanted.counters, *minutes))
    if differences:
        await tx.append(NewEvent(topic=Topic.LEDGER, kind=REBUILT, data={}))
    return differences
