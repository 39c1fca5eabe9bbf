"""The keys of applications that file reports over Open311 (GeoReport v2)."""

from tortoise import fields
from tortoise.models import Model

from models.accounts import Account


class ApiKey(Model):
    """A key of an application, and the account in whose name it files reports. The key itself is kept nowhere."""

    id = fields.BigIntField(primary_key=True)
    account: fields.ForeignKeyRelation[Account] = fields.ForeignKeyField(
        "models.Account", related_name="api_keys", on_delete=fields.RESTRICT
    )
    account_id: int
    digest = fields.CharField(64, unique=True, description="SHA-256 of the key")
    created_at = fields.DatetimeField()
    revoked_at = fields.DatetimeField(null=True)

    class Meta:
        table = "api_key"
