"""E-mails: letters about accounts, and news, at most once an hour and not if all was read in the app meanwhile."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from email.message import EmailMessage
from typing import Final

import aiosmtplib

from actions.news_channels import begin_digest, end_digest, store_digest
from actions.outbox import NewDelivery, Outcome
from actions.transaction import Transaction, Transactions
from models.log import EventRow, Topic
from models.outbox import DeliveryRow, DeliveryState, DestinationRow, letter_of
from models.reference.gazetteer import Gazetteer
from outbox.channels import CANCELLED, SENT
from queries import news
from queries.digests import Letterhead, digest
from queries.letters import Stationery, letter_to_send
from rules.backoff import ATTEMPTS
from rules.smtp import SmtpServer

PATIENCE = 30.0
"""Seconds for a whole e-mail, whatever the server does: well below the lease of a delivery."""

FINAL: Final = 500
"""The first reply of SMTP that is not for now only (RFC 5321, 4.2.1)."""


@dataclass(frozen=True, slots=True)
class Mail:
    """Sends news and letters by e-mail."""

    server: SmtpServer
    letterhead: Letterhead
    stationery: Stationery
    transactions: Transactions
    gazetteer: Callable[[], Gazetteer]

    def concerns(self, _: DestinationRow, event: EventRow) -> bool:
        """Return whether an event is of a kind that is news."""
        return event.topic is Topic.REPORT and event.kind in news.NEWS_KINDS

    async def follow(
        self, tx: Transaction, destination: DestinationRow, events: Sequence[EventRow]
    ) -> list[NewDelivery]:
        """Store an e-mail for each account that gets one, unless one is stored."""
        for event in events:
            for account_id in await news.mailed_audience(event):
                await store_digest(tx, destination, account_id, event.position)
        return []

    async def send(self, destination: DestinationRow, delivery: DeliveryRow) -> Outcome:
        """Send a letter, or what an account has neither read nor got."""
        letter_id = letter_of(delivery)
        if letter_id is not None:
            return await self._send_letter(letter_id)
        account_id = delivery.account_id or 0
        through = await self.transactions.run(begin_digest, delivery.id)
        mail = await digest(self.gazetteer(), self.letterhead, account_id, through, self.transactions.now())
        outcome = CANCELLED if mail is None else await send_mail(self.server, mail.message())
        is_last = not outcome.blames_destination and delivery.attempts + 1 >= ATTEMPTS
        if outcome.state is not DeliveryState.WAITING or is_last:
            is_sent = outcome.state is DeliveryState.SENT
            await self.transactions.run(end_digest, destination, account_id, through, is_sent=is_sent)
        return outcome

    async def _send_letter(self, letter_id: int) -> Outcome:
        """Send a letter. One that the server refuses for good is forgotten: somebody mistyped an address."""
        letter = await letter_to_send(self.stationery, letter_id, self.transactions.now())
        outcome = CANCELLED if letter is None else await send_mail(self.server, letter.message())
        return replace(outcome, state=DeliveryState.CANCELLED) if outcome.state is DeliveryState.FAILED else outcome


async def send_mail(server: SmtpServer, message: EmailMessage) -> Outcome:
    """Send an e-mail. A password and what follows it are never sent without TLS.

    A connection that is lost after the last byte leaves open whether the server has the e-mail. A second copy has the
    same Message-ID.
    """
    try:
        async with asyncio.timeout(PATIENCE):
            await aiosmtplib.send(
                message,
                hostname=server.host,
                port=server.port,
                username=server.user,
                password=server.password,
                use_tls=server.uses_tls,
                start_tls=False if server.uses_tls else True if server.needs_starttls else None,
                timeout=PATIENCE,
            )
    except (aiosmtplib.SMTPException, OSError) as error:  # TimeoutError is one
        return _outcome(error)
    return SENT


def _outcome(error: Exception) -> Outcome:
    """Return what a failure means. A refusal of this e-mail or its recipient says nothing of others."""
    reply = error.recipients[0] if isinstance(error, aiosmtplib.SMTPRecipientsRefused) else error
    code = getattr(reply, "code", None)
    said = type(error).__name__ if code is None else f"{type(error).__name__} {code}"
    is_of_one = isinstance(reply, aiosmtplib.SMTPDataError | aiosmtplib.SMTPRecipientRefused)
    if is_of_one and code is not None and code >= FINAL:
        return Outcome(state=DeliveryState.FAILED, error=said)
    has_begun = not isinstance(error, aiosmtplib.SMTPConnectError | aiosmtplib.SMTPAuthenticationError)
    return Outcome(
        state=DeliveryState.WAITING, error=said, in_doubt=has_begun and not is_of_one, blames_destination=not is_of_one
    )
