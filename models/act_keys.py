"""The idempotency keys of acts, so that an act that is sent again is not done again."""

from tortoise import fields
from tortoise.models import Model


class ActKey(Model):
    """An act that a person did under an idempotency key. It is deleted after some days."""

    id = fields.BigIntField(primary_key=True)
    account_id = fields.BigIntField()
    key = fields.CharField(120, description="the key of the client, in a bulk with the id of the report")
    digest = fields.CharField(64, description="SHA-256 of the request without its photos")
    photo_ids = fields.TextField(description="the photos of the request, by comma")
    report_id = fields.BigIntField(null=True, description="the report of the act, null for an act on many")
    result = fields.BigIntField(null=True, description="the number that the act returned, null without any")
    at = fields.DatetimeField(db_index=True)
    repeats = fields.IntField(description="the number of times that the act was sent again")

    class Meta:
        table = "act_key"
        unique_together = (("account_id", "key"),)
