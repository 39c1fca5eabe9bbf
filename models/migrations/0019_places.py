from tortoise import fields, migrations
from tortoise.migrations import operations as ops

from models.operations import AddFieldOnce, CreateModelOnce, OnPostgres


class Migration(migrations.Migration):
    # What is near a point, places that are corrected, and submissions that are sent again.
    dependencies = [("models", "0018_comments")]

    initial = False

    operations = [
        *(
            AddFieldOnce(
                model_name="Report",
                name=f"own_{name}",
                field=fields.FloatField(null=True, description="the place by its reporter, null if no unit moved it"),
            )
            for name in ("latitude", "longitude")
        ),
        # The number of a cell is written as in queries/boxes.py.
        OnPostgres(
            "CREATE INDEX IF NOT EXISTS report_open_cell ON report "
            "((floor(latitude * 100)::int * 40000 + floor(longitude * 100)::int), latitude, longitude, category, id) "
            "WHERE status <> 'PROCESSED'"
        ),
        # In place of log_event_moved, which has no moves to another place.
        ops.RunSQL(
            "CREATE INDEX IF NOT EXISTS log_event_handed_on ON log_event (at, report_id) "
            "WHERE kind IN ('ASSIGNED', 'TRANSFERRED', 'RECATEGORISED', 'MOVED')"
        ),
        ops.RunSQL("DROP INDEX IF EXISTS log_event_moved"),
        CreateModelOnce(
            name="SentWords",
            fields=[
                ("words", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=64)),
                ("times", fields.IntField()),
                ("sent_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "sent_words",
                "app": "models",
                "pk_attr": "words",
                "table_description": "Words that a citizen sent lately, as a hash, and how often: "
                "so of two submissions at once one finds the other.",
            },
            bases=["Model"],
        ),
    ]
