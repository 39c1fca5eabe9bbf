"""Reports and their events."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated, Self

import strawberry

from models.log import EventRow, ReportEventKind
from models.reports import PhotoRole, ReportRow
from rules import access
from rules.access import Role
from rules.criteria import ReportCriteria
from rules.cursors import encode
from rules.languages import Locale
from rules.workflow import ReportStatus, Resolution, label
from schema.context import BY_VIEWER, Context, Info
from schema.enums import ReportOrder
from schema.errors import UserError
from schema.nodes import Node, global_id
from schema.paging import After, Before, First, Last, Page, PageInfo, Paging, page_cursor, paging
from schema.places import Category, GeoPoint, Handler, Kelurahan
from schema.points import PointEntry
from schema.scalars import URL

field = strawberry.field


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


@strawberry.type(description="The public identity of a reporter.")
class Reporter:
    pseudonym: str = field(description="Name that the reporter chose, or a generated one.")


@strawberry.type(description="A photo. All metadata of the camera has been removed.")
class Photo:
    id: strawberry.ID = field(description="Id that the upload returned.")
    url: URL = field(description="Address of the photo.")
    thumbnail_url: URL = field(description="Address of the thumbnail, at most 400 pixels wide and high.")
    width: int = field(description="Width in pixels.")
    height: int = field(description="Height in pixels.")


@strawberry.type(description="Actions that the viewer may take on the report now.")
class ReportPermissions:
    can_edit: bool = field(description="Whether the viewer may change the text or add photos.")
    can_withdraw: bool = field(description="Whether the viewer may withdraw the report.")
    can_change_status: bool = field(description="Whether the viewer may change the status as the unit in charge.")
    can_assign: bool = field(description="Whether the viewer may assign, transfer or recategorise the report.")
    can_rate: bool = field(description="Whether the viewer may rate how the report was fixed.")
    can_reopen: bool = field(description="Whether the viewer may reopen the report.")


@strawberry.type(description="A problem reported by a citizen.")
class Report(Node):
    row: strawberry.Private[ReportRow]
    number: str = field(
        description='Number for people, for example "JK2611230001": JK, the day of submission in Jakarta, and a '
        "serial number."
    )
    version: int = field(description="Version, which rises by one with each event of the report.")
    cursor: str = field(
        description="Log cursor of the last event that this state includes: `reportChanged(after: cursor)` "
        "continues from here without a gap."
    )
    title: str = field(description="Title in one line, written by the reporter.")
    description: str = field(description="Description of the problem, written by the reporter.")
    category: Category = field(description="Category of the problem.")
    location: GeoPoint = field(description="Location of the problem.")
    address: str | None = field(description="Address of the problem, written by the reporter. Null when not given.")
    kelurahan: Kelurahan = field(description="Kelurahan of the location.")
    status: ReportStatus = field(description="Current status.")
    resolution: Resolution | None = field(description="The outcome. Null until the status is `PROCESSED`.")
    handler: Handler = field(description="Unit in charge.")
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

    @field(description="Name of the current status for people.")
    def status_label(
        self, locale: Annotated[Locale, strawberry.argument(description="Language of the text.")] = Locale.ID
    ) -> str:
        return label(self.status, locale)

    @field(description="The reporter. Null for an anonymous report.")
    async def reporter(self, info: Info) -> Reporter | None:
        if self.row.anonymous:
            return None
        return Reporter(pseudonym=await info.context.pseudonym(self.row.reporter_id))

    @field(description="Photos of the problem, added by the reporter.")
    async def photos(self, info: Info) -> list[Photo]:
        return list(await info.context.photos(self.row.id, PhotoRole.CITIZEN))

    @field(description="Photos that prove the fix. Empty when there is none.")
    async def proof(self, info: Info) -> list[Photo]:
        return list(await info.context.photos(self.row.id, PhotoRole.PROOF))

    @field(description="Whether the report is open and past a promised deadline.")
    def overdue(self, info: Info) -> bool:
        return self.row.snapshot.overdue(info.context.now)

    @field(description="Whether the viewer supports the report.", metadata=BY_VIEWER)
    async def viewer_has_supported(self, info: Info) -> bool:
        return await info.context.supports(self.row.id)

    @field(description="Whether the viewer is the reporter.", metadata=BY_VIEWER)
    def viewer_is_reporter(self, info: Info) -> bool:
        person = info.context.person
        return person is not None and person.account_id == self.row.reporter_id

    @field(description="The original report. Null unless the outcome is `DUPLICATE`.")
    async def duplicate_of(self, info: Info) -> "Report | None":
        original = self.row.duplicate_of_id
        return None if original is None else await info.context.report(original)

    @field(description="Events of the report, oldest first.")
    async def timeline(
        self, info: Info, first: First = None, after: After = None, last: Last = None, before: Before = None
    ) -> "ReportEventConnection":
        page = await info.context.event_page(self.row.id, paging(first, after, last, before))
        return ReportEventConnection.of(info.context, page)

    @field(description="Point entries of units for the report, oldest first.")
    async def points(self, info: Info) -> list[PointEntry]:
        return list(await info.context.entries_of(self.row.id))

    @field(description="Actions that the viewer may take now.", metadata=BY_VIEWER)
    def permissions(self, info: Info) -> ReportPermissions:
        allowed = access.permissions(info.context.person, self.row, info.context.now)
        return ReportPermissions(
            can_edit=allowed.can_edit,
            can_withdraw=allowed.can_withdraw,
            can_change_status=allowed.can_change_status,
            can_assign=allowed.can_assign,
            can_rate=allowed.can_rate,
            can_reopen=allowed.can_reopen,
        )

    @classmethod
    def of(cls, context: Context, row: ReportRow) -> Self:
        """Make the object of a row."""
        places = context.places
        return cls(
            row=row,
            id=global_id("Report", row.id),
            number=row.number,
            version=row.version,
            cursor=encode(context.epoch, row.position),
            title=row.title,
            description=row.description,
            category=places.categories[row.category],
            location=GeoPoint(latitude=row.latitude, longitude=row.longitude),
            address=row.address,
            kelurahan=places.kelurahan[row.kelurahan],
            status=row.status,
            resolution=row.resolution,
            handler=places.handler(row.handler),
            submitted_at=row.submitted_at,
            responded_at=row.responded_at,
            processed_at=row.processed_at,
            response_due_at=row.response_due_at,
            processing_due_at=row.processing_due_at,
            handler_due_at=row.handler_due_at,
            rating=row.rating,
            support_count=row.support_count,
        )


@strawberry.type(description="A page of reports.")
class ReportConnection:
    edges: list["ReportEdge"] = field(description="The rows of the page.")
    page_info: PageInfo = field(description="Page cursors of the page, and whether there are more pages.")
    cursor: str = field(
        description="Log cursor, read before the rows: `reportFeed(after: cursor)` continues from here without a gap."
    )
    criteria: strawberry.Private[ReportCriteria]

    @field(description="Number of reports on all pages. Counted only when selected.")
    async def total_count(self, info: Info) -> int | None:
        return await info.context.report_count(self.criteria)


@strawberry.type(description="A row of a page of reports.")
class ReportEdge:
    cursor: str = field(description="Page cursor of the row, for `after` and `before` of the same list.")
    node: Report = field(description="The report.")


@strawberry.type(description="An event of a report.")
class ReportEvent(Node):
    row: strawberry.Private[EventRow]
    cursor: str = field(
        description="Log cursor of the event: pass it as `after` of a subscription to continue after this event."
    )
    kind: ReportEventKind = field(description="Kind of event.")
    at: datetime = field(description="Time of the event.")
    report_id: strawberry.ID = field(description="Id of the report.")
    version: int = field(
        description="Version of the report at this event. Ignore the event if you have a higher version."
    )
    from_status: ReportStatus | None = field(description="Status before the event. Null unless the event changed it.")
    to_status: ReportStatus | None = field(description="Status after the event. Null unless the event changed it.")
    resolution: Resolution | None = field(description="Outcome. Null unless the event closed the report.")
    actor: str = field(description="A role or the name of a unit that acted. Never names a citizen.")
    from_handler: Handler | None = field(
        description="Unit in charge before the event. Null unless the event changed it."
    )
    to_handler: Handler | None = field(description="Unit in charge after the event. Null unless the event changed it.")
    from_kelurahan: Kelurahan | None = field(
        description="Kelurahan before the event. Null unless the event changed it."
    )
    to_kelurahan: Kelurahan | None = field(description="Kelurahan after the event. Null unless the event changed it.")
    from_category: Category | None = field(description="Category before the event. Null unless the event changed it.")
    to_category: Category | None = field(description="Category after the event. Null unless the event changed it.")
    stars: int | None = field(description="Stars of a rating, 1 to 5. Null for other events.")

    @field(description="The report, at the version of the event or later. Null when it is no longer visible.")
    async def report(self, info: Info) -> Report | None:
        return None if self.row.report_id is None else await info.context.report(self.row.report_id)

    @field(description="Text written with the event: a note, a reason or a comment. Null when there is none.")
    async def note(self, info: Info) -> str | None:
        return await info.context.note(self.row.position)

    @classmethod
    def of(cls, context: Context, row: EventRow) -> Self:
        """Make the object of an event of the topic `report`."""
        before, after = row.before, row.after
        moved = before is None or before.status is not after.status
        handed = before is not None and before.handler != after.handler
        elsewhere = before is not None and before.kelurahan != after.kelurahan
        otherwise = before is not None and before.category != after.category
        places = context.places
        return cls(
            row=row,
            id=global_id("ReportEvent", row.position),
            cursor=encode(context.epoch, row.position),
            kind=ReportEventKind(row.kind),
            at=row.at,
            report_id=global_id("Report", row.report_id),
            version=row.version or 0,
            from_status=before.status if before is not None and moved else None,
            to_status=after.status if moved else None,
            resolution=after.resolution if moved else None,
            actor=_actor(context, row.actor or ""),
            from_handler=places.handler(before.handler) if before is not None and handed else None,
            to_handler=places.handler(after.handler) if handed else None,
            from_kelurahan=places.kelurahan[before.kelurahan] if before is not None and elsewhere else None,
            to_kelurahan=places.kelurahan[after.kelurahan] if elsewhere else None,
            from_category=places.categories[before.category] if before is not None and otherwise else None,
            to_category=places.categories[after.category] if otherwise else None,
            stars=row.data.get("stars"),
        )


@strawberry.type(description="A page of events of a report.")
class ReportEventConnection:
    edges: list["ReportEventEdge"] = field(description="The rows of the page.")
    page_info: PageInfo = field(description="Page cursors of the page, and whether there are more pages.")

    @classmethod
    def of(cls, context: Context, page: Page[EventRow]) -> Self:
        """Make the connection of a page."""
        edges = [
            ReportEventEdge(cursor=page_cursor(row.position), node=ReportEvent.of(context, row)) for row in page.rows
        ]
        return cls(edges=edges, page_info=page.info(lambda row: page_cursor(row.position)))


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
        description="Ids of uploaded photos that prove the fix. `FIXED` requires at least one that is in no "
        "report yet.",
    )
    duplicate_of: strawberry.ID | None = field(
        default=None, description="Id of the original report. Required for `DUPLICATE`, refused otherwise."
    )
    if_version: int | None = field(
        default=None,
        description="Expected version of the report. The change is refused with `CONFLICT` if the report has "
        "another one.",
    )


ROLES = frozenset(role.value for role in Role)


async def list_reports(
    context: Context,
    asked: ReportFilter | None,
    order: ReportOrder,
    page_asked: Paging,
    within: str | None = None,
) -> ReportConnection:
    """Read a connection of reports; `within` narrows it to one kelurahan."""
    criteria = context.criteria(asked)
    if within is not None:
        chosen = frozenset({within})
        criteria = replace(criteria, kelurahan=chosen if criteria.kelurahan is None else chosen & criteria.kelurahan)
    cursor = await context.head_cursor()
    page = await context.report_page(criteria, order, page_asked)
    return ReportConnection(
        edges=[ReportEdge(cursor=_key(row, order), node=Report.of(context, row)) for row in page.rows],
        page_info=page.info(lambda row: _key(row, order)),
        cursor=cursor,
        criteria=criteria,
    )


def _key(row: ReportRow, order: ReportOrder) -> str:
    if order is ReportOrder.MOST_SUPPORTED:
        return page_cursor(order, row.support_count, row.id)
    moment = row.handler_due_at if order is ReportOrder.DUE_SOONEST else row.submitted_at
    return page_cursor(order, moment.isoformat(), row.id)


def _actor(context: Context, code: str) -> str:
    return code if code in ROLES else context.places.unit(code).name
