"""The rows of comments: who said what, under the position of an event."""

from dataclasses import dataclass
from datetime import datetime

from actions.log import position
from models.comments import Comment
from models.writing import Statement, insert

COLUMNS = (
    "position",
    "report_id",
    "at",
    "account_id",
    "actor",
    "internal",
    "body",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentText:
    """The words of a comment."""

    body: str
    internal: bool = False


def insertion(number: int, text: CommentText, report_id: int, at: datetime, account_id: int, actor: str) -> Statement:
    """Return the statement that stores a comment under the event of this number."""
    row = (position(number), report_id, at, account_id, actor, text.internal, text.body)
    return insert(f"comment{number}", Comment, COLUMNS, [row])
