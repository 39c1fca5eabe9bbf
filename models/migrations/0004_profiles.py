from tortoise import fields, migrations
from tortoise.migrations import operations as ops

from models.operations import AddFieldOnce


class Migration(migrations.Migration):
    dependencies = [("models", "0003_clocks")]

    initial = False

    operations = [
        AddFieldOnce(
            model_name="Account",
            name="on_citizen_board",
            field=fields.BooleanField(default=False, description="whether they wish to be ranked, by pseudonym"),
        ),
        ops.RunSQL("CREATE INDEX IF NOT EXISTS account_ranked ON account (id) WHERE on_citizen_board"),
        ops.RunSQL(
            "CREATE INDEX IF NOT EXISTS point_entry_citizen ON point_entry (account_id, day) WHERE unit = 'CITIZEN'"
        ),
    ]
