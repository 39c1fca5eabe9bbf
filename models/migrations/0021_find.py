from tortoise import fields, migrations
from tortoise.migrations import operations as ops

from models.operations import AddFieldOnce


class Migration(migrations.Migration):
    # What the filters of desks read: when a report last changed, and how many photos it has.
    dependencies = [("models", "0017_log_tree")]

    initial = False

    operations = [
        AddFieldOnce(
            model_name="Report",
            name="photo_count",
            field=fields.IntField(db_default=0, description="number of the reporter's photos"),
        ),
        AddFieldOnce(
            model_name="Report",
            name="changed_at",
            field=fields.DatetimeField(
                null=True, auto_now=False, auto_now_add=False, description="moment of its last event"
            ),
        ),
        ops.RunSQL(
            "UPDATE report SET changed_at = (SELECT at FROM log_event WHERE log_event.position = report.position), "
            "photo_count = (SELECT COUNT(*) FROM photo WHERE report_id = report.id AND role = 'CITIZEN')"
        ),
        ops.RunSQL("CREATE INDEX IF NOT EXISTS report_changed ON report (changed_at DESC, id DESC)"),
        ops.RunSQL(
            "CREATE INDEX IF NOT EXISTS report_processed ON report (processed_at DESC) WHERE processed_at IS NOT NULL"
        ),
        ops.RunSQL(
            "CREATE INDEX IF NOT EXISTS report_reopened ON report (submitted_at DESC, id DESC) WHERE opening > 0"
        ),
    ]
