from tortoise import fields, migrations
from tortoise.migrations import operations as ops
from tortoise.migrations.schema_editor.base import BaseSchemaEditor

from models.operations import AddFieldOnce, CreateModelOnce, DescribeField, DescribeModel
from rules.service_time import DayOffKind, ServiceHours

MINUTES = {
    "sqlite": "round((julianday({until}) - julianday({since})) * 1440)",
    "postgres": "round(extract(epoch FROM {until} - {since}) / 60)",
}


async def fill_targets(_: object, editor: BaseSchemaEditor) -> None:
    """Give each report the targets that it has had: their clocks never stood still."""
    minutes = MINUTES[editor.client.capabilities.dialect]
    response = minutes.format(until="response_due_at", since="submitted_at")
    processing = minutes.format(until="processing_due_at", since="coalesce(reopened_at, submitted_at)")
    await editor.client.execute_script(
        f"UPDATE report SET response_target_minutes = {response}, processing_target_minutes = {processing} "
        "WHERE processing_target_minutes = 0"
    )


class Migration(migrations.Migration):
    # Deadlines in service time no longer say what the targets are.
    dependencies = [("models", "0013_scoring")]

    initial = False

    operations = [
        CreateModelOnce(
            name="DayOff",
            fields=[
                ("date", fields.DateField(primary_key=True, unique=True, db_index=True)),
                ("name_id", fields.CharField(max_length=120)),
                ("name_en", fields.CharField(max_length=120)),
                ("kind", fields.CharEnumField(enum_type=DayOffKind, max_length=11)),
            ],
            options={
                "table": "day_off",
                "app": "models",
                "pk_attr": "date",
                "table_description": "A national holiday or a day of joint leave, in Jakarta.",
            },
            bases=["Model"],
        ),
        AddFieldOnce(
            model_name="Category",
            name="hours",
            field=fields.CharEnumField(
                db_default=ServiceHours.ALWAYS,
                description="the hours of its clocks",
                enum_type=ServiceHours,
                max_length=6,
            ),
        ),
        AddFieldOnce(
            model_name="Report",
            name="hours",
            field=fields.CharEnumField(
                db_default=ServiceHours.ALWAYS,
                description="the hours of its clocks",
                enum_type=ServiceHours,
                max_length=6,
            ),
        ),
        AddFieldOnce(
            model_name="Report",
            name="response_target_minutes",
            field=fields.IntField(db_default=0, description="service time from the submission to the answer"),
        ),
        AddFieldOnce(
            model_name="Report",
            name="processing_target_minutes",
            field=fields.IntField(db_default=0, description="service time from the opening to the fix"),
        ),
        DescribeField(
            model_name="Report",
            name="previously_held_seconds",
            field=fields.IntField(
                default=0,
                source_field="held_before",
                description="seconds of service time that the handler held it earlier in this opening",
            ),
        ),
        DescribeModel(
            "Holding",
            "The service time that a unit held a report in an opening before its hand-over. The present hold is in the "
            "report.",
        ),
        ops.RunPython(fill_targets),
    ]
