from tortoise import fields, migrations
from tortoise.fields.base import OnDelete

from models.operations import CreateModelOnce


class Migration(migrations.Migration):
    # Keys of applications that file reports over Open311.
    dependencies = [("models", "0023_outbox")]

    initial = False

    operations = [
        CreateModelOnce(
            name="ApiKey",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "account",
                    fields.ForeignKeyField(
                        "models.Account",
                        source_field="account_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="api_keys",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("digest", fields.CharField(description="SHA-256 of the key", unique=True, max_length=64)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("revoked_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "api_key",
                "app": "models",
                "pk_attr": "id",
                "table_description": "A key of an application, and the account in whose name it files reports. "
                "The key itself is kept nowhere.",
            },
            bases=["Model"],
        ),
    ]
