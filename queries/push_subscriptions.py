"""Reads of the browsers that get news."""

from collections.abc import Sequence
from dataclasses import dataclass

from models.log import EventRow
from models.notifications import PushSubscription
from models.reading import read, select
from queries import news
from queries.conditions import Conditions
from rules.languages import Locale
from rules.push import PushTarget


@dataclass(frozen=True, slots=True)
class Browser:
    """A browser as it is now. `read_up_to`: the position up to which its person has read their news."""

    target: PushTarget
    locale: Locale
    account_id: int
    read_up_to: int


async def browsers_of(event: EventRow) -> list[int]:
    """Return the subscriptions that get an event: of its audience, from before the event."""
    accounts = await news.audience(event)
    if not accounts:
        return []
    wanted = Conditions()
    wanted.add_listed("account_id", accounts)
    wanted.add("created_at <= {}", event.at)
    rows: Sequence[Sequence[int]] = await select(
        PushSubscription, ("id",), f"WHERE {wanted} ORDER BY id", *wanted.values
    )
    return [row[0] for row in rows]


async def browser(subscription_id: int) -> Browser | None:
    """Read a browser. None if it was taken away."""
    rows = await read(
        "SELECT endpoint, p256dh, auth, push_subscription.locale, account_id, news_read_position "
        "FROM push_subscription JOIN account ON account.id = account_id WHERE push_subscription.id = $1",
        subscription_id,
    )
    if not rows:
        return None
    ((endpoint, p256dh, auth, locale, account_id, read_up_to),) = rows
    target = PushTarget(endpoint=endpoint, p256dh=p256dh, auth=auth)
    return Browser(target, Locale(locale), account_id, read_up_to)
