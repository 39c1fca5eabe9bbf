"""News: what others did to a person's own reports, and to those that the person supported at that moment.

The reach is that of `queries.log.citizen_history`, without internal notes and without the person's own acts.
"""

from operator import attrgetter
from typing import Any, Final

from models.accounts import Account
from models.log import EVENT_COLUMNS, EventRow, LogEvent, ReportEventKind, Topic, event_row
from models.reading import Selected, is_sqlite, read, select
from queries.conditions import Conditions
from queries.events import by_position
from queries.paging import Keyset, Page, page_of, with_key
from queries.visibility import CONTROL_ROOM

ABOUT_THE_WORDS: Final = (ReportEventKind.HIDDEN, ReportEventKind.UNHIDDEN)
"""The kinds of events that are news to the reporter only."""

NEWS_KINDS: Final = (
    ReportEventKind.STATUS_CHANGED,
    ReportEventKind.REOPENED,
    ReportEventKind.ASSIGNED,
    ReportEventKind.TRANSFERRED,
    ReportEventKind.RECATEGORISED,
    ReportEventKind.MOVED,
    ReportEventKind.COMMENTED,
    *ABOUT_THE_WORDS,
)
"""The kinds of events that are news. The support of others is none: a report of many would call its reporter for each,
and says their number anyway. Neither is a missed deadline, because nothing was done."""

_KINDS = ", ".join(f"'{kind}'" for kind in NEWS_KINDS)
_FOR_REPORTERS = ", ".join(f"'{kind}'" for kind in ABOUT_THE_WORDS)
_ENDLESS = 2**63 - 1
"""The end of a reach that lasts, as a position."""

_READ_UP_TO = "(SELECT news_read_position FROM account WHERE id = $1)"


def _reach(changed: str) -> str:
    """Return the statement for the reports of a person, each with the positions from which and up to which it is news.

    `changed`: a condition for the reports. A person cannot support their own report, so no event is in two reaches. A
    hidden report is in the reach of its reporter only.
    """
    return (
        f"SELECT id AS report_id, 0 AS since, {_ENDLESS} AS until, 1 AS own FROM report WHERE reporter_id = $1 "
        f"AND {changed} UNION ALL "
        f"SELECT report_id, from_position, COALESCE(until_position, {_ENDLESS}), 0 FROM support "
        f"JOIN report ON report.id = report_id WHERE account_id = $1 AND reporter_id <> $1 AND NOT hidden AND {changed}"
    )


_IN_REACH = (
    f"event.report_id = reach.report_id AND event.position BETWEEN since AND until AND topic = '{Topic.REPORT}' "
    f"AND kind IN ({_KINDS}) AND (account_id IS NULL OR account_id <> $1) "
    f"AND (own = 1 OR kind NOT IN ({_FOR_REPORTERS}))"
)


def is_news(event: EventRow, account_id: int) -> bool:
    """Return whether an event of a report that concerns a person is news to them."""
    return (
        event.topic is Topic.REPORT
        and event.kind in NEWS_KINDS
        and event.account_id != account_id
        and (event.kind not in ABOUT_THE_WORDS or event.after.reporter_id == account_id)
    )


async def audience(event: EventRow) -> list[int]:
    """Return the accounts to which an event is news: of the reporter and of those who support the report then."""
    is_shown = "NOT (SELECT hidden FROM report WHERE id = $1)"
    supporting = f"SELECT account_id FROM support WHERE report_id = $1 AND from_position <= $2 AND {is_shown}"
    rows = await read(
        f"SELECT reporter_id FROM report WHERE id = $1 UNION {supporting} AND until_position IS NULL "
        f"UNION {supporting} AND until_position >= $2",
        event.report_id,
        event.position,
    )
    return sorted(account_id for (account_id,) in rows if is_news(event, account_id))


async def mailed_audience(event: EventRow) -> list[int]:
    """Return the accounts to which an event is news and that get their news by e-mail, at a confirmed address."""
    accounts = await audience(event)
    if not accounts:
        return []
    wanted = Conditions("email_news", "email_confirmed")
    wanted.add_listed("id", accounts)
    return [row[0] for row in await select(Account, ("id",), f"WHERE {wanted} ORDER BY id", *wanted.values)]


async def is_replaced(event: EventRow, account_id: int) -> bool:
    """Return whether a later event of the same report is news to an account."""
    own = int(event.after.reporter_id == account_id)
    reach = f"SELECT {event.report_id} AS report_id, {event.position + 1} AS since, {_ENDLESS} AS until, {own} AS own"
    rows = await read(f"SELECT 1 FROM ({reach}) reach JOIN log_event event ON {_IN_REACH} LIMIT 1", account_id)
    return bool(rows)


async def unread(account_id: int) -> int:
    """Count the news that a person has not read.

    It costs one search of an index for each report that has changed since, and looks at the events since then.
    """
    counted = f"SELECT COUNT(*) FROM log_event event WHERE {_IN_REACH} AND event.position > {_READ_UP_TO}"
    reach = _reach(f"report.position > {_READ_UP_TO}")
    ((number,),) = await read(f"SELECT CAST(COALESCE(SUM(({counted})), 0) AS BIGINT) FROM ({reach}) reach", account_id)
    return int(number)


async def between(account_id: int, after: int, through: int, most: int) -> tuple[list[EventRow], int]:
    """Read the newest `most` news of a person with after < position <= through, oldest first, and count all of them."""
    rows = await read(
        f"SELECT event.position FROM ({_reach('report.position > $2')}) reach JOIN log_event event ON {_IN_REACH} "
        "AND event.position > $2 AND event.position <= $3",
        account_id,
        after,
        through,
    )
    newest = sorted(position for (position,) in rows)[-most:]
    events = await by_position(newest, CONTROL_ROOM) if newest else []
    return [event for event in events if event is not None], len(rows)


async def page(account_id: int, keyset: Keyset[int], columns: Selected = None) -> Page[Any]:
    """Read a page of a person's news, newest first. Its keys are positions.

    It costs one search of an index for each report that the person submitted or supported.
    """
    order = f"ORDER BY position DESC LIMIT {keyset.limit}"
    ordered = f"event.position < $2 {order}"
    found = (
        f"CROSS JOIN log_event event ON {_IN_REACH} AND {ordered}"
        if is_sqlite()
        else f"CROSS JOIN LATERAL (SELECT position FROM log_event event WHERE {_IN_REACH} AND {ordered}) event {order}"
    )
    positions = f"SELECT event.position FROM ({_reach('1 = 1')}) reach {found}"
    wanted, position = with_key(EVENT_COLUMNS if columns is None else columns, "position")
    before = _ENDLESS if keyset.after is None else keyset.after
    rows = await select(LogEvent, wanted, f"WHERE position IN ({positions}) ORDER BY position DESC", account_id, before)
    if columns is None:
        return page_of(list(map(event_row, rows)), keyset, attrgetter("position"))
    return page_of(rows, keyset, position)


async def latest(account_id: int) -> EventRow | None:
    """Read the newest of a person's news, whether it was read or not."""
    newest = await page(account_id, Keyset(1))
    return newest.rows[0] if newest.rows else None
