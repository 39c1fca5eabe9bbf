from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops

from models.operations import AddFieldOnce, CreateModelOnce, DescribeField
from rules.scoring.points import Rule

# Reports from before the clocks: the first handler holds each since its submission.
BACKFILL = (
    "UPDATE report SET handler_due_at = processing_due_at WHERE handler_due_at IS NULL",
    """
    UPDATE report SET next_due_at =
        CASE WHEN responded_at IS NULL AND response_due_at < processing_due_at
        THEN response_due_at ELSE processing_due_at END
    WHERE next_due_at IS NULL AND processed_at IS NULL AND NOT external
    """,
)


class Migration(migrations.Migration):
    dependencies = [("models", "0002_open_from")]

    initial = False

    operations = [
        CreateModelOnce(
            name="Holding",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "report",
                    fields.ForeignKeyField(
                        "models.Report",
                        source_field="report_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="holdings",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("opening", fields.IntField()),
                ("unit", fields.CharField(max_length=32)),
                ("seconds", fields.IntField()),
                ("overdue", fields.BooleanField(description="recorded that its clock ran out")),
            ],
            options={
                "table": "holding",
                "app": "models",
                "unique_together": (("report", "opening", "unit"),),
                "pk_attr": "id",
                "table_description": "What a unit held of an opening before it handed the report on. The present handler's time is in the report.",
            },
            bases=["Model"],
        ),
        AddFieldOnce(
            model_name="Report",
            name="citizen_reopenings",
            field=fields.IntField(default=0, description="how often the reporter reopened it"),
        ),
        AddFieldOnce(
            model_name="Report",
            name="handler_due_at",
            field=fields.DatetimeField(
                null=True, description="when the clock of the handler runs out", auto_now=False, auto_now_add=False
            ),
        ),
        AddFieldOnce(
            model_name="Report",
            name="held_before",
            field=fields.IntField(default=0, description="seconds that the handler held it earlier in this opening"),
        ),
        AddFieldOnce(
            model_name="Report",
            name="held_from",
            field=fields.DatetimeField(
                null=True,
                description="since when the handler holds it, null since it was opened",
                auto_now=False,
                auto_now_add=False,
            ),
        ),
        AddFieldOnce(
            model_name="Report",
            name="next_due_at",
            field=fields.DatetimeField(
                null=True,
                description="when the next target passes that is not recorded yet",
                auto_now=False,
                auto_now_add=False,
            ),
        ),
        AddFieldOnce(
            model_name="Report",
            name="opening",
            field=fields.IntField(default=0, description="one more with each reopening"),
        ),
        AddFieldOnce(
            model_name="Report",
            name="processing_overdue",
            field=fields.BooleanField(default=False, description="recorded for this handler and opening"),
        ),
        AddFieldOnce(
            model_name="Report",
            name="rating",
            field=fields.IntField(null=True, description="the stars for the present closing"),
        ),
        AddFieldOnce(
            model_name="Report",
            name="reopened_at",
            field=fields.DatetimeField(
                null=True,
                description="when the present opening began, null for the first",
                auto_now=False,
                auto_now_add=False,
            ),
        ),
        AddFieldOnce(
            model_name="Report",
            name="response_overdue",
            field=fields.BooleanField(default=False, description="recorded that it was not answered in time"),
        ),
        DescribeField(
            model_name="PointEntry",
            name="rule",
            field=fields.CharEnumField(enum_type=Rule, max_length=24),
        ),
        *(ops.RunSQL(statement) for statement in BACKFILL),
        ops.RunSQL("CREATE INDEX IF NOT EXISTS report_due ON report (next_due_at) WHERE next_due_at IS NOT NULL"),
        ops.RunSQL("CREATE INDEX IF NOT EXISTS report_handler_due ON report (handler_due_at, id)"),
        ops.RunSQL("CREATE INDEX IF NOT EXISTS point_entry_day ON point_entry (unit, day, position)"),
    ]
