from tortoise import migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    # The reports of a kelurahan in the order of their last changes: otherwise those of all others are read too.
    dependencies = [("models", "0036_sweep")]

    initial = False

    operations = [
        ops.RunSQL(
            "CREATE INDEX IF NOT EXISTS report_kelurahan_changed ON report (kelurahan, changed_at DESC, id DESC)"
        ),
    ]
