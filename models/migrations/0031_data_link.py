from tortoise import fields, migrations
from tortoise.migrations import operations as ops

from models.operations import AddFieldOnce


class Migration(migrations.Migration):
    # The link by which people download their data, and an index of the comments of a person.
    dependencies = [("models", "0030_overdue_counts")]

    initial = False

    operations = [
        AddFieldOnce(
            model_name="Account",
            name="data_digest",
            field=fields.CharField(null=True, description="SHA-256 of the link to their data", max_length=64),
        ),
        AddFieldOnce(
            model_name="Account",
            name="data_until",
            field=fields.DatetimeField(
                null=True, auto_now=False, auto_now_add=False, description="the time until which the link works"
            ),
        ),
        ops.RunSQL("CREATE INDEX IF NOT EXISTS comment_account ON comment (account_id) WHERE NOT internal"),
    ]
