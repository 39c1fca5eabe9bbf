from orjson import loads
from tortoise import fields, migrations
from tortoise.fields.data import JSON_DUMPS
from tortoise.migrations import operations as ops

from models.operations import CreateModelOnce
from models.outbox import DeliveryState, Protocol

INDEXES = {
    "delivery_waiting": "delivery (destination, id) WHERE state = 'WAITING'",
    "delivery_answered": "delivery (destination, id) WHERE state = 'SENT' OR state = 'ACKNOWLEDGED'",
    "delivery_report": "delivery (report_id, id)",
    "report_external": "report (handler, id) WHERE external AND processed_at IS NULL",
}


class Migration(migrations.Migration):
    # What leaves the city: destinations, and deliveries to them.
    dependencies = [("models", "0022_statistics")]

    initial = False

    operations = [
        CreateModelOnce(
            name="Delivery",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("destination", fields.CharField(max_length=64)),
                ("key", fields.CharField(description="the idempotency key that the receiver gets", max_length=64)),
                ("position", fields.BigIntField(description="the event of the log that it tells")),
                ("report_id", fields.BigIntField(null=True)),
                (
                    "account_id",
                    fields.BigIntField(null=True, description="the account that it is for, in a channel to people"),
                ),
                (
                    "state",
                    fields.CharEnumField(
                        description="WAITING: WAITING\nSENT: SENT\nACKNOWLEDGED: ACKNOWLEDGED\nCLOSED: CLOSED\nFAILED: FAILED\nCANCELLED: CANCELLED",
                        enum_type=DeliveryState,
                        max_length=12,
                    ),
                ),
                (
                    "external_id",
                    fields.CharField(null=True, description="the receiver's own number for it", max_length=120),
                ),
                (
                    "token",
                    fields.CharField(
                        null=True, description="the stand-in for a number that the receiver gave", max_length=120
                    ),
                ),
                ("attempts", fields.IntField(description="tries that ended")),
                (
                    "next_try_at",
                    fields.DatetimeField(
                        null=True,
                        description="the next try, or the end of the lease of this one",
                        auto_now=False,
                        auto_now_add=False,
                    ),
                ),
                ("in_doubt", fields.BooleanField(description="whether a try may have arrived although nobody knows")),
                ("last_error", fields.CharField(null=True, max_length=200)),
                ("updated_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "delivery",
                "app": "models",
                "unique_together": (("destination", "key"),),
                "pk_attr": "id",
                "table_description": "One thing to tell a destination, exactly once. It has no words: they are read when it is sent.",
            },
            bases=["Model"],
        ),
        CreateModelOnce(
            name="Destination",
            fields=[
                ("name", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=64)),
                (
                    "protocol",
                    fields.CharEnumField(
                        description="OPEN311: OPEN311\nWEBHOOK: WEBHOOK\nPUSH: PUSH\nMAIL: MAIL",
                        enum_type=Protocol,
                        max_length=8,
                    ),
                ),
                (
                    "address",
                    fields.TextField(description="URL that is called, empty for a channel to people", unique=False),
                ),
                (
                    "secret",
                    fields.TextField(
                        description="key that signs or authorises the calls, empty for none", unique=False
                    ),
                ),
                ("options", fields.JSONField(encoder=JSON_DUMPS, decoder=loads)),
                ("position", fields.BigIntField(description="the last event of the log that was read for it")),
                ("failures", fields.IntField(description="calls in a row that failed, whatever was delivered")),
                (
                    "next_try_at",
                    fields.DatetimeField(
                        null=True,
                        description="the moment until which nothing is tried",
                        auto_now=False,
                        auto_now_add=False,
                    ),
                ),
                (
                    "polled_at",
                    fields.DatetimeField(
                        null=True,
                        description="the last time that it was asked for answers",
                        auto_now=False,
                        auto_now_add=False,
                    ),
                ),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "destination",
                "app": "models",
                "pk_attr": "name",
                "table_description": "A system outside, or a channel to people. The log after `position` says which deliveries it gets next.",
            },
            bases=["Model"],
        ),
        *(ops.RunSQL(f"CREATE INDEX IF NOT EXISTS {name} ON {on}") for name, on in INDEXES.items()),
    ]
