"""The words of people from before personal details in them were masked, apart from what everybody sees."""

from tortoise import fields
from tortoise.models import Model

from models.comments import Comment
from models.reports import Report


class ReportOriginal(Model):
    """The words of a report in which something is masked, as its reporter wrote them: all of them."""

    id = fields.BigIntField(primary_key=True)
    report: fields.OneToOneRelation[Report] = fields.OneToOneField(
        "models.Report", related_name="original", on_delete=fields.CASCADE
    )
    report_id: int
    title = fields.CharField(150)
    description = fields.TextField()
    address = fields.CharField(300, null=True)

    class Meta:
        table = "report_original"


class CommentOriginal(Model):
    """The words of a comment in which something is masked. It goes with the comment."""

    id = fields.BigIntField(primary_key=True)
    comment: fields.OneToOneRelation[Comment] = fields.OneToOneField(
        "models.Comment", related_name="original", on_delete=fields.CASCADE
    )
    body = fields.TextField()

    class Meta:
        table = "comment_original"
