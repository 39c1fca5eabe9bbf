from tortoise import migrations
from tortoise.migrations import operations as ops

from models.operations import OnPostgres


class Migration(migrations.Migration):
    # For filters whose matches are few among many reports.
    dependencies = [("models", "0008_account_events")]

    initial = False

    operations = [
        ops.RunSQL(
            "CREATE INDEX IF NOT EXISTS report_resolution ON report (resolution, submitted_at DESC, id DESC) "
            "WHERE resolution IS NOT NULL"
        ),
        ops.RunSQL(
            "CREATE INDEX IF NOT EXISTS report_category ON report (category, status, submitted_at DESC, id DESC)"
        ),
        # SQLite does not see that one of the other statuses is not PROCESSED.
        *(
            OnPostgres(
                f"CREATE INDEX IF NOT EXISTS report_open_{name} ON report ({columns}) WHERE status <> 'PROCESSED'"
            )
            for name, columns in {
                # The last three decide whether a report is overdue.
                "due": "status, handler_due_at, id, processing_due_at, response_due_at, responded_at",
                "handler": "handler, status, handler_due_at, id",
                "kelurahan": "kelurahan, status, handler_due_at, id",
            }.items()
        ),
        # The number of a cell is written as in queries/boxes.py.
        OnPostgres(
            "CREATE INDEX IF NOT EXISTS report_cell ON report "
            "((floor(latitude * 100)::int * 40000 + floor(longitude * 100)::int), "
            "submitted_at DESC, id DESC, latitude, longitude, status)"
        ),
    ]
