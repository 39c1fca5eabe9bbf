from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops

from models.operations import AddFieldOnce, CreateModelOnce


class Migration(migrations.Migration):
    # Sign-in at an identity provider: the people there, roles by their claims, and sessions that end.
    dependencies = [("models", "0033_deletion")]

    initial = False

    operations = [
        AddFieldOnce(
            model_name="Membership",
            name="from_provider",
            field=fields.BooleanField(db_default=False, description="whether claims of the identity provider gave it"),
        ),
        AddFieldOnce(
            model_name="SignIn",
            name="ends_at",
            field=fields.DatetimeField(
                null=True,
                auto_now=False,
                auto_now_add=False,
                description="the time at which it expires even if it is used",
            ),
        ),
        CreateModelOnce(
            name="ProviderIdentity",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "account",
                    fields.ForeignKeyField(
                        "models.Account",
                        source_field="account_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="provider_identities",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("issuer", fields.CharField(description="address of the provider", max_length=255)),
                (
                    "subject",
                    fields.CharField(description="id of the person there, which never goes to another", max_length=255),
                ),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "provider_identity",
                "app": "models",
                "pk_attr": "id",
                "unique_together": (("issuer", "subject"),),
                "table_description": "A person of the identity provider, who signs in to an account.",
            },
            bases=["Model"],
        ),
        CreateModelOnce(
            name="ProviderArrival",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "state_digest",
                    fields.CharField(
                        unique=True, description="SHA-256 of the state, which is used once", max_length=64
                    ),
                ),
                (
                    "code_digest",
                    fields.CharField(
                        unique=True, description="SHA-256 of the code that the app exchanges", max_length=64
                    ),
                ),
                (
                    "challenge",
                    fields.CharField(description="hash of the verifier of the app (RFC 7636)", max_length=43),
                ),
                ("issuer", fields.CharField(max_length=255)),
                ("subject", fields.CharField(max_length=255)),
                (
                    "email",
                    fields.CharField(null=True, description="verified by the provider, normalised", max_length=254),
                ),
                ("name", fields.TextField(null=True, unique=False, description="name there")),
                ("roles", fields.JSONField(description="roles and units for which its claims stand")),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                (
                    "used_at",
                    fields.DatetimeField(
                        null=True,
                        auto_now=False,
                        auto_now_add=False,
                        description="the time at which the code was exchanged",
                    ),
                ),
            ],
            options={
                "table": "provider_arrival",
                "app": "models",
                "pk_attr": "id",
                "table_description": "Somebody who has come from the identity provider. It is kept until its state is "
                "no longer valid, then swept.",
            },
            bases=["Model"],
        ),
        ops.RunSQL("CREATE INDEX IF NOT EXISTS provider_identity_account ON provider_identity (account_id)"),
    ]
