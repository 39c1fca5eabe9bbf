"""The e-mail with a person's news, as far as they have neither read nor got them."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from urllib.parse import urlsplit

from models.accounts import Account
from models.reference.gazetteer import Gazetteer
from queries import news
from queries.news_items import items_of
from rules.digests import ITEMS_AT_MOST, Digest
from rules.unsubscribing import UnsubscribeTokens


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    """Everything of an e-mail that is the same for all: the sender, and the address and tokens of its last link."""

    sender: str
    public_url: str
    tokens: UnsubscribeTokens

    def message_id(self, public_id: str, through: int) -> str:
        """Return the id of an e-mail: that of a second copy is the same."""
        named = sha256(f"{public_id} {through}".encode()).hexdigest()[:32]
        return f"<{named}@{urlsplit(self.public_url).hostname}>"


async def digest(
    gazetteer: Gazetteer, letterhead: Letterhead, account_id: int, through: int, at: datetime
) -> Digest | None:
    """Return the e-mail with the news of an account up to a position.

    None if all was read or sent meanwhile, and if the person no longer wants e-mails, or has another address that is
    not confirmed.
    """
    account = await Account.get_or_none(id=account_id)
    if account is None or not (account.email_news and account.email_confirmed):
        return None
    after = max(account.news_read_position, account.mailed_position)
    events, count = await news.between(account_id, after, through, ITEMS_AT_MOST)
    if not events:
        return None
    return Digest(
        sender=letterhead.sender,
        recipient=account.email,
        locale=account.locale,
        items=await items_of(gazetteer, events),
        count=count,
        unsubscribe=f"{letterhead.public_url}/unsubscribe/{letterhead.tokens.write(account.public_id)}",
        message_id=letterhead.message_id(account.public_id, through),
        at=at,
    )
