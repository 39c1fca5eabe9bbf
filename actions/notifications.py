"""The ways in which a person gets their news while the app is closed: browsers that show notifications, and e-mail."""

from actions.log import LogTransaction
from models.accounts import Account
from models.notifications import PushSubscription
from rules.access import Person
from rules.languages import Locale
from rules.messages import Message
from rules.push import PushTarget
from rules.refusals import ErrorCode, Refusal

MOST_SUBSCRIPTIONS = 10
"""Browsers of an account that get notifications. With one more, the one that subscribed first gets none any more."""


async def enable_push(tx: LogTransaction, person: Person, target: PushTarget, locale: Locale) -> None:
    """Send the news of a person to a browser, in this language.

    An endpoint stands for one browser: if another account had it, another person uses the browser now.
    """
    await PushSubscription.filter(endpoint=target.endpoint).using_db(tx.connection).delete()
    await PushSubscription.create(
        account_id=person.account_id,
        endpoint=target.endpoint,
        p256dh=target.p256dh,
        auth=target.auth,
        locale=locale,
        created_at=tx.at,
        using_db=tx.connection,
    )
    own = PushSubscription.filter(account_id=person.account_id).using_db(tx.connection).order_by("-id")
    surplus = await own.offset(MOST_SUBSCRIPTIONS).limit(MOST_SUBSCRIPTIONS).values_list("id", flat=True)
    if surplus:
        await PushSubscription.filter(id__in=list(surplus)).using_db(tx.connection).delete()


async def disable_push(tx: LogTransaction, person: Person, endpoint: str) -> None:
    """Send nothing more to a browser of a person. Without such a one nothing changes."""
    own = PushSubscription.filter(account_id=person.account_id, endpoint=endpoint)
    await own.using_db(tx.connection).delete()


async def set_email_news(tx: LogTransaction, person: Person, *, enabled: bool, locale: Locale) -> None:
    """Send a person their news by e-mail, in this language, or no longer.

    Raises Refusal FORBIDDEN while nobody has confirmed that the address is theirs.
    """
    own = Account.filter(id=person.account_id).using_db(tx.connection)
    if enabled and not await own.filter(email_confirmed=True).exists():
        raise Refusal(ErrorCode.FORBIDDEN, Message.EMAIL_UNCONFIRMED)
    changes = {"email_news": True, "locale": locale} if enabled else {"email_news": False}
    await own.update(**changes)


async def end_email_news(tx: LogTransaction, public_id: str) -> None:
    """Send no more e-mails to an account, named by the id that its owner knows."""
    await Account.filter(public_id=public_id).using_db(tx.connection).update(email_news=False)
