from tortoise import fields, migrations
from tortoise.migrations import operations as ops

from models.operations import CreateModelOnce, DeleteModelOnce, OnPostgres
from rules.periods import Period

NUMBERS = {
    "points": None,
    "entries": None,
    "received": None,
    "responded": None,
    "processed": None,
    "reopened": None,
    "dismissed": None,
    "duplicates": None,
    "handed_on": None,
    "withdrawn": None,
    "waived_points": None,
    "open": "increase of the open reports in its hands",
    "overdue": "increase of those that have missed a deadline",
    "responses_decided": None,
    "responses_on_time": None,
    "processings_decided": None,
    "processings_on_time": None,
    "ratings": None,
    "stars": None,
}


class Migration(migrations.Migration):
    # Tallies of quarters, and of acts that were not counted before. Tallies hold nothing that the log does not:
    # `tanggap migrate` counts them again.
    dependencies = [("models", "0014_service_time")]

    initial = False

    operations = [
        DeleteModelOnce(name="Tally"),
        CreateModelOnce(
            name="Tally",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("period", fields.CharEnumField(enum_type=Period, max_length=8)),
                ("first_day", fields.DateField(description="the first day of the period, 1970-01-01 for ALL_TIME")),
                (
                    "officer",
                    fields.BigIntField(description="the account that acted for the unit, 0 for the unit as a whole"),
                ),
                ("unit", fields.CharField(max_length=32)),
                *((name, fields.IntField(description=description)) for name, description in NUMBERS.items()),
                (
                    "response_minutes",
                    fields.TextField(description="JSON: [minutes, ascending], [number of answers for each]"),
                ),
                (
                    "processing_minutes",
                    fields.TextField(description="JSON: [minutes, ascending], [number of fixes for each]"),
                ),
            ],
            options={
                "table": "tally",
                "app": "models",
                "unique_together": (("period", "first_day", "officer", "unit"),),
                "pk_attr": "id",
                "table_description": "The counters of a leaf unit, or of an officer acting for it, in a period, up to "
                "now or to its end.",
            },
            bases=["Model"],
        ),
        # As in 0006: the minutes go out of the way of boards, which do not read them.
        OnPostgres("ALTER TABLE tally SET (toast_tuple_target = 256)"),
        # The hand-overs of a period, for the reporters of the reports that a unit received.
        ops.RunSQL(
            "CREATE INDEX IF NOT EXISTS log_event_moved ON log_event (at, report_id) "
            "WHERE kind IN ('ASSIGNED', 'TRANSFERRED', 'RECATEGORISED')"
        ),
    ]
