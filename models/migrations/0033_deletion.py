from tortoise import fields, migrations
from tortoise.migrations import operations as ops

from models.operations import AddFieldOnce


class Migration(migrations.Migration):
    # Accounts that were deleted and may have left something.
    dependencies = [("models", "0032_moderation")]

    initial = False

    operations = [
        AddFieldOnce(
            model_name="Account",
            name="erasing_since",
            field=fields.DatetimeField(
                null=True,
                auto_now=False,
                auto_now_add=False,
                description="the deletion, until nothing of the person is left",
            ),
        ),
        ops.RunSQL(
            "CREATE INDEX IF NOT EXISTS account_erasing ON account (erasing_since) WHERE erasing_since IS NOT NULL"
        ),
    ]
