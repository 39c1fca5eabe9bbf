"""Reports, their events, and the inputs that change them."""

from dataclasses import asdict
from datetime import datetime
from functools import cache
from typing import Any, ClassVar, NamedTuple, Self

import strawberry

from models import reports as tables
from models.log import LogEvent, ReportEventKind, Topic
from models.reports import PhotoValues
from queries import comments, events, flags, ledger, originals, outbox, reports
from queries.paging import Page
from queries.reports import ReportKey, ReportOrder
from rules import access
from rules.access import Role
from rules.criteria import ReportCriteria
from rules.cursors import encode
from rules.messages import Message
from rules.pictures import ProofConcern
from rules.scoring.points import scores_for
from rules.sla import is_overdue
from rules.workflow import ReportStatus, Resolution, label
from schema.columns import EDGES, FromRow, Load, Make, column_field, loaded_field, log_cursor, viewpoint
from schema.comments import NOTES, Comment, CommentConnection, viewed_page
from schema.context import BY_LOCALE, BY_STAFF, BY_VIEWER, DEPENDS, Context, Info, InLocale
from schema.costs import STATEMENT, cost
from schema.errors import RequestCode, RequestError, UserError
from schema.forwarding import Forwarding
from schema.freshness import Dependencies
from schema.moderation import Flag
from schema.nodes import Node, global_id, id_field
from schema.paging import (
    MOST_INTEGER,
    After,
    Before,
    First,
    Last,
    PageInfo,
    PageRequest,
    moment_key,
    page_cursor,
    page_info,
    row_key,
)
from schema.places import Category, GeoPoint, Handler, Kelurahan, Unit, category_of, handler_of, kelurahan_of
from schema.points import PointEntry
from schema.scalars import URL

field = strawberry.field

MOST_PHOTOS = 5
"""Photos of one kind in a report (`actions.photos`)."""

LONG_TEXT = 20
"""The cost of a text of up to 5,000 characters."""

COUNT = 1_000
"""The cost of a count: up to a second of the database, among 5,000,000 reports."""


@strawberry.input(description="A point in WGS 84 coordinates.")
class GeoPointInput:
    latitude: float = field(description="Latitude in degrees. Jakarta is at about -6.")
    longitude: float = field(description="Longitude in degrees. Jakarta is at about 106.")


@strawberry.input(description="An area of the map between two latitudes and two longitudes, borders included.")
class BoundingBoxInput:
    south: float = field(description="Lowest latitude in degrees.")
    west: float = field(description="Lowest longitude in degrees.")
    north: float = field(description="Highest latitude in degrees.")
    east: float = field(description="Highest longitude in degrees.")


@strawberry.input(description="An area of the map around a point, border included.")
class NearInput:
    at: GeoPointInput = field(description="The point in its middle.")
    radius_metres: int = field(default=250, description="Distance from the point in metres: 1 to 5,000.")


@strawberry.input(description="Conditions on reports. A report must meet all conditions that are not null.")
class ReportFilter:
    status: list[ReportStatus] | None = field(default=None, description="Status is one of these.")
    resolution: list[Resolution] | None = field(default=None, description="Outcome is one of these.")
    category: list[str] | None = field(default=None, description="Category is one of these, by code.")
    kelurahan: list[str] | None = field(default=None, description="Kelurahan is one of these, by code or name.")
    kecamatan: list[str] | None = field(default=None, description="Kecamatan is one of these, by code.")
    city: list[str] | None = field(default=None, description="City is one of these, by code.")
    handler: list[strawberry.ID] | None = field(
        default=None, description="Unit in charge is one of these, by the id of a kelurahan or an agency."
    )
    within: BoundingBoxInput | None = field(default=None, description="Location is in this area.")
    near: NearInput | None = field(default=None, description="Location is within a distance of this point.")
    submitted_from: datetime | None = field(default=None, description="Submitted at or after this moment.")
    submitted_to: datetime | None = field(default=None, description="Submitted before this moment.")
    overdue: bool | None = field(
        default=None, description="True: open reports past a promised deadline. False: all others."
    )
    mine: bool | None = field(
        default=None,
        description="True: only the viewer's own reports, which requires a session. False: no restriction.",
    )
    external: bool | None = field(
        default=None, description="True: reports handled by an external agency. False: all others."
    )
    text: str | None = field(
        default=None,
        description="Title and description have all of these words, at most 200 characters. The last word may be the "
        "beginning of one, from three letters on. On PostgreSQL words count by their Indonesian stem. Not in "
        "`reportFeed`.",
    )
    actionable: bool | None = field(
        default=None,
        description="True: only open reports whose status the viewer may change, or that the viewer may assign, as "
        "staff: none for others, and never the viewer's own. False: no restriction.",
    )
    changed_from: datetime | None = field(default=None, description="Last event at or after this moment.")
    processed_from: datetime | None = field(
        default=None, description="Closed at or after this moment, and closed still."
    )
    processed_to: datetime | None = field(default=None, description="Closed before this moment, and closed still.")
    reopened: bool | None = field(
        default=None, description="True: reports that were reopened at least once. False: all others."
    )
    stars_at_most: int | None = field(
        default=None, description="The current closing is rated with at most this many stars, so it is rated."
    )
    without_photo: bool | None = field(
        default=None, description="True: reports without a photo of the problem. False: all others."
    )
    supporters_at_least: int | None = field(default=None, description="At least this many citizens support it.")


@strawberry.type(description="The public identity of a reporter.")
class Reporter:
    pseudonym: str = field(description="Name that the reporter chose, or a generated one.")


@strawberry.type(description="A photo. All metadata of the camera has been removed.")
class Photo:
    id: strawberry.ID = field(description="Id that the upload returned.")
    url: URL = field(description="Address of the photo.")
    medium_url: URL = field(description="Address of the photo at most 1,200 pixels wide and high.")
    thumbnail_url: URL = field(description="Address of the thumbnail, at most 400 pixels wide and high.")
    width: int = field(description="Width in pixels.")
    height: int = field(description="Height in pixels.")
    concern: ProofConcern | None = field(
        description="Likeness of a proof photo to another picture: a hint, no verdict. Null for viewers who are no "
        "staff.",
        metadata=BY_VIEWER,
    )


def photos_of(context: Context, photos: PhotoValues) -> list[Photo]:
    """Return the photos that have these values."""
    made = []
    is_staff = access.is_staff(context.person)
    for name, width, height, concern in photos or ():
        thumbnail, medium, full = map(URL, context.picture_urls(name, context.base_url))
        made.append(
            Photo(
                id=strawberry.ID(name),
                url=full,
                medium_url=medium,
                thumbnail_url=thumbnail,
                width=width,
                height=height,
                concern=ProofConcern(concern) if concern and is_staff else None,
            )
        )
    return made


@strawberry.type(description="Actions that the viewer may take on the report now.")
class ReportPermissions:
    can_edit: bool = field(description="Whether the viewer may change the text or add photos.")
    can_withdraw: bool = field(description="Whether the viewer may withdraw the report.")
    can_change_status: bool = field(description="Whether the viewer may change the status as the unit in charge.")
    can_assign: bool = field(description="Whether the viewer may assign, transfer or recategorise the report.")
    can_move: bool = field(description="Whether the viewer may correct the location.")
    can_rate: bool = field(description="Whether the viewer may rate how the report was fixed.")
    can_reopen: bool = field(description="Whether the viewer may reopen the report.")
    can_note: bool = field(description="Whether the viewer may write internal notes, as staff of a unit in charge.")
    can_moderate: bool = field(description="Whether the viewer may hide the report, as the control room.")
    can_erase: bool = field(description="Whether the viewer may erase the words and photos of the report.")
    can_flag: bool = field(description="Whether the viewer may flag the report of somebody else.")
    can_support: bool = field(
        description="Whether the report is open and somebody else's: the viewer may support it, or supports it already "
        "(`viewerHasSupported`)."
    )
    can_speak: strawberry.Private[bool]
    report_id: strawberry.Private[int]
    can_comment: bool = loaded_field(
        "report_id",
        "can_speak",
        load=Load(
            comments.may_comment,
            key=lambda _, report_id, can_speak: (report_id, can_speak),
            shared=lambda context: context.person and context.person.account_id,
            make=lambda _, may: may,
        ),
        description="Whether the viewer may comment: the reporter, supporters and staff of a unit in charge, also "
        "after the report is closed.",
    )


SLA_COLUMNS = ("responded_at", "processed_at", "response_due_at", "processing_due_at")
"""The columns that `rules.sla.is_overdue` needs."""


SCORING_COLUMNS = ("handler", "scores", "own_units")
"""The columns that `rules.scoring.points.scores_for` needs."""


class AccessColumns(NamedTuple):
    """The columns of a report on which the permissions depend: a `rules.access.ReportForAccess`."""

    reporter_id: int
    handler: str
    kelurahan: str
    status: ReportStatus
    resolution: Resolution | None
    responded_at: datetime | None
    processed_at: datetime | None
    response_due_at: datetime
    rating: int | None
    citizen_reopenings: int
    supervisor_reopenings: int
    hidden: bool
    erased: bool


def overdue_of(context: Context, *values: Any) -> bool:
    """Return whether the report that has these values of SLA_COLUMNS is overdue now."""
    for due in values[2:]:
        if due >= context.now:
            context.depends.on_time(due)
    return is_overdue(context.now, **dict(zip(SLA_COLUMNS, values, strict=True)))


def scores_of(_: Context, handler: str, is_among_first: bool, own_units: str | None) -> bool:
    """Return whether the report that has these values of SCORING_COLUMNS scores for its handler."""
    return scores_for(handler, is_among_first=bool(is_among_first), own_units=own_units)


def permissions_of(context: Context, report_id: int, has_duplicates: bool, *values: Any) -> ReportPermissions:
    """Return what the viewer may do with the report that has these values of AccessColumns."""
    report = AccessColumns(*values)
    allowed = access.permissions(context.person, report, context.now, has_duplicates=bool(has_duplicates))
    return ReportPermissions(report_id=report_id, **_by_name(allowed))


@cache
def _by_name(allowed: access.Permissions) -> dict[str, bool]:
    return asdict(allowed)


def _is_control_room(context: Context) -> bool:
    return context.person is not None and access.is_admin(context.person)


TIMELINE: Load[Any] = Load(
    events.pages,
    shared=viewed_page,
    make=lambda _, page: ReportEventConnection(page=page),
    pages=True,
    depends=Dependencies.on_reports,
)
"""The pages of events of all reports of a list."""

COMMENTS: Load[Any] = Load(
    comments.pages,
    shared=viewed_page,
    make=lambda _, page: CommentConnection(page=page),
    pages=True,
    depends=Dependencies.on_reports,
)
"""The pages of comments on all reports of a list."""


@strawberry.type(
    description="The words of a report in which personal details are masked, as its reporter wrote them. Texts without "
    "any are the same as in the report."
)
class ReportOriginal:
    title: str = field(description="Title in one line.")
    description: str = field(description="Description of the problem.", metadata=cost(value=LONG_TEXT))
    address: str | None = field(description="Address of the problem. Null when not given.")


@strawberry.type(description="A problem reported by a citizen.")
class Report(FromRow, Node):
    table: ClassVar = tables.Report
    id: strawberry.ID = id_field("Report", "id")
    number: str = field(
        description='Number for people, for example "JK2611230001": JK, the day of submission in Jakarta, and a '
        "serial number."
    )
    version: int = field(description="Version, which rises by one with each event of the report.")
    cursor: str = column_field(
        "position",
        make=log_cursor,
        description="Log cursor of the last event that this state includes: `reportChanged(after: cursor)` "
        "continues from here without a gap.",
    )
    title: str = field(description="Title in one line, written by the reporter.")
    description: str = field(
        description="Description of the problem, written by the reporter.", metadata=cost(value=LONG_TEXT)
    )
    category: Category = column_field("category", make=category_of, description="Category of the problem.")
    location: GeoPoint = column_field(
        "latitude",
        "longitude",
        of=GeoPoint,
        description="Location of the problem.",
    )
    address: str | None = field(description="Address of the problem, written by the reporter. Null when not given.")
    imported_from: str | None = field(
        description="The system that it was imported from. It has that system's times, brings no points and is in no "
        "scorecard. Null for a report of this city's own."
    )
    kelurahan: Kelurahan = column_field("kelurahan", make=kelurahan_of, description="Kelurahan of the location.")
    status: ReportStatus = field(description="Current status.")
    resolution: Resolution | None = field(description="The outcome. Null until the status is `PROCESSED`.")
    handler: Handler = column_field("handler", make=handler_of, description="Unit in charge.")
    submitted_at: datetime = field(description="Time of the submission.")
    responded_at: datetime | None = field(description="Time of the first official answer. Null until then.")
    processed_at: datetime | None = field(description="Time of the closing. Null until the status is `PROCESSED`.")
    response_due_at: datetime = field(
        description="Deadline of the first answer that the city promised to the reporter."
    )
    processing_due_at: datetime = field(
        description="Deadline of the processing that the city promised to the reporter."
    )
    handler_due_at: datetime = field(description="Deadline of the unit in charge, which decides its points.")
    rating: int | None = field(
        description="Rating of the current closing by the reporter, 1 to 5 stars. Null until rated."
    )
    support_count: int = field(description="Number of citizens who support the report.")
    comment_count: int = field(
        description="Number of comments that everybody sees. Internal notes of staff are not counted."
    )
    scores: bool = column_field(
        *SCORING_COLUMNS,
        make=scores_of,
        description="Whether the report may bring the unit in charge points: it is one of the first three that its "
        "reporter submitted that day (anonymous ones counted apart), and not the named report of somebody who acted "
        "for that unit, or for one above it. Decided at the submission. An external unit has no points.",
    )

    reporter: Reporter | None = column_field(
        "pseudonym", of=Reporter, topic=Topic.ACCOUNT, description="The reporter. Null for an anonymous report."
    )
    photos: list[Photo] = column_field(
        "citizen_photos",
        make=photos_of,
        description="Photos of the problem, added by the reporter.",
        metadata=cost(size=MOST_PHOTOS),
    )
    proof: list[Photo] = column_field(
        "proof_photos",
        make=photos_of,
        description="Photos that prove the fix. Empty when there is none.",
        metadata=cost(size=MOST_PHOTOS),
    )
    overdue: bool = column_field(
        *SLA_COLUMNS,
        make=overdue_of,
        description="Whether the report is open and past a promised deadline.",
    )
    viewer_has_supported: bool = loaded_field(
        "id",
        load=Load(
            reports.supported,
            shared=lambda context: context.person and context.person.account_id,
            make=lambda _, supported: supported,
        ),
        description="Whether the viewer supports the report.",
        metadata=BY_VIEWER,
    )
    viewer_is_reporter: bool = column_field(
        "reporter_id",
        make=lambda context, account_id: context.person is not None and context.person.account_id == account_id,
        description="Whether the viewer is the reporter.",
        metadata=BY_VIEWER,
    )
    duplicate_of: "Report | None" = loaded_field(
        "duplicate_of_id",
        load=Load(
            reports.by_id,
            shared=viewpoint,
            make=lambda context, row: row and Report.of(context, row),
            rows=True,
            depends=Dependencies.on_reports,
        ),
        description="The original report. Null unless the outcome is `DUPLICATE`.",
    )
    forwarding: Forwarding | None = loaded_field(
        "id",
        load=Load(outbox.forwardings, make=Forwarding.of, depends=Dependencies.on_reports),
        description="Progress of the report at the external agency that handles it. Null for a report that none "
        "handles, or that was closed before it was sent.",
        metadata=cost(reads=STATEMENT),
    )
    points: list[PointEntry] = loaded_field(
        "id",
        load=Load(
            ledger.of_reports,
            make=lambda context, rows: [PointEntry.of(context, row) for row in rows],
            rows=True,
            depends=Dependencies.on_reports,
        ),
        description="Point entries of units for the report, oldest first.",
        metadata=cost(size=20, reads=STATEMENT),
    )
    hidden: bool = column_field(
        "hidden",
        make=lambda _, hidden: bool(hidden),
        description="Whether the control room has hidden the report from the public. Never true for those who do not "
        "see it then.",
    )
    flags: list[Flag] = loaded_field(
        "id",
        load=Load(
            flags.of_reports,
            key=lambda context, report_id: report_id if _is_control_room(context) else None,
            make=lambda _, rows: [Flag(**row._asdict()) for row in rows],
            missing=[],
        ),
        description="Flags on the report, the newest first. Empty for everybody but the control room.",
        metadata=BY_VIEWER | cost(size=20, reads=STATEMENT),
    )
    original: ReportOriginal | None = loaded_field(
        "id",
        load=Load(
            originals.of_reports,
            shared=lambda context: context.person,
            make=lambda _, row: row and ReportOriginal(**row._asdict()),
        ),
        description="Words of the report as its reporter wrote them, for them and staff who may act on the report. "
        "Null for others, and when no personal details are masked: see `maskPersonalDetails`.",
        metadata=BY_VIEWER | cost(reads=STATEMENT),
    )
    permissions: ReportPermissions = column_field(
        "id",
        "has_duplicates",
        *AccessColumns._fields,
        make=permissions_of,
        description="Actions that the viewer may take now.",
        metadata=BY_VIEWER,
    )

    @column_field("status", description="Name of the current status for people.", metadata=BY_LOCALE)
    def status_label(self, info: Info, locale: InLocale = None) -> str:
        return label(self.row.status, locale or info.context.locale)

    @column_field(
        "id",
        load=TIMELINE,
        description="Events of the report, oldest first. Internal notes of staff are among them for staff only.",
        metadata=BY_STAFF | cost(page=20, reads=STATEMENT),
    )
    async def timeline(
        self, info: Info, first: First = None, after: After = None, last: Last = None, before: Before = None
    ) -> "ReportEventConnection":
        page = {"first": first, "after": after, "last": last, "before": before}
        connection: ReportEventConnection = await TIMELINE.one(info, self.row.id, **page)
        return connection

    @column_field(
        "id",
        load=COMMENTS,
        description="Comments on the report, oldest first. Internal notes are among them for staff only, and never on "
        "their own reports.",
        metadata=BY_STAFF | cost(page=20, reads=STATEMENT),
    )
    async def comments(
        self, info: Info, first: First = None, after: After = None, last: Last = None, before: Before = None
    ) -> CommentConnection:
        page = {"first": first, "after": after, "last": last, "before": before}
        connection: CommentConnection = await COMMENTS.one(info, self.row.id, **page)
        return connection


@strawberry.type(description="A page of reports.")
class ReportConnection:
    order: strawberry.Private[str]
    page: strawberry.Private[Page[Any]]
    criteria: strawberry.Private[ReportCriteria]
    kelurahan: strawberry.Private[str | None]
    head: strawberry.Private[tuple[str, int] | None]

    @field(
        description="Log cursor, read before the rows: `reportFeed(after: cursor)` continues from here without a gap."
    )
    def cursor(self, info: Info) -> str:
        if self.head is None:
            raise RuntimeError("the head was not read, because the cursor was not selected")
        info.context.depends.on_anything()
        return encode(*self.head)

    @field(description="The rows of the page.", metadata=EDGES)
    def edges(self, info: Info) -> list["ReportEdge"]:
        return [ReportEdge(cursor=self.cursor_of(row), node=Report.of(info.context, row)) for row in self.page.rows]

    @field(description="Page cursors of the page, and whether there are more pages.")
    def page_info(self) -> PageInfo:
        return page_info(self.page, self.cursor_of)

    @field(
        description="Number of reports on all pages. Counted only when selected.", metadata=DEPENDS | cost(reads=COUNT)
    )
    async def total_count(self, info: Info) -> int | None:
        context = info.context
        context.depends.on_criteria(_in_kelurahan(self.criteria, self.kelurahan))
        if self.kelurahan is None:
            return await reports.count(self.criteria, context.now)
        number: int = await context.load(reports.counts, (self.kelurahan, self.criteria, context.now))
        return number

    def cursor_of(self, row: Any) -> str:
        """Return the page cursor of a row."""
        value, report_id = self.page.key(row)
        return page_cursor(self.order, value.isoformat() if isinstance(value, datetime) else value, report_id)

    @classmethod
    async def read(
        cls,
        info: Info,
        criteria: ReportCriteria,
        order: ReportOrder,
        request: PageRequest,
        kelurahan: str | None = None,
    ) -> Self:
        """Read a page of the reports that match the criteria, in a kelurahan or everywhere. Raises RequestError."""
        if order is ReportOrder.RELEVANCE and criteria.text is None:
            raise RequestError(RequestCode.BAD_INPUT, Message.RELEVANCE_WITHOUT_TEXT, "orderBy")
        context, keyset = info.context, request.keyset(lambda keys: report_key(keys, order))
        head = await context.log_head() if info.selects("cursor") else None
        key = reports.ListKey(criteria, order, keyset, context.now)
        page = await (
            reports.page(*key, info.columns)
            if kelurahan is None
            else context.load(reports.pages, (kelurahan, key), info.columns)
        )
        context.depends.on_criteria(_in_kelurahan(reports.concerned(key, page), kelurahan))
        return cls(order=order, page=page, criteria=criteria, kelurahan=kelurahan, head=head)


def _in_kelurahan(criteria: ReportCriteria, kelurahan: str | None) -> ReportCriteria:
    return criteria if kelurahan is None else criteria.in_kelurahan(kelurahan)


@strawberry.type(description="A row of a page of reports.")
class ReportEdge:
    cursor: str = field(description="Page cursor of the row, for `after` and `before` of the same list.")
    node: Report = field(description="The report.")


ROLES = frozenset(role.value for role in Role)


def if_any(make: Make) -> Make:
    """Return the function that makes a field of a column that may be null."""
    return lambda context, code: None if code is None else make(context, code)


def _actor(context: Context, code: str | None) -> str:
    return code if code in ROLES else context.places.unit(code or "").name


def _acting_unit(context: Context, code: str | None) -> Any:
    return None if code is None or code in ROLES else context.places.unit(code)


@strawberry.type(description="An event of a report.")
class ReportEvent(FromRow, Node):
    table: ClassVar = LogEvent
    id: strawberry.ID = id_field("ReportEvent", "position")
    cursor: str = column_field(
        "position",
        make=log_cursor,
        description="Log cursor of the event: pass it as `after` of a subscription to continue after this event.",
    )
    kind: ReportEventKind = field(description="Kind of event.")
    at: datetime = field(description="Time of the event.")
    report_id: strawberry.ID = column_field(
        "report_id", make=lambda _, key: global_id("Report", key), description="Id of the report."
    )
    version: int = column_field(
        "version",
        make=lambda _, version: version or 0,
        description="Version of the report at this event. Ignore the event if you have a higher version. A `NOTED` "
        "event changes no report and has the version that the report had.",
    )
    from_status: ReportStatus | None = field(description="Status before the event. Null unless the event changed it.")
    to_status: ReportStatus | None = field(description="Status after the event. Null unless the event changed it.")
    resolution: Resolution | None = column_field(
        "closed_as", make=lambda _, name: name, description="Outcome. Null unless the event closed the report."
    )
    actor: str = column_field(
        "actor", make=_actor, description="A role or the name of a unit that acted. Never names a citizen."
    )
    actor_unit: Unit | None = column_field(
        "actor",
        make=_acting_unit,
        description="Unit that acted, or whose deadline passed. Null when a role acted: see `actorRole`.",
    )
    actor_role: Role | None = column_field(
        "actor",
        make=lambda _, code: Role(code) if code in ROLES else None,
        description="Role that acted: `CITIZEN` or `ADMIN`. Null when a unit acted: see `actorUnit`.",
    )
    from_handler: Handler | None = column_field(
        "from_handler",
        make=if_any(handler_of),
        description="Unit in charge before the event. Null unless the event changed it.",
    )
    to_handler: Handler | None = column_field(
        "to_handler",
        make=if_any(handler_of),
        description="Unit in charge after the event. Null unless the event changed it.",
    )
    from_kelurahan: Kelurahan | None = column_field(
        "from_kelurahan",
        make=if_any(kelurahan_of),
        description="Kelurahan before the event. Null unless the event changed it.",
    )
    to_kelurahan: Kelurahan | None = column_field(
        "to_kelurahan",
        make=if_any(kelurahan_of),
        description="Kelurahan after the event. Null unless the event changed it.",
    )
    from_category: Category | None = column_field(
        "from_category",
        make=if_any(category_of),
        description="Category before the event. Null unless the event changed it.",
    )
    to_category: Category | None = column_field(
        "to_category",
        make=if_any(category_of),
        description="Category after the event. Null unless the event changed it.",
    )
    stars: int | None = field(description="Stars of a rating, 1 to 5. Null for other events.")
    matches_filter: bool | None = field(
        description="In `reportFeed`: whether the report matches the filter after the event. If not, remove it from "
        "the list. Null elsewhere."
    )
    report: Report | None = loaded_field(
        "report_id",
        load=Load(
            reports.by_id,
            shared=viewpoint,
            make=lambda context, row: row and Report.of(context, row),
            rows=True,
            depends=Dependencies.on_reports,
        ),
        description="The report, at the version of the event or later. Null when it is no longer visible.",
    )
    note: str | None = loaded_field(
        "position",
        load=NOTES,
        description="Public words of the one who acted (`actor`), written with the act: the unit's note with a change "
        "of status, an assignment, a transfer or a change of category; the reason of a reopening, by the reporter or "
        "the unit; the reporter's words with a rating; the reason of `HIDDEN`, for the reporter and staff who may act "
        "only. Null when there are none, and when they were erased. Comments are in `comment`.",
        metadata=cost(value=LONG_TEXT, reads=STATEMENT),
    )
    comment: Comment | None = loaded_field(
        "position",
        load=Load(
            comments.by_position,
            shared=viewpoint,
            make=lambda context, row: row and Comment.of(context, row),
            rows=True,
            depends=Dependencies.on_words,
        ),
        description="Comment of a `COMMENTED` event, or internal note of a `NOTED` one. Null for other events, and "
        "when it was erased.",
    )


@strawberry.type(description="A page of events of a report.")
class ReportEventConnection:
    page: strawberry.Private[Page[Any]]

    @field(description="The rows of the page.", metadata=EDGES)
    def edges(self, info: Info) -> list["ReportEventEdge"]:
        return [
            ReportEventEdge(cursor=self.cursor_of(row), node=ReportEvent.of(info.context, row))
            for row in self.page.rows
        ]

    @field(description="Page cursors of the page, and whether there are more pages.")
    def page_info(self) -> PageInfo:
        return page_info(self.page, self.cursor_of)

    def cursor_of(self, row: Any) -> str:
        """Return the page cursor of a row."""
        return page_cursor(self.page.key(row))


@strawberry.type(description="A row of a page of events.")
class ReportEventEdge:
    cursor: str = field(description="Page cursor of the row, for `after` and `before` of the same list.")
    node: ReportEvent = field(description="The event.")


@strawberry.type(description="Result of a change of a report: the report, or the errors.")
class ReportPayload:
    report: Report | None = field(description="The report after the change. Null when refused.")
    errors: list[UserError] = field(description="The refusals. Empty on success.")


@strawberry.input(description="A new report.")
class SubmitReportInput:
    title: str = field(description="Title in one line: 1 to 150 characters.")
    description: str = field(description="Description of the problem: 1 to 5,000 characters.")
    category: str = field(description="Code of a category.")
    location: GeoPointInput = field(description="Location of the problem.")
    address: str | None = field(default=None, description="Address of the problem: at most 300 characters.")
    kelurahan: str | None = field(
        default=None,
        description="Kelurahan chosen by the citizen, by code or name. Refused unless it is plausible for the "
        "location. Derived from the location when null.",
    )
    photo_ids: list[strawberry.ID] | None = field(
        default=None, description="Ids of photos uploaded with `POST /media`: at most 5."
    )
    anonymous: bool = field(default=False, description="Whether to hide even the pseudonym of the reporter.")
    idempotency_key: str | None = field(
        default=None,
        description="Idempotency key chosen by the client, at most 100 characters. Repeating a submission with "
        "the same key returns the same report.",
    )
    mask_personal_details: bool = field(
        default=False,
        description="Whether the public reads the title, the description and the address with their personal details "
        "masked, as `personalDetails` finds them. Staff who may act on the report still read what was written.",
    )


@strawberry.input(description="Changes of a report by its reporter. Omitted fields stay unchanged.")
class UpdateReportInput:
    title: str | None = field(default=None, description="Title in one line: 1 to 150 characters.")
    description: str | None = field(default=None, description="Description of the problem: 1 to 5,000 characters.")
    address: str | None = field(
        default=None, description="Address of the problem: at most 300 characters. An empty text removes it."
    )
    add_photo_ids: list[strawberry.ID] | None = field(
        default=None, description="Ids of uploaded photos to add. A report has at most 5."
    )
    mask_personal_details: bool | None = field(
        default=None,
        description="Whether the public reads the personal details in the title, the description and the address "
        "masked, also in those that are not changed. When null, they stay masked if any is.",
    )


@strawberry.input(description="A change of status by the unit in charge.")
class ChangeReportStatusInput:
    status: ReportStatus = field(description="New status.")
    resolution: Resolution | None = field(
        default=None, description="The outcome. Required for `PROCESSED`, refused otherwise."
    )
    note: str | None = field(
        default=None,
        description="Public note to the reporter: at most 2,000 characters. Required for `INVALID` and `OUT_OF_REMIT`.",
    )
    proof_photo_ids: list[strawberry.ID] | None = field(
        default=None,
        description="Ids of uploaded photos that prove the fix. `FIXED` requires at least one. Each has at "
        "least 320 x 240 pixels, is not of one colour, and is no picture that a report has already.",
    )
    duplicate_of: strawberry.ID | None = field(
        default=None,
        description="Id or number of the original report: open or fixed, of the same category, within 200 metres, and "
        "submitted at most 7 days before unless it is open. Required for `DUPLICATE`, refused otherwise.",
    )
    if_version: int | None = field(
        default=None,
        description="Expected version of the report. The change is refused with `CONFLICT` if the report has "
        "another one.",
    )
    idempotency_key: str | None = field(
        default=None,
        description="Key chosen by the client: 1 to 100 characters. The same change with the same key again is not "
        "made again, and returns the report as it is now. A key is remembered for 7 days.",
    )


async def load_report(context: Context, report_id: int) -> Report | None:
    """Load a report by its row id. Return None if there is none that the viewer may see."""
    return await Report.load(context, reports.by_id, report_id, context.viewpoint)


async def load_event(context: Context, position: int) -> ReportEvent | None:
    """Load an event of a report by its position. Return None if there is none that the viewer may see."""
    row = await context.load(events.by_position, position, context.viewpoint)
    return None if row is None else ReportEvent.of(context, row)


def report_key(keys: list[Any], order: ReportOrder) -> ReportKey | None:
    """Return the key that a page cursor carries. Return None for the cursor of another list."""
    match keys:
        case [str(name), value, last] if name == order:
            row_id = row_key(last)
            if row_id is None:
                return None
            if order is ReportOrder.RELEVANCE:
                return (value, row_id) if isinstance(value, float) else None
            if order is ReportOrder.MOST_SUPPORTED:
                return (value, row_id) if isinstance(value, int) and abs(value) <= MOST_INTEGER else None
            moment = moment_key(value)
            return None if moment is None else (moment, row_id)
    return None
