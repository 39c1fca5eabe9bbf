from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops

from models.log import Topic
from models.operations import AddFieldOnce, CreateModelOnce, DescribeField
from rules.languages import Locale

LANGUAGES = "ID: ID\nEN: EN"
ACCOUNT = {
    "news_read_position": fields.BigIntField(
        db_default=0, description="position up to which they have read their news"
    ),
    "email_news": fields.BooleanField(db_default=False, description="whether they chose to get their news by e-mail"),
    "mailed_position": fields.BigIntField(db_default=0, description="position up to which news were sent by e-mail"),
    "mailed_at": fields.DatetimeField(
        null=True, auto_now=False, auto_now_add=False, description="the time of the last e-mail with news"
    ),
    "locale": fields.CharEnumField(
        db_default=Locale.ID,
        description="language of their e-mails",
        enum_type=Locale,
        max_length=2,
    ),
}


class Migration(migrations.Migration):
    # News for people whose app is closed. What happened before there were any is not unread.
    dependencies = [("models", "0026_imports")]

    initial = False

    operations = [
        *(AddFieldOnce(model_name="Account", name=name, field=field) for name, field in ACCOUNT.items()),
        ops.RunSQL(
            "UPDATE account SET news_read_position = COALESCE((SELECT position FROM log_head WHERE id = 1), 0) "
            "WHERE news_read_position = 0"
        ),
        CreateModelOnce(
            name="PushSubscription",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "account",
                    fields.ForeignKeyField(
                        "models.Account",
                        source_field="account_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="push_subscriptions",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "endpoint",
                    fields.CharField(unique=True, description="address at the push service", max_length=2000),
                ),
                ("p256dh", fields.CharField(description="public key of the browser, base64url", max_length=87)),
                ("auth", fields.CharField(description="secret shared with the browser, base64url", max_length=22)),
                (
                    "locale",
                    fields.CharEnumField(description="language of its notifications", enum_type=Locale, max_length=2),
                ),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "push_subscription",
                "app": "models",
                "pk_attr": "id",
                "table_description": "A browser or app that a person allowed to show notifications (Web Push, "
                "RFC 8030).",
            },
            bases=["Model"],
        ),
        ops.RunSQL("CREATE INDEX IF NOT EXISTS push_subscription_account ON push_subscription (account_id)"),
        ops.RunSQL("CREATE INDEX IF NOT EXISTS support_ended ON support (report_id) WHERE until_position IS NOT NULL"),
        DescribeField(
            model_name="LogEvent",
            name="topic",
            field=fields.CharEnumField(
                description="REPORT: report\nNOTE: note\nLEDGER: ledger\nACCESS: access\nACCOUNT: account\n"
                "NEWS: news\nPERIOD: period\nREFERENCE: reference",
                enum_type=Topic,
                max_length=12,
            ),
        ),
    ]
