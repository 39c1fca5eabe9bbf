"""Reports and what hangs on them: photos, support, notes, and the day's running number."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from tortoise import fields
from tortoise.models import Model

from models.accounts import Account
from rules.criteria import ReportSnapshot
from rules.workflow import ReportStatus, Resolution


class Report(Model):
    """A citizen's report as it stands. Its history is the log, `position` the last event in this state."""

    id = fields.BigIntField(primary_key=True)
    number = fields.CharField(24, unique=True)
    version = fields.IntField()
    position = fields.BigIntField()
    title = fields.CharField(150)
    description = fields.TextField()
    address = fields.CharField(300, null=True)
    category = fields.CharField(32)
    weight = fields.IntField(description="what the category's points are multiplied by, as of the submission")
    latitude = fields.FloatField()
    longitude = fields.FloatField()
    kelurahan = fields.CharField(13)
    handler = fields.CharField(32)
    external = fields.BooleanField()
    status = fields.CharEnumField(ReportStatus, max_length=16)
    resolution = fields.CharEnumField(Resolution, max_length=16, null=True)
    duplicate_of: fields.ForeignKeyNullableRelation["Report"] = fields.ForeignKeyField(
        "models.Report", null=True, related_name="duplicates", on_delete=fields.RESTRICT
    )
    duplicate_of_id: int | None
    reporter: fields.ForeignKeyRelation[Account] = fields.ForeignKeyField(
        "models.Account", related_name="reports", on_delete=fields.RESTRICT
    )
    reporter_id: int
    anonymous = fields.BooleanField()
    submitted_at = fields.DatetimeField()
    responded_at = fields.DatetimeField(null=True)
    processed_at = fields.DatetimeField(null=True)
    response_due_at = fields.DatetimeField()
    processing_due_at = fields.DatetimeField()
    opening = fields.IntField(default=0, description="one more with each reopening")
    reopened_at = fields.DatetimeField(null=True, description="when the present opening began, null for the first")
    citizen_reopenings = fields.IntField(default=0, description="how often the reporter reopened it")
    held_from = fields.DatetimeField(null=True, description="since when the handler holds it, null since it was opened")
    held_before = fields.IntField(default=0, description="seconds that the handler held it earlier in this opening")
    handler_due_at = fields.DatetimeField(null=True, description="when the clock of the handler runs out")
    next_due_at = fields.DatetimeField(null=True, description="when the next target passes that is not recorded yet")
    response_overdue = fields.BooleanField(default=False, description="recorded that it was not answered in time")
    processing_overdue = fields.BooleanField(default=False, description="recorded for this handler and opening")
    rating = fields.IntField(null=True, description="the stars for the present closing")
    support_count = fields.IntField(default=0)
    request_key = fields.CharField(100, null=True, description="the citizen's idempotency key")
    request_digest = fields.CharField(64, null=True, description="SHA-256 of what was asked with it")

    class Meta:
        table = "report"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRow:
    """A report as read from its table, without the cost of an ORM object. Satisfies `rules.access.ReportForAccess`."""

    id: int
    number: str
    version: int
    position: int
    title: str
    description: str
    address: str | None
    category: str
    weight: int
    latitude: float
    longitude: float
    kelurahan: str
    handler: str
    external: bool
    status: ReportStatus
    resolution: Resolution | None
    duplicate_of_id: int | None
    reporter_id: int
    anonymous: bool
    submitted_at: datetime
    responded_at: datetime | None
    processed_at: datetime | None
    response_due_at: datetime
    processing_due_at: datetime
    opening: int
    reopened_at: datetime | None
    citizen_reopenings: int
    held_from: datetime | None
    held_before: int
    handler_due_at: datetime
    next_due_at: datetime | None
    response_overdue: bool
    processing_overdue: bool
    rating: int | None
    support_count: int
    request_digest: str | None

    @classmethod
    def of(cls, report: Report) -> "ReportRow":
        """Take the columns from an ORM object."""
        return cls(**{name: getattr(report, name) for name in REPORT_COLUMNS})

    @property
    def opened_at(self) -> datetime:
        """When the present opening began: at the submission, or at the last reopening."""
        return self.reopened_at or self.submitted_at

    @property
    def response_target(self) -> timedelta:
        """How long the city may take to answer, from the submission."""
        return self.response_due_at - self.submitted_at

    @property
    def processing_target(self) -> timedelta:
        """How long it may take to act, from the opening; and how long a unit may hold the report."""
        return self.processing_due_at - self.opened_at

    @property
    def snapshot(self) -> ReportSnapshot:
        """What the log keeps of this state, and what a filter looks at."""
        return ReportSnapshot(**{name: getattr(self, name) for name in SNAPSHOT_COLUMNS})


REPORT_COLUMNS: tuple[str, ...] = tuple(ReportRow.__dataclass_fields__)
SNAPSHOT_COLUMNS: tuple[str, ...] = tuple(ReportSnapshot.__dataclass_fields__)


class PhotoRole(StrEnum):
    """What a photo is in its report."""

    CITIZEN = "CITIZEN"
    PROOF = "PROOF"


class Photo(Model):
    """An uploaded picture. In no report (`report_id` null) until one takes it, then in that one for good."""

    id = fields.CharField(40, primary_key=True, description="the unguessable file name")
    owner: fields.ForeignKeyRelation[Account] = fields.ForeignKeyField(
        "models.Account", related_name="photos", on_delete=fields.RESTRICT
    )
    owner_id: int
    digest = fields.CharField(64, description="SHA-256 of the bytes as uploaded")
    width = fields.IntField()
    height = fields.IntField()
    uploaded_at = fields.DatetimeField()
    report: fields.ForeignKeyNullableRelation[Report] = fields.ForeignKeyField(
        "models.Report", null=True, related_name="photos", on_delete=fields.RESTRICT
    )
    report_id: int | None
    role = fields.CharEnumField(PhotoRole, max_length=8, null=True)
    place = fields.IntField(null=True, description="its place among the report's photos of that role")

    class Meta:
        table = "photo"


class Holding(Model):
    """What a unit held of an opening before it handed the report on. The present handler's time is in the report.

    When a report is opened again, what its handler held of the opening that ends is kept here too.
    """

    id = fields.BigIntField(primary_key=True)
    report: fields.ForeignKeyRelation[Report] = fields.ForeignKeyField(
        "models.Report", related_name="holdings", on_delete=fields.RESTRICT
    )
    report_id: int
    opening = fields.IntField()
    unit = fields.CharField(32)
    seconds = fields.IntField()
    overdue = fields.BooleanField(description="recorded that its clock ran out")

    class Meta:
        table = "holding"
        unique_together = (("report", "opening", "unit"),)


class Support(Model):
    """A citizen's support for a report, by the log positions at which it began and ended (null: it lasts)."""

    id = fields.BigIntField(primary_key=True)
    report: fields.ForeignKeyRelation[Report] = fields.ForeignKeyField(
        "models.Report", related_name="supports", on_delete=fields.RESTRICT
    )
    report_id: int
    account: fields.ForeignKeyRelation[Account] = fields.ForeignKeyField(
        "models.Account", related_name="supports", on_delete=fields.RESTRICT
    )
    account_id: int
    from_position = fields.BigIntField()
    until_position = fields.BigIntField(null=True)

    class Meta:
        table = "support"


class Note(Model):
    """The free text of an event, apart from the log so that it can be erased."""

    position = fields.BigIntField(primary_key=True, generated=False)
    body = fields.TextField()

    class Meta:
        table = "note"


class ReportDay(Model):
    """The last running number given on a day in Jakarta."""

    day = fields.DateField(primary_key=True)
    given = fields.IntField()

    class Meta:
        table = "report_day"
