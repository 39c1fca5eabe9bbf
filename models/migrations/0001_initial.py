from orjson import loads
from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.fields.data import JSON_DUMPS
from tortoise.migrations import operations as ops

from models.log import Topic
from models.reports import PhotoRole
from rules.access import Role
from rules.routing import AgencyKind, FirstHandler
from rules.scoring.points import Rule
from rules.workflow import ReportStatus, Resolution

# What the models cannot say: partial and descending indexes. The same statements serve SQLite and PostgreSQL.
INDEXES = {
    "log_event_report": "log_event (report_id, position)",
    "log_event_topic": "log_event (topic, position)",
    "report_newest": "report (submitted_at DESC, id DESC)",
    "report_most_supported": "report (support_count DESC, id DESC)",
    "report_kelurahan": "report (kelurahan, submitted_at DESC, id DESC)",
    "report_handler": "report (handler, status, submitted_at DESC, id DESC)",
    "report_status": "report (status, submitted_at DESC, id DESC)",
    "report_reporter": "report (reporter_id, submitted_at DESC, id DESC)",
    "photo_report": "photo (report_id, role, place)",
    "photo_digest": "photo (digest)",
    "photo_owner": "photo (owner_id)",
    "support_account": "support (account_id)",
    "point_entry_report": "point_entry (report_id)",
    "point_entry_unit": "point_entry (unit, position)",
    "sign_in_account": "sign_in (account_id)",
    "tally_day": "tally (day)",
}
UNIQUE_INDEXES = {
    "report_request": "report (reporter_id, request_key) WHERE request_key IS NOT NULL",
    "photo_proof": "photo (digest) WHERE role = 'PROOF'",
    "support_lasting": "support (report_id, account_id) WHERE until_position IS NULL",
    "point_entry_reversed": "point_entry (reverses) WHERE reverses IS NOT NULL",
}


class Migration(migrations.Migration):
    initial = True

    operations = [
        ops.CreateModel(
            name="Account",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "public_id",
                    fields.CharField(unique=True, description="random, what the owner sees as id", max_length=22),
                ),
                (
                    "email",
                    fields.CharField(unique=True, description="normalised, lower case", max_length=254),
                ),
                (
                    "password_hash",
                    fields.CharField(description="Argon2id, with its parameters", max_length=255),
                ),
                ("pseudonym", fields.CharField(max_length=40)),
                (
                    "pseudonym_key",
                    fields.CharField(unique=True, description="case-folded, so that no two look alike", max_length=40),
                ),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "account",
                "app": "models",
                "pk_attr": "id",
                "table_description": "Somebody who signed up. Nothing here but `public_id` (to its owner) and `pseudonym` ever leaves.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Agency",
            fields=[
                ("code", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=32)),
                ("name", fields.CharField(max_length=120)),
                (
                    "kind",
                    fields.CharEnumField(
                        description="CITY: CITY\nEXTERNAL: EXTERNAL", enum_type=AgencyKind, max_length=8
                    ),
                ),
            ],
            options={
                "table": "agency",
                "app": "models",
                "pk_attr": "code",
                "table_description": "A unit that is not a place: of the city, or outside it (EXTERNAL).",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Category",
            fields=[
                ("code", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=32)),
                ("name_id", fields.CharField(max_length=120)),
                ("name_en", fields.CharField(max_length=120)),
                (
                    "handler",
                    fields.CharEnumField(
                        description="KELURAHAN: KELURAHAN\nAGENCY: AGENCY",
                        enum_type=FirstHandler,
                        max_length=12,
                    ),
                ),
                ("agency", fields.CharField(null=True, max_length=32)),
                ("weight", fields.IntField()),
                ("response_target_minutes", fields.IntField()),
                ("processing_target_minutes", fields.IntField()),
            ],
            options={
                "table": "category",
                "app": "models",
                "pk_attr": "code",
                "table_description": "What a report is about, who takes it first, and what the city promises. Targets in minutes.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Kelurahan",
            fields=[
                ("code", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=13)),
                ("bps_code", fields.CharField(max_length=10)),
                ("name", fields.CharField(max_length=80)),
                ("kecamatan_code", fields.CharField(max_length=8)),
                ("kecamatan", fields.CharField(max_length=80)),
                ("city_code", fields.CharField(max_length=5)),
                ("city", fields.CharField(max_length=80)),
                ("latitude", fields.FloatField()),
                ("longitude", fields.FloatField()),
                ("area_km2", fields.FloatField()),
            ],
            options={
                "table": "kelurahan",
                "app": "models",
                "pk_attr": "code",
                "table_description": "One of the 267, with the kecamatan and the city it lies in. Codes: Kemendagri and BPS.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="KelurahanAlias",
            fields=[
                ("alias", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=80)),
                ("code", fields.CharField(max_length=13)),
            ],
            options={
                "table": "kelurahan_alias",
                "app": "models",
                "pk_attr": "alias",
                "table_description": "A spelling that citizens or other systems use.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="KelurahanArea",
            fields=[
                ("code", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=13)),
                ("wkb", fields.BinaryField()),
            ],
            options={
                "table": "kelurahan_area",
                "app": "models",
                "pk_attr": "code",
                "table_description": "The official boundary of a kelurahan: a polygon as well-known binary, WGS 84, longitude first.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="KelurahanDisc",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("code", fields.CharField(max_length=13)),
                ("latitude", fields.FloatField()),
                ("longitude", fields.FloatField()),
                ("radius_m", fields.FloatField()),
            ],
            options={
                "table": "kelurahan_disc",
                "app": "models",
                "pk_attr": "id",
                "table_description": "Every point within `radius_m` metres of (`latitude`, `longitude`) lies in the kelurahan `code`.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="LogEvent",
            fields=[
                (
                    "position",
                    fields.BigIntField(primary_key=True, generated=False, unique=True, db_index=True),
                ),
                (
                    "topic",
                    fields.CharEnumField(
                        description="REPORT: report\nLEDGER: ledger\nACCESS: access\nPERIOD: period\nREFERENCE: reference",
                        enum_type=Topic,
                        max_length=12,
                    ),
                ),
                ("kind", fields.CharField(max_length=24)),
                ("at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("report_id", fields.BigIntField(null=True)),
                ("version", fields.IntField(null=True, description="the report's version at this event")),
                (
                    "account_id",
                    fields.BigIntField(null=True, description="who did it, or whom it is about (access)"),
                ),
                (
                    "actor",
                    fields.CharField(
                        null=True,
                        description="a role or the code of a unit: what is shown of who did it",
                        max_length=32,
                    ),
                ),
                ("data", fields.JSONField(encoder=JSON_DUMPS, decoder=loads)),
            ],
            options={
                "table": "log_event",
                "app": "models",
                "pk_attr": "position",
                "table_description": "One event. Codes, numbers and ids only: free text lives in rows that can be erased.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="LogHead",
            fields=[
                ("id", fields.IntField(primary_key=True, generated=False, unique=True, db_index=True)),
                ("epoch", fields.CharField(max_length=16)),
                ("position", fields.BigIntField()),
            ],
            options={
                "table": "log_head",
                "app": "models",
                "pk_attr": "id",
                "table_description": "One row: the last position given, and the epoch, which is new in a restored database.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Membership",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "account",
                    fields.ForeignKeyField(
                        "models.Account",
                        source_field="account_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="memberships",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "role",
                    fields.CharEnumField(
                        description="CITIZEN: CITIZEN\nOFFICER: OFFICER\nSUPERVISOR: SUPERVISOR\nADMIN: ADMIN",
                        enum_type=Role,
                        max_length=16,
                    ),
                ),
                (
                    "unit",
                    fields.CharField(
                        default="", description="code of a place or an agency, empty for none", max_length=32
                    ),
                ),
            ],
            options={
                "table": "membership",
                "app": "models",
                "unique_together": (("account", "role", "unit"),),
                "pk_attr": "id",
                "table_description": "A role given to an account, in a unit or in none (ADMIN).",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Note",
            fields=[
                (
                    "position",
                    fields.BigIntField(primary_key=True, generated=False, unique=True, db_index=True),
                ),
                ("body", fields.TextField(unique=False)),
            ],
            options={
                "table": "note",
                "app": "models",
                "pk_attr": "position",
                "table_description": "The free text of an event, apart from the log so that it can be erased.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Report",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("number", fields.CharField(unique=True, max_length=24)),
                ("version", fields.IntField()),
                ("position", fields.BigIntField()),
                ("title", fields.CharField(max_length=150)),
                ("description", fields.TextField(unique=False)),
                ("address", fields.CharField(null=True, max_length=300)),
                ("category", fields.CharField(max_length=32)),
                (
                    "weight",
                    fields.IntField(description="what the category's points are multiplied by, as of the submission"),
                ),
                ("latitude", fields.FloatField()),
                ("longitude", fields.FloatField()),
                ("kelurahan", fields.CharField(max_length=13)),
                ("handler", fields.CharField(max_length=32)),
                ("external", fields.BooleanField()),
                (
                    "status",
                    fields.CharEnumField(
                        description="WAITING: WAITING\nIN_PROGRESS: IN_PROGRESS\nPROCESSED: PROCESSED",
                        enum_type=ReportStatus,
                        max_length=16,
                    ),
                ),
                (
                    "resolution",
                    fields.CharEnumField(
                        null=True,
                        description="FIXED: FIXED\nDUPLICATE: DUPLICATE\nOUT_OF_REMIT: OUT_OF_REMIT\nINVALID: INVALID\nWITHDRAWN: WITHDRAWN",
                        enum_type=Resolution,
                        max_length=16,
                    ),
                ),
                (
                    "duplicate_of",
                    fields.ForeignKeyField(
                        "models.Report",
                        source_field="duplicate_of_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="duplicates",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "reporter",
                    fields.ForeignKeyField(
                        "models.Account",
                        source_field="reporter_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="reports",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("anonymous", fields.BooleanField()),
                ("submitted_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("responded_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("processed_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("response_due_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("processing_due_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("support_count", fields.IntField(default=0)),
                (
                    "request_key",
                    fields.CharField(null=True, description="the citizen's idempotency key", max_length=100),
                ),
                (
                    "request_digest",
                    fields.CharField(null=True, description="SHA-256 of what was asked with it", max_length=64),
                ),
            ],
            options={
                "table": "report",
                "app": "models",
                "pk_attr": "id",
                "table_description": "A citizen's report as it stands. Its history is the log, `position` the last event in this state.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Photo",
            fields=[
                (
                    "id",
                    fields.CharField(
                        primary_key=True,
                        unique=True,
                        db_index=True,
                        description="the unguessable file name",
                        max_length=40,
                    ),
                ),
                (
                    "owner",
                    fields.ForeignKeyField(
                        "models.Account",
                        source_field="owner_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="photos",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("digest", fields.CharField(description="SHA-256 of the bytes as uploaded", max_length=64)),
                ("width", fields.IntField()),
                ("height", fields.IntField()),
                ("uploaded_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                (
                    "report",
                    fields.ForeignKeyField(
                        "models.Report",
                        source_field="report_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="photos",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "role",
                    fields.CharEnumField(
                        null=True,
                        description="CITIZEN: CITIZEN\nPROOF: PROOF",
                        enum_type=PhotoRole,
                        max_length=8,
                    ),
                ),
                (
                    "place",
                    fields.IntField(null=True, description="its place among the report's photos of that role"),
                ),
            ],
            options={
                "table": "photo",
                "app": "models",
                "pk_attr": "id",
                "table_description": "An uploaded picture. In no report (`report_id` null) until one takes it, then in that one for good.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="PointEntry",
            fields=[
                (
                    "position",
                    fields.BigIntField(primary_key=True, generated=False, unique=True, db_index=True),
                ),
                ("unit", fields.CharField(max_length=32)),
                (
                    "account",
                    fields.ForeignKeyField(
                        "models.Account",
                        source_field="account_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="entries",
                        on_delete=OnDelete.SET_NULL,
                    ),
                ),
                (
                    "report",
                    fields.ForeignKeyField(
                        "models.Report",
                        source_field="report_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="entries",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "rule",
                    fields.CharEnumField(
                        description="RESPONDED_PROMPTLY: RESPONDED_PROMPTLY\nRESPONDED: RESPONDED\nRESPONDED_LATE: RESPONDED_LATE\nPROCESSED_PROMPTLY: PROCESSED_PROMPTLY\nPROCESSED: PROCESSED\nPROCESSED_LATE: PROCESSED_LATE\nREVERSAL: REVERSAL",
                        enum_type=Rule,
                        max_length=24,
                    ),
                ),
                ("rule_version", fields.IntField()),
                ("points", fields.IntField()),
                ("at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("day", fields.DateField(description="the day in Jakarta on which it counts")),
                ("reverses", fields.BigIntField(null=True, description="the entry that this one takes back")),
            ],
            options={
                "table": "point_entry",
                "app": "models",
                "pk_attr": "position",
                "table_description": "One line of the ledger. Its id is the log position at which it was made.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="ReportDay",
            fields=[
                ("day", fields.DateField(primary_key=True, unique=True, db_index=True)),
                ("given", fields.IntField()),
            ],
            options={
                "table": "report_day",
                "app": "models",
                "pk_attr": "day",
                "table_description": "The last running number given on a day in Jakarta.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="SignIn",
            fields=[
                ("id", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=22)),
                (
                    "account",
                    fields.ForeignKeyField(
                        "models.Account",
                        source_field="account_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="sign_ins",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("refresh_digest", fields.CharField(unique=True, max_length=64)),
                (
                    "previous_digest",
                    fields.CharField(
                        null=True,
                        unique=True,
                        description="the token before the last rotation",
                        max_length=64,
                    ),
                ),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("refreshed_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("expires_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("ended_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "sign_in",
                "app": "models",
                "pk_attr": "id",
                "table_description": "A session: one device signed in. Refresh tokens are kept as SHA-256 only.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Support",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "report",
                    fields.ForeignKeyField(
                        "models.Report",
                        source_field="report_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="supports",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "account",
                    fields.ForeignKeyField(
                        "models.Account",
                        source_field="account_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="supports",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("from_position", fields.BigIntField()),
                ("until_position", fields.BigIntField(null=True)),
            ],
            options={
                "table": "support",
                "app": "models",
                "pk_attr": "id",
                "table_description": "A citizen's support for a report, by the log positions at which it began and ended (null: it lasts).",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Tally",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("unit", fields.CharField(max_length=32)),
                ("day", fields.DateField()),
                ("points", fields.IntField()),
                ("entries", fields.IntField()),
            ],
            options={
                "table": "tally",
                "app": "models",
                "unique_together": (("unit", "day"),),
                "pk_attr": "id",
                "table_description": "What a leaf unit gathered on a day in Jakarta: the sum and the number of its entries.",
            },
            bases=["Model"],
        ),
        *(ops.RunSQL(f"CREATE INDEX IF NOT EXISTS {name} ON {on}") for name, on in INDEXES.items()),
        *(ops.RunSQL(f"CREATE UNIQUE INDEX IF NOT EXISTS {name} ON {on}") for name, on in UNIQUE_INDEXES.items()),
    ]
