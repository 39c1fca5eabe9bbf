"""The city's identity provider: whose account somebody there has, and who has just come from it."""

from tortoise import fields
from tortoise.models import Model

from models.accounts import Account


class ProviderIdentity(Model):
    """A person of the identity provider, who signs in to an account."""

    id = fields.BigIntField(primary_key=True)
    account: fields.ForeignKeyRelation[Account] = fields.ForeignKeyField(
        "models.Account", related_name="provider_identities", on_delete=fields.CASCADE
    )
    account_id: int
    issuer = fields.CharField(255, description="address of the provider")
    subject = fields.CharField(255, description="id of the person there, which never goes to another")
    created_at = fields.DatetimeField()

    class Meta:
        table = "provider_identity"
        unique_together = (("issuer", "subject"),)


class ProviderArrival(Model):
    """Somebody who has come from the identity provider. It is kept until its state is no longer valid, then swept."""

    id = fields.BigIntField(primary_key=True)
    state_digest = fields.CharField(64, unique=True, description="SHA-256 of the state, which is used once")
    code_digest = fields.CharField(64, unique=True, description="SHA-256 of the code that the app exchanges")
    challenge = fields.CharField(43, description="hash of the verifier of the app (RFC 7636)")
    issuer = fields.CharField(255)
    subject = fields.CharField(255)
    email = fields.CharField(254, null=True, description="verified by the provider, normalised")
    name = fields.TextField(null=True, description="name there")
    roles: list[list[str | None]] = fields.JSONField(description="roles and units for which its claims stand")
    created_at = fields.DatetimeField()
    used_at = fields.DatetimeField(null=True, description="the time at which the code was exchanged")

    class Meta:
        table = "provider_arrival"
