from tortoise import migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    # A report into which others are merged cannot be withdrawn.
    dependencies = [("models", "0010_pseudonyms")]

    initial = False

    operations = [
        ops.RunSQL(
            "CREATE INDEX IF NOT EXISTS report_duplicates ON report (duplicate_of_id) WHERE duplicate_of_id IS NOT NULL"
        ),
    ]
