from tortoise import fields, migrations
from tortoise.migrations import operations as ops

from models.operations import DescribeField, OnPostgres


class Migration(migrations.Migration):
    # How often something took so many minutes is stored in another way. Tallies hold nothing that the log does not:
    # `tanggap migrate` counts them anew.
    dependencies = [("models", "0005_tallies")]

    initial = False

    operations = [
        ops.RunSQL("DELETE FROM tally"),
        # The minutes go out of the way of boards, which do not read them.
        OnPostgres("ALTER TABLE tally SET (toast_tuple_target = 256)"),
        DescribeField(
            model_name="Tally",
            name="response_minutes",
            field=fields.TextField(description="JSON: [minutes, ascending], [how many answers took so many]"),
        ),
        DescribeField(
            model_name="Tally",
            name="processing_minutes",
            field=fields.TextField(description="JSON: [minutes, ascending], [how many fixes took so many]"),
        ),
    ]
