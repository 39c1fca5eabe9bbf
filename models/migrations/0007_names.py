from tortoise import fields, migrations

from models.operations import DescribeField, DescribeModel, RenameInPython


class Migration(migrations.Migration):
    # Names and descriptions in Python only: no table changes.
    dependencies = [("models", "0006_minutes")]

    initial = False

    operations = [
        RenameInPython(model_name="Report", old_name="opening", new_name="opening_no"),
        RenameInPython(model_name="Report", old_name="held_before", new_name="previously_held_seconds"),
        RenameInPython(model_name="Holding", old_name="opening", new_name="opening_no"),
        DescribeModel(
            name="Account",
            description="A person who signed up. Only `public_id` (to its owner) and `pseudonym` ever leave the server.",
        ),
        DescribeModel(
            name="Category", description="A category of reports, with its first handler and its SLA targets in minutes."
        ),
        DescribeModel(
            name="Holding",
            description="The time that a unit held a report in an opening before its hand-over. The present hold is in the report.",
        ),
        DescribeModel(
            name="Kelurahan", description="A kelurahan with its kecamatan and its city. Codes: Kemendagri and BPS."
        ),
        DescribeModel(
            name="KelurahanDisc", description="A disc inside a kelurahan, with a radius in metres around a point."
        ),
        DescribeModel(name="Membership", description="A role granted to an account, in a unit or in none (ADMIN)."),
        DescribeModel(
            name="Photo",
            description="An uploaded picture. In no report (`report_id` null) at first, then permanently in one.",
        ),
        DescribeModel(
            name="Report",
            description="A citizen's report in its present state. Its history is the log, `position` its last event there.",
        ),
        DescribeModel(name="ReportDay", description="The last running number given on a Jakarta day."),
        DescribeModel(
            name="Support",
            description="A citizen's support for a report, from one log position until another (null while it lasts).",
        ),
        DescribeModel(
            name="Tally",
            description="The counters of a leaf unit, or of an officer acting for it, in a period, up to now or to its end.",
        ),
        DescribeField(
            model_name="Account",
            name="on_citizen_board",
            field=fields.BooleanField(default=False, description="whether they chose to be ranked, by pseudonym"),
        ),
        DescribeField(
            model_name="Holding",
            name="overdue",
            field=fields.BooleanField(description="whether a missed deadline of the unit is recorded"),
        ),
        DescribeField(
            model_name="LogEvent",
            name="account_id",
            field=fields.BigIntField(
                null=True, description="the account that acted, or that the event is about (access)"
            ),
        ),
        DescribeField(
            model_name="LogEvent",
            name="actor",
            field=fields.CharField(
                null=True, description="the acting role or unit code, which is public", max_length=32
            ),
        ),
        DescribeField(
            model_name="Photo",
            name="place",
            field=fields.IntField(null=True, description="order among the photos of its role in the report"),
        ),
        DescribeField(
            model_name="PointEntry",
            name="day",
            field=fields.DateField(description="the Jakarta day on which it counts"),
        ),
        DescribeField(
            model_name="Report",
            name="citizen_reopenings",
            field=fields.IntField(default=0, description="number of reopenings by the reporter"),
        ),
        DescribeField(
            model_name="Report",
            name="handler_due_at",
            field=fields.DatetimeField(
                null=True, description="deadline of the handler", auto_now=False, auto_now_add=False
            ),
        ),
        DescribeField(
            model_name="Report",
            name="held_from",
            field=fields.DatetimeField(
                null=True,
                description="start of the present hold of the handler, null if it began with the opening",
                auto_now=False,
                auto_now_add=False,
            ),
        ),
        DescribeField(
            model_name="Report",
            name="next_due_at",
            field=fields.DatetimeField(
                null=True,
                description="next deadline that is neither met nor recorded as missed",
                auto_now=False,
                auto_now_add=False,
            ),
        ),
        DescribeField(
            model_name="Report",
            name="processing_overdue",
            field=fields.BooleanField(
                default=False, description="whether a missed deadline is recorded for this handler and opening"
            ),
        ),
        DescribeField(
            model_name="Report",
            name="reopened_at",
            field=fields.DatetimeField(
                null=True,
                description="start of the present opening, null for the first",
                auto_now=False,
                auto_now_add=False,
            ),
        ),
        DescribeField(
            model_name="Report",
            name="request_digest",
            field=fields.CharField(null=True, description="SHA-256 of the request that used it", max_length=64),
        ),
        DescribeField(
            model_name="Report",
            name="response_overdue",
            field=fields.BooleanField(default=False, description="whether a missed deadline of the answer is recorded"),
        ),
        DescribeField(
            model_name="Report",
            name="weight",
            field=fields.IntField(description="factor of its points, from its category"),
        ),
        DescribeField(
            model_name="Tally",
            name="open",
            field=fields.IntField(description="increase of the open reports in its hands"),
        ),
        DescribeField(
            model_name="Tally",
            name="overdue",
            field=fields.IntField(description="increase of those that have missed a deadline"),
        ),
        DescribeField(
            model_name="Tally",
            name="processing_minutes",
            field=fields.TextField(description="JSON: [minutes, ascending], [number of fixes for each]", unique=False),
        ),
        DescribeField(
            model_name="Tally",
            name="response_minutes",
            field=fields.TextField(
                description="JSON: [minutes, ascending], [number of answers for each]", unique=False
            ),
        ),
    ]
