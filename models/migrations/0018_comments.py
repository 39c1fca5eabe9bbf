from tortoise import fields, migrations
from tortoise.migrations import operations as ops

from models.log import Topic
from models.operations import CreateModelOnce, DescribeField

INDEXES = {
    "comment_report": "comment (report_id, position)",
    "comment_public": "comment (report_id) WHERE NOT internal",
}


class Migration(migrations.Migration):
    # Comments and internal notes. Their events have no text.
    dependencies = [("models", "0017_log_tree")]

    initial = False

    operations = [
        CreateModelOnce(
            name="Comment",
            fields=[
                ("position", fields.BigIntField(primary_key=True, generated=False, unique=True, db_index=True)),
                ("report_id", fields.BigIntField()),
                ("at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("account_id", fields.BigIntField(description="the account that wrote it")),
                (
                    "actor",
                    fields.CharField(description="the acting role or unit code, as in the event", max_length=32),
                ),
                ("internal", fields.BooleanField(description="whether only staff see it")),
                ("body", fields.TextField(unique=False)),
            ],
            options={
                "table": "comment",
                "app": "models",
                "pk_attr": "position",
                "table_description": "A comment or an internal note, under the position of its event. "
                "Deleting the row erases it.",
            },
            bases=["Model"],
        ),
        *(ops.RunSQL(f"CREATE INDEX IF NOT EXISTS {name} ON {on}") for name, on in INDEXES.items()),
        DescribeField(
            model_name="LogEvent",
            name="topic",
            field=fields.CharEnumField(
                description="REPORT: report\nNOTE: note\nLEDGER: ledger\nACCESS: access\nACCOUNT: account\n"
                "PERIOD: period\nREFERENCE: reference",
                enum_type=Topic,
                max_length=12,
            ),
        ),
    ]
