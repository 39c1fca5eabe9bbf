"""The rows of support: who supports a report, from which event on and until which."""

from collections.abc import Collection

from tortoise.queryset import QuerySet

from actions.log import LogTransaction
from models.reports import Support


async def supporters(tx: LogTransaction, report_id: int) -> set[int]:
    """Return the accounts that support a report now."""
    return {row.account_id for row in await _present(tx, report_id).only("id", "account_id")}


async def begin(tx: LogTransaction, report_id: int, account_ids: Collection[int], position: int) -> None:
    """Let support begin with the event at `position`."""
    await Support.bulk_create(
        [Support(report_id=report_id, account_id=account_id, from_position=position) for account_id in account_ids],
        using_db=tx.connection,
    )


async def end(tx: LogTransaction, report_id: int, account_ids: Collection[int], position: int) -> None:
    """Let support end with the event at `position`."""
    await _present(tx, report_id).filter(account_id__in=list(account_ids)).update(until_position=position)


def _present(tx: LogTransaction, report_id: int) -> QuerySet[Support]:
    return Support.filter(report_id=report_id, until_position__isnull=True).using_db(tx.connection)
