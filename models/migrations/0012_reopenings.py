from tortoise import fields, migrations
from tortoise.migrations import operations as ops

from models.operations import AddFieldOnce

DISMISSED = "('DUPLICATE', 'INVALID', 'OUT_OF_REMIT')"


class Migration(migrations.Migration):
    # Supervisors reopen a report at most twice. What was closed without a fix and reopened, only they close so again.
    dependencies = [("models", "0011_duplicates")]

    initial = False

    operations = [
        AddFieldOnce(
            model_name="Report",
            name="supervisor_reopenings",
            field=fields.IntField(db_default=0, description="number of reopenings by supervisors"),
        ),
        AddFieldOnce(
            model_name="Report",
            name="dismissal_reopened",
            field=fields.BooleanField(
                db_default=False, description="whether it was closed without a fix once, and reopened"
            ),
        ),
        ops.RunSQL(
            """
            UPDATE report SET supervisor_reopenings = counted.times FROM (
                SELECT report_id, COUNT(*) AS times FROM log_event
                WHERE kind = 'REOPENED' AND actor <> 'CITIZEN' GROUP BY report_id
            ) AS counted WHERE counted.report_id = report.id
            """
        ),
        ops.RunSQL(
            "UPDATE report SET dismissal_reopened = TRUE WHERE id IN (SELECT report_id FROM log_event "
            f"WHERE kind = 'REOPENED' AND data -> 'before' ->> 'resolution' IN {DISMISSED})"
        ),
    ]
