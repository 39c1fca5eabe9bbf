"""Web Push: each news to each browser of those whom it concerns."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Final

import httpx

from actions.news_channels import forget_browser
from actions.outbox import NewDelivery, Outcome, delivery_key, log_epoch
from actions.transaction import Transaction, Transactions
from models.log import EventRow, Topic
from models.outbox import DeliveryRow, DeliveryState, DestinationRow
from models.reference.gazetteer import Gazetteer
from outbox.channels import BUSY, CANCELLED, SENT, outcome_of, outcome_of_error
from outbox.client import call
from queries import log, news, push_subscriptions
from queries.news_items import items_of
from queries.push_subscriptions import Browser
from rules.push_messages import TTL, PushSender, encrypted, payload

GONE: Final = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
"""Statuses by which a push service says that a browser has no such subscription any more."""


@dataclass(frozen=True, slots=True)
class Push:
    """Sends news to browsers. `report_url`: the address of a report in the app, with its number as `{number}`."""

    client: httpx.AsyncClient
    sender: PushSender
    transactions: Transactions
    gazetteer: Callable[[], Gazetteer]
    report_url: str

    def concerns(self, _: DestinationRow, event: EventRow) -> bool:
        """Return whether an event is of a kind that is news."""
        return event.topic is Topic.REPORT and event.kind in news.NEWS_KINDS

    async def follow(self, tx: Transaction, _: DestinationRow, events: Sequence[EventRow]) -> list[NewDelivery]:
        """Return a delivery for each event and each browser that gets it.

        They have no report, or only one browser at a time would get the news of a report.
        """
        epoch = await log_epoch(tx)
        return [
            NewDelivery(key=f"{delivery_key(epoch, event.position)}-{subscription}", position=event.position)
            for event in events
            for subscription in await push_subscriptions.browsers_of(event)
        ]

    async def send(self, _: DestinationRow, delivery: DeliveryRow) -> Outcome:
        """Send a news, unless it was read, replaced by a later one before it arrived, or is too old."""
        subscription = int(delivery.key.rpartition("-")[2])
        browser = await push_subscriptions.browser(subscription)
        found = await log.at(delivery.position)
        if browser is None or found is None or browser.read_up_to >= delivery.position:
            return CANCELLED
        event, now = found[1], self.transactions.now()
        is_repeated = delivery.in_doubt or delivery.attempts > 0
        if now - event.at > TTL or (is_repeated and await news.is_replaced(event, browser.account_id)):
            return CANCELLED
        if browser.account_id not in await news.audience(event):  # the report was hidden meanwhile
            return CANCELLED
        return await self._post(browser, event, subscription, now)

    async def _post(self, browser: Browser, event: EventRow, subscription: int, now: datetime) -> Outcome:
        (item,) = await items_of(self.gazetteer(), [event])
        url = self.report_url.replace("{number}", item.number) or None
        content = encrypted(payload(item, browser.locale, url), browser.target)
        headers = self.sender.headers(browser.target, item.number, now)
        request = self.client.build_request("POST", browser.target.endpoint, content=content, headers=headers)
        try:
            response = await call(self.client, request)
        except httpx.HTTPError as error:
            return _of_one(outcome_of_error(error))
        if response.status_code in GONE:
            await self.transactions.run(forget_browser, subscription)
            return CANCELLED
        outcome = outcome_of(response)
        if outcome is None:
            return SENT
        is_for_now = response.is_server_error or response.status_code in BUSY
        return _of_one(outcome) if is_for_now else Outcome(state=DeliveryState.FAILED, error=outcome.error)


def _of_one(outcome: Outcome) -> Outcome:
    """Blame the delivery alone: browsers have different push services, and one that fails says nothing of another."""
    return Outcome(state=outcome.state, error=outcome.error, in_doubt=outcome.in_doubt, asked_pause=outcome.asked_pause)
