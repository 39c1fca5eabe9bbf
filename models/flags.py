"""Flags: what citizens say is wrong with a report. Only the control room reads them."""

from tortoise import fields
from tortoise.models import Model

from models.accounts import Account
from models.reports import Report


class Flag(Model):
    """The flag of a person on a report, at most one. A later one replaces it, under a new id."""

    id = fields.BigIntField(primary_key=True)
    report: fields.ForeignKeyRelation[Report] = fields.ForeignKeyField(
        "models.Report", related_name="flags", on_delete=fields.CASCADE
    )
    report_id: int
    account: fields.ForeignKeyRelation[Account] = fields.ForeignKeyField(
        "models.Account", related_name="flags", on_delete=fields.CASCADE
    )
    account_id: int
    reason = fields.TextField()
    at = fields.DatetimeField()

    class Meta:
        table = "flag"
        unique_together = (("report", "account"),)
