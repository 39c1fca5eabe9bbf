"""The channels to people whose app is closed, as far as the operator has set them up (docs/notifications.md)."""

from collections.abc import Callable, Mapping

import httpx

from actions.news_channels import MAIL, PUSH, set_channel
from actions.transaction import Transactions
from app.settings import Settings
from models.outbox import Protocol
from models.reference.gazetteer import Gazetteer
from outbox.channels import Channel
from outbox.mail import Mail
from outbox.push import Push
from queries.digests import Letterhead
from queries.letters import Stationery
from rules.push_messages import PushSender
from rules.smtp import SmtpServer
from rules.unsubscribing import UnsubscribeTokens


async def people_channels(
    settings: Settings,
    client: httpx.AsyncClient,
    transactions: Transactions,
    gazetteer: Callable[[], Gazetteer],
    tokens: UnsubscribeTokens,
) -> Mapping[Protocol, Channel]:
    """Return the ways to people. One that is not set up any more forgets what was not sent."""
    ways: dict[Protocol, Channel] = {}
    if settings.vapid_subject:
        sender = PushSender(settings.vapid_key_pair(), settings.vapid_subject)
        ways[Protocol.PUSH] = Push(client, sender, transactions, gazetteer, settings.report_url)
    if settings.smtp_url:
        letterhead = Letterhead(sender=settings.mail_from, public_url=settings.public_url, tokens=tokens)
        stationery = Stationery(sender=settings.mail_from, links=settings.link_writer())
        server = SmtpServer.read(settings.smtp_url)
        ways[Protocol.MAIL] = Mail(server, letterhead, stationery, transactions, gazetteer)
    for name, protocol in ((PUSH, Protocol.PUSH), (MAIL, Protocol.MAIL)):
        await transactions.run(set_channel, name, protocol, is_on=protocol in ways)
    return ways
