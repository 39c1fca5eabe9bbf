from tortoise import fields, migrations

from models.operations import CreateModelOnce, DeleteModelOnce
from rules.periods import Period

NUMBERS = {
    "points": None,
    "entries": None,
    "received": None,
    "responded": None,
    "processed": None,
    "reopened": None,
    "open": "by how many the open reports in its hands rose",
    "overdue": "by how many those of them rose whose time has passed",
    "responses_decided": None,
    "responses_on_time": None,
    "processings_decided": None,
    "processings_on_time": None,
    "ratings": None,
    "stars": None,
}


class Migration(migrations.Migration):
    # Tallies by day give way to tallies by period. They hold nothing that the log does not: `tanggap migrate` fills
    # the new ones from it.
    dependencies = [("models", "0004_profiles")]

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
                ("response_minutes", fields.TextField(description="JSON: how many answers took so many minutes")),
                (
                    "processing_minutes",
                    fields.TextField(description="JSON: how many reports took the unit so many minutes to fix"),
                ),
            ],
            options={
                "table": "tally",
                "app": "models",
                "unique_together": (("period", "first_day", "officer", "unit"),),
                "pk_attr": "id",
                "table_description": "What a leaf unit, or an officer for it, gathered in a period, up to now or to its end.",
            },
            bases=["Model"],
        ),
    ]
