"""Reading news: a person has read theirs up to an event, on whatever device."""

from actions.log import LogTransaction, NewEvent
from models.accounts import Account
from models.log import NEWS_READ, Topic
from rules.access import Person
from rules.cursors import CursorError, decode
from rules.messages import Message
from rules.refusals import ErrorCode, Refusal


async def mark_news_read(tx: LogTransaction, person: Person, up_to: str) -> None:
    """Mark the news up to a log cursor as read. Nothing that was read becomes unread.

    Raises Refusal INVALID for a text that is not a cursor of this log.
    """
    position = await _position(tx, up_to)
    unread = Account.filter(id=person.account_id, news_read_position__lt=position).using_db(tx.connection)
    if await unread.update(news_read_position=position):
        await tx.append(NewEvent(topic=Topic.NEWS, kind=NEWS_READ, data={}, account_id=person.account_id))


async def _position(tx: LogTransaction, cursor: str) -> int:
    """Return the position of a log cursor. Raises Refusal INVALID."""
    invalid = Refusal(ErrorCode.INVALID, Message.NEWS_CURSOR, "upTo")
    try:
        epoch, position = decode(cursor)
    except CursorError:
        raise invalid from None
    (head,) = await tx.fetch("SELECT epoch, position FROM log_head WHERE id = 1")
    if epoch != head["epoch"] or position > head["position"]:
        raise invalid
    return position
