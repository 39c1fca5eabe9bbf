from tortoise import fields, migrations
from tortoise.migrations import operations as ops

from models.operations import CreateModelOnce, OnPostgres


class Migration(migrations.Migration):
    # A Merkle tree over the public form of the log. A job of the service fills it, from the first event on.
    dependencies = [("models", "0016_looks")]

    initial = False

    operations = [
        CreateModelOnce(
            name="LogTree",
            fields=[
                ("id", fields.IntField(primary_key=True, generated=False, unique=True, db_index=True)),
                ("size", fields.BigIntField(description="number of leaves")),
                (
                    "position",
                    fields.BigIntField(description="position of the last event that is a leaf, 0 without any"),
                ),
                ("checkpoint", fields.TextField(null=True, description="signed note", unique=False)),
                ("signed_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "log_tree",
                "app": "models",
                "pk_attr": "id",
                "table_description": "One row: how far the tree has grown, and its last signed checkpoint.",
            },
            bases=["Model"],
        ),
        CreateModelOnce(
            name="LogTile",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("level", fields.IntField()),
                ("number", fields.BigIntField()),
                ("position", fields.BigIntField(null=True, description="position of the first leaf, on level 0")),
                ("hashes", fields.BinaryField()),
            ],
            options={
                "table": "log_tile",
                "app": "models",
                "unique_together": (("level", "number"),),
                "pk_attr": "id",
                "table_description": "A tile of the tree: up to 256 hashes of 32 bytes.",
            },
            bases=["Model"],
        ),
        CreateModelOnce(
            name="LogCheckpoint",
            fields=[
                ("day", fields.DateField(primary_key=True, unique=True, db_index=True)),
                ("size", fields.BigIntField()),
                ("checkpoint", fields.TextField(description="signed note", unique=False)),
            ],
            options={
                "table": "log_checkpoint",
                "app": "models",
                "pk_attr": "day",
                "table_description": "The signed checkpoint of a closed day. It covers the events up to the closing.",
            },
            bases=["Model"],
        ),
        # Hashes cannot be compressed: do not try.
        OnPostgres("ALTER TABLE log_tile ALTER COLUMN hashes SET STORAGE EXTERNAL"),
        ops.RunSQL("INSERT INTO log_tree (id, size, position) VALUES (1, 0, 0) ON CONFLICT (id) DO NOTHING"),
    ]
