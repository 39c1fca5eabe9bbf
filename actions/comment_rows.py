"""The rows of comments: who said what, under the position of an event."""

from dataclasses import dataclass
from datetime import datetime

from actions.log import position
from models.comments import Comment
from models.originals import CommentOriginal
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
    """The words of a comment. `original`: those from before they were masked; None if nothing is."""

    body: str
    internal: bool = False
    original: str | None = None


def insertions(
    number: int, text: CommentText, report_id: int, at: datetime, account_id: int, actor: str
) -> list[Statement]:
    """Return the statements that store a comment under the event of this number."""
    row = (position(number), report_id, at, account_id, actor, text.internal, text.body)
    statements = [insert(f"comment{number}", Comment, COLUMNS, [row])]
    if text.original is not None:
        original = (position(number), text.original)
        statements.append(insert(f"original{number}", CommentOriginal, ("comment_id", "body"), [original]))
    return statements
