"""The outbox at work, in every process: it reads the log for the destinations, sends what is due, and asks for answers.

Any number of processes may do so. What one has taken no other takes, and what one leaves behind another takes up.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

import httpx

from actions.forwarding import AgencyAnswer, take_answer
from actions.outbox import Follow, NewDelivery, Outcome, begin_poll, claim, enqueue, settle
from actions.transaction import Transaction, Transactions
from models.log import EventRow
from models.outbox import DeliveryRow, DeliveryState, DestinationRow, Protocol
from outbox.channels import Channel
from outbox.open311 import Open311
from queries import log, outbox
from rules.refusals import Refusal

logger = logging.getLogger("tanggap.outbox")

TICK: Final = 0.25
"""Seconds between two looks: the longest time from an event to the first try of its delivery."""

POLL_EVERY: Final = timedelta(seconds=30)
"""Time between two questions to an agency for answers."""

POLLED_AT_ONCE: Final = 500
"""Reports of an agency that are asked for together."""

CHECKED_EVERY: Final = 1_000
"""Events after which the cursor of a destination is stored although nothing concerned it."""

Channels = Callable[[DestinationRow], Channel]
"""Returns the way to a destination."""


@dataclass(slots=True)
class Outbox:
    """The outbox of one process. `head` returns the position up to which the log is known to be written."""

    transactions: Transactions
    channels: Channels
    head: Callable[[], int]
    _read: dict[str, tuple[int, int]] = field(default_factory=dict, init=False)
    _busy: dict[str, asyncio.Task[None]] = field(default_factory=dict, init=False)
    _asked: dict[str, int] = field(default_factory=dict, init=False)
    _heard: dict[int, AgencyAnswer] = field(default_factory=dict, init=False)

    async def run(self) -> None:
        """Work until cancelled. A failure of the database is retried at the next tick."""
        failed = False
        try:
            while True:
                try:
                    await self.work()
                    failed = False
                except Exception as error:  # noqa: BLE001 # whatever the database raises, the next tick retries
                    if not failed:
                        logger.warning("the outbox stands still error=%r", error)
                    failed = True
                await asyncio.sleep(TICK)
        finally:
            for task in self._busy.values():
                task.cancel()

    async def work(self) -> None:
        """Read the log for all destinations once, and begin to send to those that are due and free."""
        known = await outbox.destinations()
        if not known:
            return
        await self._read_log(known)
        now = self.transactions.now()
        for destination in await outbox.with_work(now):
            self._begin(destination.name, self._send(destination))
        for destination in known:
            asked = destination.polled_at
            if destination.protocol is Protocol.OPEN311 and (asked is None or asked <= now - POLL_EVERY):
                self._begin(f"answers {destination.name}", self._ask(destination))

    def _begin(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        """Begin something for a destination, unless this process is at it already. No destination waits for another."""
        if name in self._busy and not self._busy[name].done():
            work.close()
        else:
            self._busy[name] = asyncio.create_task(_logged(name, work), name=f"outbox {name}")

    async def _read_log(self, known: list[DestinationRow]) -> None:
        """Store the deliveries of all events up to the head of the log."""
        head = self.head()
        read = {each.name: self._position_of(each, head) for each in known}
        stored = {each.name: each.position for each in known}
        while (lowest := min(read.values())) < head:
            events = await log.read(lowest)
            if not events:
                return
            through = events[-1].position
            for each in known:
                concerns = self.channels(each).concerns
                new = any(event.position > read[each.name] and concerns(each, event) for event in events)
                if new or through - stored[each.name] >= CHECKED_EVERY:
                    await self.transactions.run(enqueue, each.name, through, self._follow(through))
                    stored[each.name] = through
                read[each.name] = max(read[each.name], through)
        self._read = {each.name: (stored[each.name], read[each.name]) for each in known}

    def _position_of(self, destination: DestinationRow, head: int) -> int:
        """Return the last position that this process has read for a destination.

        It begins with the stored cursor again when that was put back, by an operator or with a restored database.
        """
        stored, read = self._read.get(destination.name, (0, 0))
        if destination.position < stored or read > head:
            return destination.position
        return max(destination.position, read)

    def _follow(self, through: int) -> Follow:
        """Return what makes the deliveries of the events after the stored cursor of a destination."""

        async def follow(tx: Transaction, destination: DestinationRow) -> list[NewDelivery]:
            channel, after, found = self.channels(destination), destination.position, list[EventRow]()
            while after < through and (events := await log.read(after)):
                after = events[-1].position
                found += [each for each in events if each.position <= through and channel.concerns(destination, each)]
            return await channel.follow(tx, destination, found)

        return follow

    async def _send(self, destination: DestinationRow) -> None:
        """Send what is due to a destination, until nothing is or it fails."""
        channel = self.channels(destination)
        while claimed := await self.transactions.run(claim, destination):
            outcomes = await asyncio.gather(*(self._try(channel, destination, each) for each in claimed))
            if any(outcome.blames_destination for outcome in outcomes):
                return

    async def _try(self, channel: Channel, destination: DestinationRow, delivery: DeliveryRow) -> Outcome:
        try:
            outcome = await channel.send(destination, delivery)
        except Exception as error:
            logger.exception("delivery failed destination=%s delivery=%d", destination.name, delivery.id)
            outcome = Outcome(state=DeliveryState.WAITING, error=type(error).__name__, in_doubt=True)
        await self.transactions.run(settle, delivery, outcome)
        if outcome.error is not None:
            logger.info("not delivered destination=%s key=%s error=%s", destination.name, delivery.key, outcome.error)
        return outcome

    async def _ask(self, destination: DestinationRow) -> None:
        """Ask an agency for answers, if it is time to, and take those that are new."""
        channel = self.channels(destination)
        is_due = await self.transactions.run(begin_poll, destination.name, POLL_EVERY)
        if not is_due or not isinstance(channel, Open311):
            return
        asked = await outbox.unanswered(destination.name, self._asked.get(destination.name, 0), POLLED_AT_ONCE)
        self._asked[destination.name] = asked[-1].id if len(asked) == POLLED_AT_ONCE else 0
        try:
            answers = await channel.answers(destination, asked)
        except httpx.HTTPError as error:
            logger.info("no answers destination=%s error=%r", destination.name, error)
            return
        for delivery, answer in answers:
            await self._take(destination, delivery, answer)

    async def _take(self, destination: DestinationRow, delivery: DeliveryRow, answer: AgencyAnswer) -> None:
        if self._heard.get(delivery.id) == answer or destination.agency is None or delivery.report_id is None:
            return
        with suppress(Refusal):  # the report was given to it again meanwhile
            await self.transactions.run(take_answer, destination.agency, delivery.report_id, answer)
        self._heard[delivery.id] = answer


async def _logged(name: str, work: Coroutine[Any, Any, None]) -> None:
    try:
        await work
    except Exception as error:  # noqa: BLE001 # whatever the database raises, the next tick begins it again
        logger.warning("outbox task failed task=%s error=%r", name, error)
