from tortoise import fields, migrations
from tortoise.migrations import operations as ops

from models.operations import CreateModelOnce


class Migration(migrations.Migration):
    # The sweep that all processes share, also those without a common disk, and indexes by which it finds old rows.
    dependencies = [("models", "0035_originals")]

    initial = False

    operations = [
        CreateModelOnce(
            name="Sweep",
            fields=[
                ("id", fields.IntField(generated=False, primary_key=True, unique=True, db_index=True)),
                ("ended_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                (
                    "held_until",
                    fields.DatetimeField(
                        null=True, description="null while no process sweeps", auto_now=False, auto_now_add=False
                    ),
                ),
            ],
            options={
                "table": "sweep",
                "app": "models",
                "pk_attr": "id",
                "table_description": "One row: when the last sweep ended, and until when a process has the next one to "
                "itself.",
            },
            bases=["Model"],
        ),
        ops.RunSQL("CREATE INDEX IF NOT EXISTS sign_in_over ON sign_in ((COALESCE(ended_at, expires_at)))"),
        ops.RunSQL(
            "CREATE INDEX IF NOT EXISTS account_data_until ON account (data_until) WHERE data_until IS NOT NULL"
        ),
        ops.RunSQL("INSERT INTO sweep (id) VALUES (1) ON CONFLICT (id) DO NOTHING"),
    ]
