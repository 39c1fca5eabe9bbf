"""Comments: the words of people about a report, apart from the log so that they can be erased."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from tortoise import fields
from tortoise.models import Model

from models.reading import Derived
from models.reports import veil_of

_NAME = (
    "CASE WHEN actor = 'CITIZEN' AND NOT EXISTS (SELECT 1 FROM report WHERE report.id = comment.report_id "
    "AND report.reporter_id = comment.account_id AND report.anonymous) "
    "THEN (SELECT pseudonym FROM account WHERE account.id = comment.account_id) END"
)


class Comment(Model):
    """A comment or an internal note, under the position of its event. Deleting the row erases it."""

    position = fields.BigIntField(primary_key=True, generated=False)
    report_id = fields.BigIntField()
    at = fields.DatetimeField()
    account_id = fields.BigIntField(description="the account that wrote it")
    actor = fields.CharField(32, description="the acting role or unit code, as in the event")
    internal = fields.BooleanField(description="whether only staff see it")
    body = fields.TextField()

    derived: ClassVar = {"pseudonym": Derived(_NAME, _NAME), "veil": veil_of("comment")}
    """Columns that are read from elsewhere in the same statement. `CommentRow` has them too, but the veil."""

    class Meta:
        table = "comment"


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentRow:
    """A comment as it is shown.

    `pseudonym`: of a citizen who wrote it. None for staff, and for the reporter of an anonymous report.
    """

    position: int
    report_id: int
    at: datetime
    actor: str
    internal: bool
    body: str
    pseudonym: str | None


COMMENT_COLUMNS: tuple[str, ...] = tuple(CommentRow.__dataclass_fields__)


def comment_row(values: Sequence[Any]) -> CommentRow:
    """Return the comment with these values of COMMENT_COLUMNS, as the driver gives them."""
    return CommentRow(**dict(zip(COMMENT_COLUMNS, values, strict=False)))
