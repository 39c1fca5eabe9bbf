"""The rows of support: who supports a report, from which event on and until which."""

from collections.abc import Collection

import orjson
from tortoise.queryset import QuerySet

from actions.log import LogTransaction, position
from models.reports import Support
from models.writing import Statement


async def supporters(tx: LogTransaction, report_id: int) -> set[int]:
    """Return the accounts that support a report now."""
    return {row.account_id for row in await _present(tx, report_id).only("id", "account_id")}


async def supports(tx: LogTransaction, report_id: int, account_id: int) -> bool:
    """Return whether an account supports a report now."""
    return await _present(tx, report_id).filter(account_id=account_id).exists()


def begin(report_id: int, account_ids: Collection[int], number: int) -> Statement:
    """Return the statement that lets support begin with the event of this number."""
    sql = (
        "INSERT INTO support (report_id, account_id, from_position) "
        f"SELECT $1, CAST(value AS BIGINT), {position(number).text} FROM {{each}}($2)"
    )
    return Statement("begun", sql, (report_id, orjson.dumps(list(account_ids)).decode()))


def end(report_id: int, account_ids: Collection[int], number: int) -> Statement:
    """Return the statement that lets support end with the event of this number."""
    sql = (
        f"UPDATE support SET until_position = {position(number).text} WHERE report_id = $1 "
        "AND until_position IS NULL AND account_id IN (SELECT CAST(value AS BIGINT) FROM {each}($2))"
    )
    return Statement("ended", sql, (report_id, orjson.dumps(list(account_ids)).decode()))


def _present(tx: LogTransaction, report_id: int) -> QuerySet[Support]:
    return Support.filter(report_id=report_id, until_position__isnull=True).using_db(tx.connection)
