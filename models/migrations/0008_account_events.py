from tortoise import fields, migrations

from models.log import Topic
from models.operations import DescribeField


class Migration(migrations.Migration):
    # A topic more, in Python only: no table changes.
    dependencies = [("models", "0007_names")]

    initial = False

    operations = [
        DescribeField(
            model_name="LogEvent",
            name="topic",
            field=fields.CharEnumField(
                description="REPORT: report\nLEDGER: ledger\nACCESS: access\nACCOUNT: account\nPERIOD: period\nREFERENCE: reference",
                enum_type=Topic,
                max_length=12,
            ),
        ),
    ]
