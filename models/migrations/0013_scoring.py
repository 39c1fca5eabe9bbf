from tortoise import fields, migrations
from tortoise.migrations import operations as ops

from models.operations import AddFieldOnce, CreateModelOnce

# The first eight characters of a number are the Jakarta day of the submission.
BEYOND_THE_THIRD = """
    UPDATE report SET scores = FALSE WHERE id IN (
        SELECT id FROM (
            SELECT id, ROW_NUMBER() OVER (
                PARTITION BY reporter_id, anonymous, substr(number, 1, 8) ORDER BY length(number), number
            ) AS place FROM report
        ) placed WHERE place > 3
    )
"""
OPEN_DAY = """
    INSERT INTO reporter_day (reporter_id, anonymous, day, given)
    SELECT reporter_id, anonymous, day, count(*) FROM report
    JOIN report_day ON substr(number, 3, 6) = replace(substr(CAST(day AS TEXT), 3), '-', '')
    WHERE day = (SELECT max(day) FROM report_day) GROUP BY reporter_id, anonymous, day
    ON CONFLICT DO NOTHING
"""


class Migration(migrations.Migration):
    # Which reports score is decided when they are submitted.
    dependencies = [("models", "0012_reopenings")]

    initial = False

    operations = [
        AddFieldOnce(
            model_name="Report",
            name="scores",
            field=fields.BooleanField(
                db_default=True, description="whether it is one of the reporter's first of its day"
            ),
        ),
        AddFieldOnce(
            model_name="Report",
            name="own_units",
            field=fields.TextField(
                null=True,
                description="units that the reporter acted for when submitting, by comma, null for an anonymous report",
                unique=False,
            ),
        ),
        AddFieldOnce(
            model_name="Report",
            name="not_held_seconds",
            field=fields.IntField(
                db_default=0, description="seconds of this opening before the handler fetched it, which its gains count"
            ),
        ),
        AddFieldOnce(
            model_name="Holding",
            name="not_held_seconds",
            field=fields.IntField(db_default=0, description="the same of the report, for this unit"),
        ),
        AddFieldOnce(
            model_name="Holding",
            name="left_at",
            field=fields.DatetimeField(
                null=True, description="the hand-over, or the reopening", auto_now=False, auto_now_add=False
            ),
        ),
        CreateModelOnce(
            name="ReporterDay",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("reporter_id", fields.BigIntField()),
                ("anonymous", fields.BooleanField()),
                ("day", fields.DateField()),
                ("given", fields.IntField()),
            ],
            options={
                "table": "reporter_day",
                "app": "models",
                "unique_together": (("reporter_id", "anonymous", "day"),),
                "pk_attr": "id",
                "table_description": "The number of reports that a citizen submitted on a Jakarta day, anonymous ones apart.",
            },
            bases=["Model"],
        ),
        ops.RunSQL(BEYOND_THE_THIRD),
        ops.RunSQL(OPEN_DAY),
    ]
