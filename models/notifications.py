"""The browsers in which people get their news while the app is closed."""

from tortoise import fields
from tortoise.models import Model

from models.accounts import Account
from rules.languages import Locale


class PushSubscription(Model):
    """A browser or app that a person allowed to show notifications (Web Push, RFC 8030)."""

    id = fields.BigIntField(primary_key=True)
    account: fields.ForeignKeyRelation[Account] = fields.ForeignKeyField(
        "models.Account", related_name="push_subscriptions", on_delete=fields.CASCADE
    )
    account_id: int
    endpoint = fields.CharField(2000, unique=True, description="address at the push service")
    p256dh = fields.CharField(87, description="public key of the browser, base64url")
    auth = fields.CharField(22, description="secret shared with the browser, base64url")
    locale = fields.CharEnumField(Locale, max_length=2, description="language of its notifications")
    created_at = fields.DatetimeField()

    class Meta:
        table = "push_subscription"
