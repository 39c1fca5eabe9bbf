"""Reports with their photos, support, notes, holdings, and the running number of each day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar, Final, TypeAlias

from tortoise import fields
from tortoise.models import Model

from models.accounts import Account
from models.reading import Derived
from rules.criteria import ReportSnapshot
from rules.pictures import ProofConcern
from rules.scoring.points import scores_for
from rules.service_time import ServiceHours
from rules.sla import SlaTerms
from rules.texts import WITHDRAWN_TITLE
from rules.workflow import ReportStatus, Resolution


class PhotoRole(StrEnum):
    """The role of a photo in its report."""

    CITIZEN = "CITIZEN"
    PROOF = "PROOF"


_NAME = "(SELECT pseudonym FROM account WHERE account.id = report.reporter_id)"
_NAME_UNLESS_ANONYMOUS = f"CASE WHEN NOT anonymous THEN {_NAME} END"
_HAS_DUPLICATES = "(SELECT 1 FROM report other WHERE other.duplicate_of_id = report.id LIMIT 1) IS NOT NULL"
"""Not EXISTS: for a page of a long list PostgreSQL would look for the duplicates of all reports at once."""


_COMMENT_COUNT = "(SELECT COUNT(*) FROM comment WHERE comment.report_id = report.id AND NOT internal)"
"""The number of public comments."""


_IS_WITHDRAWN = f"resolution = '{Resolution.WITHDRAWN}'"

_SIGHT_ON_POSTGRES = "jsonb_build_array(report.reporter_id, report.handler, report.kelurahan)"
_SIGHT_ON_SQLITE = "json_array(report.reporter_id, report.handler, report.kelurahan)"

VEIL: Final = Derived(
    f"CASE WHEN report.hidden THEN {_SIGHT_ON_POSTGRES} END",
    f"CASE WHEN report.hidden THEN {_SIGHT_ON_SQLITE} END",
    is_json=True,
)
"""The values that decide who sees a hidden report (`queries.visibility`). Null for any other."""


def veil_of(table: str) -> Derived:
    """Return the veil of the report that a row of a table is about."""
    source = f"FROM report WHERE report.id = {table}.report_id"
    return Derived(f"(SELECT {VEIL.postgres} {source})", f"(SELECT {VEIL.sqlite} {source})", is_json=True)


def _unless_withdrawn(column: str, otherwise: str) -> Derived:
    """Return a text by the reporter, which a report that was withdrawn no longer shows."""
    shown = f"CASE WHEN {_IS_WITHDRAWN} THEN {otherwise} ELSE report.{column} END"
    return Derived(shown, shown)


def _photos(role: PhotoRole) -> Derived:
    """Return the photos of a report in a role, in their order: none of one that was withdrawn."""
    is_shown = f"(report.resolution IS NULL OR report.{_IS_WITHDRAWN.replace('=', '<>')})"
    of_report = f"FROM photo WHERE photo.report_id = report.id AND role = '{role}' AND {is_shown}"
    return Derived(
        f"(SELECT jsonb_agg(jsonb_build_array(photo.id, width, height, concern) ORDER BY place) {of_report})",
        f"(SELECT json_group_array(json_array(id, width, height, concern)) FROM (SELECT * {of_report} ORDER BY place))",
        is_json=True,
    )


class Report(Model):
    """A citizen's report in its present state. Its history is the log, `position` its last event there."""

    id = fields.BigIntField(primary_key=True)
    number = fields.CharField(24, unique=True)
    version = fields.IntField()
    position = fields.BigIntField()
    title = fields.CharField(150)
    description = fields.TextField()
    address = fields.CharField(300, null=True)
    category = fields.CharField(32)
    weight = fields.IntField(description="factor of its points, from its category")
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
    hours = fields.CharEnumField(
        ServiceHours, max_length=6, db_default=ServiceHours.ALWAYS, description="the hours of its clocks"
    )
    response_target_minutes = fields.IntField(
        db_default=0, description="service time from the submission to the answer"
    )
    processing_target_minutes = fields.IntField(db_default=0, description="service time from the opening to the fix")
    response_due_at = fields.DatetimeField()
    processing_due_at = fields.DatetimeField()
    opening_no = fields.IntField(default=0, source_field="opening", description="one more with each reopening")
    reopened_at = fields.DatetimeField(null=True, description="start of the present opening, null for the first")
    citizen_reopenings = fields.IntField(default=0, description="number of reopenings by the reporter")
    supervisor_reopenings = fields.IntField(db_default=0, description="number of reopenings by supervisors")
    dismissal_reopened = fields.BooleanField(
        db_default=False, description="whether it was closed without a fix once, and reopened"
    )
    held_from = fields.DatetimeField(
        null=True, description="start of the present hold of the handler, null if it began with the opening"
    )
    previously_held_seconds = fields.IntField(
        default=0,
        source_field="held_before",
        description="seconds of service time that the handler held it earlier in this opening",
    )
    not_held_seconds = fields.IntField(
        db_default=0, description="seconds of this opening before the handler fetched it, which its gains count"
    )
    handler_due_at = fields.DatetimeField(null=True, description="deadline of the handler")
    next_due_at = fields.DatetimeField(
        null=True, description="next deadline that is neither met nor recorded as missed"
    )
    response_overdue = fields.BooleanField(
        default=False, description="whether a missed deadline of the answer is recorded"
    )
    processing_overdue = fields.BooleanField(
        default=False, description="whether a missed deadline is recorded for this handler and opening"
    )
    rating = fields.IntField(null=True, description="the stars for the present closing")
    support_count = fields.IntField(default=0)
    photo_count = fields.IntField(db_default=0, description="number of the reporter's photos")
    changed_at = fields.DatetimeField(null=True, description="moment of its last event")
    scores = fields.BooleanField(db_default=True, description="whether it is one of the reporter's first of its day")
    own_units = fields.TextField(
        null=True,
        description="units that the reporter acted for when submitting, by comma, null for an anonymous report",
    )
    own_latitude = fields.FloatField(null=True, description="the place by its reporter, null if no unit moved it")
    own_longitude = fields.FloatField(null=True, description="the place by its reporter, null if no unit moved it")
    imported_from = fields.CharField(60, null=True, description="the system that it was imported from")
    hidden = fields.BooleanField(db_default=False, description="whether the control room has hidden it")
    erased = fields.BooleanField(db_default=False, description="whether its reporter erased its words and photos")
    request_key = fields.CharField(100, null=True, description="the citizen's idempotency key")
    request_digest = fields.CharField(64, null=True, description="SHA-256 of the request that used it")

    derived: ClassVar = {
        "title": _unless_withdrawn("title", f"'{WITHDRAWN_TITLE}'"),
        "description": _unless_withdrawn("description", "''"),
        "address": _unless_withdrawn("address", "NULL"),
        "veil": VEIL,
        "pseudonym": Derived(_NAME_UNLESS_ANONYMOUS, _NAME_UNLESS_ANONYMOUS),
        "citizen_photos": _photos(PhotoRole.CITIZEN),
        "proof_photos": _photos(PhotoRole.PROOF),
        "has_duplicates": Derived(_HAS_DUPLICATES, _HAS_DUPLICATES),
        "comment_count": Derived(_COMMENT_COUNT, _COMMENT_COUNT),
    }
    """Columns that are read from elsewhere in the same statement, or shown as another text than is stored.

    `ShownReportRow` has them too, but the veil.
    """

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
    hours: ServiceHours
    response_target_minutes: int
    processing_target_minutes: int
    response_due_at: datetime
    processing_due_at: datetime
    opening_no: int
    reopened_at: datetime | None
    citizen_reopenings: int
    supervisor_reopenings: int
    dismissal_reopened: bool
    held_from: datetime | None
    previously_held_seconds: int
    not_held_seconds: int
    handler_due_at: datetime
    next_due_at: datetime | None
    response_overdue: bool
    processing_overdue: bool
    rating: int | None
    support_count: int
    photo_count: int
    changed_at: datetime
    scores: bool
    own_units: str | None
    own_latitude: float | None
    own_longitude: float | None
    imported_from: str | None
    hidden: bool
    erased: bool
    request_digest: str | None

    @classmethod
    def of(cls, report: Report) -> "ReportRow":
        """Return the row of an ORM object."""
        return cls(**{name: getattr(report, name) for name in REPORT_COLUMNS})

    @property
    def imported(self) -> bool:
        """Whether it comes from another system."""
        return self.imported_from is not None

    @property
    def opened_at(self) -> datetime:
        """The start of the present opening: the submission, or the last reopening."""
        return self.reopened_at or self.submitted_at

    @property
    def own_place(self) -> tuple[float, float]:
        """The place by its reporter, wherever a unit has moved the report: points and duplicates are judged by it."""
        if self.own_latitude is None or self.own_longitude is None:
            return self.latitude, self.longitude
        return self.own_latitude, self.own_longitude

    @property
    def terms(self) -> SlaTerms:
        """The targets: for the answer from the submission, to act from the opening. The second limits a unit's hold."""
        return SlaTerms(
            self.hours,
            timedelta(minutes=self.response_target_minutes),
            timedelta(minutes=self.processing_target_minutes),
            self.weight,
        )

    @property
    def scores_for_handler(self) -> bool:
        """Whether it may earn or cost the unit in charge points."""
        return not self.external and scores_for(self.handler, is_among_first=self.scores, own_units=self.own_units)

    @property
    def snapshot(self) -> ReportSnapshot:
        """The state that the log stores and that filters use."""
        return ReportSnapshot(**{name: getattr(self, name) for name in SNAPSHOT_COLUMNS})


REPORT_COLUMNS: tuple[str, ...] = tuple(ReportRow.__dataclass_fields__)


PhotoValues: TypeAlias = list[tuple[str, int, int, str | None]] | None
"""The photos of a report in one role: the id, the width, the height and the concern of each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownReportRow(ReportRow):
    """A report as it is shown.

    `pseudonym` is the pseudonym of the reporter; None for an anonymous report. Photos are lists of id, width,
    height and concern; None or empty without any. `has_duplicates`: other reports are merged into it. `comment_count`:
    of public comments.
    """

    pseudonym: str | None
    citizen_photos: PhotoValues
    proof_photos: PhotoValues
    has_duplicates: bool
    comment_count: int


SHOWN_COLUMNS: tuple[str, ...] = tuple(ShownReportRow.__dataclass_fields__)
_STATUS, _RESOLUTION = SHOWN_COLUMNS.index("status"), SHOWN_COLUMNS.index("resolution")
_HOURS = SHOWN_COLUMNS.index("hours")


def shown_report_row(values: Sequence[Any]) -> ShownReportRow:
    """Return the row with these values of SHOWN_COLUMNS, as the driver gives them."""
    each = list(values)
    each[_STATUS] = ReportStatus(each[_STATUS])
    each[_RESOLUTION] = None if each[_RESOLUTION] is None else Resolution(each[_RESOLUTION])
    each[_HOURS] = ServiceHours(each[_HOURS])
    return ShownReportRow(**dict(zip(SHOWN_COLUMNS, each, strict=True)))


SNAPSHOT_COLUMNS: tuple[str, ...] = tuple(ReportSnapshot.__dataclass_fields__)


class Photo(Model):
    """An uploaded picture. In no report (`report_id` null) at first, then permanently in one."""

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
    place = fields.IntField(null=True, description="order among the photos of its role in the report")
    fingerprints: list[int] | None = fields.JSONField(
        null=True, description="numbers that identify the picture, null if it was uploaded before there were any"
    )
    dhash = fields.BigIntField(null=True, description="difference hash")
    one_colour = fields.BooleanField(null=True)
    unit = fields.CharField(32, null=True, description="the unit whose proof it is")
    concern: ProofConcern | None = fields.CharEnumField(  # type: ignore[assignment] # typed as if it were required
        ProofConcern, max_length=16, null=True, description="likeness of a proof"
    )

    derived: ClassVar = {"veil": veil_of("photo")}
    """The veil of the report."""

    class Meta:
        table = "photo"


class Fingerprint(Model):
    """A number that identifies a picture in a report. No proof has one that is here already."""

    value = fields.BigIntField(primary_key=True, generated=False)

    class Meta:
        table = "fingerprint"


class Holding(Model):
    """The service time that a unit held a report in an opening before its hand-over. The present hold is in the report.

    When a report is reopened, the time that its handler held it in the opening that ends is recorded here too.
    """

    id = fields.BigIntField(primary_key=True)
    report: fields.ForeignKeyRelation[Report] = fields.ForeignKeyField(
        "models.Report", related_name="holdings", on_delete=fields.RESTRICT
    )
    report_id: int
    opening_no = fields.IntField(source_field="opening")
    unit = fields.CharField(32)
    seconds = fields.IntField()
    not_held_seconds = fields.IntField(db_default=0, description="the same of the report, for this unit")
    left_at = fields.DatetimeField(null=True, description="the hand-over, or the reopening")
    overdue = fields.BooleanField(description="whether a missed deadline of the unit is recorded")

    class Meta:
        table = "holding"
        unique_together = (("report", "opening_no", "unit"),)


class Support(Model):
    """A citizen's support for a report, from one log position until another (null while it lasts)."""

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


_NOTED = "FROM log_event JOIN report ON report.id = log_event.report_id WHERE log_event.position = note.position"


class Note(Model):
    """The free text of an event, apart from the log so that it can be erased."""

    position = fields.BigIntField(primary_key=True, generated=False)
    body = fields.TextField()

    derived: ClassVar = {
        "veil": Derived(
            f"(SELECT CASE WHEN report.hidden OR kind = 'HIDDEN' THEN {_SIGHT_ON_POSTGRES} END {_NOTED})",
            f"(SELECT CASE WHEN report.hidden OR kind = 'HIDDEN' THEN {_SIGHT_ON_SQLITE} END {_NOTED})",
            is_json=True,
        ),
    }
    """The veil of the report. The reason for a hiding keeps it, also when the report is shown again."""

    class Meta:
        table = "note"


class ReportDay(Model):
    """The last running number given on a Jakarta day."""

    day = fields.DateField(primary_key=True)
    given = fields.IntField()

    class Meta:
        table = "report_day"


class SentWords(Model):
    """Words that a citizen sent lately, as a hash, and how often: so of two submissions at once one finds the other."""

    words = fields.CharField(64, primary_key=True)
    times = fields.IntField()
    sent_at = fields.DatetimeField()

    class Meta:
        table = "sent_words"


class ReporterDay(Model):
    """The number of reports that a citizen submitted on a Jakarta day, anonymous ones apart."""

    id = fields.BigIntField(primary_key=True)
    reporter_id = fields.BigIntField()
    anonymous = fields.BooleanField()
    day = fields.DateField()
    given = fields.IntField()

    class Meta:
        table = "reporter_day"
        unique_together = (("reporter_id", "anonymous", "day"),)
