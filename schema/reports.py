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
from rules.workflow import ReportStatus, Resolution, label
from schema.context import BY_VIEWER, Context, Info
from schema.enums import Locale, ReportOrder
from schema.errors import UserError
from schema.nodes import Node, global_id
from schema.paging import After, Before, First, Last, Page, PageInfo, Paging, page_cursor, paging
from schema.places import Category, GeoPoint, Handler, Kelurahan
from schema.points import PointEntry
from schema.scalars import URL

field = strawberry.field


@strawberry.input(description="A point, WGS 84.")
class GeoPointInput:
    latitude: float = field(description="Degrees north; Jakarta lies at about -6.")
    longitude: float = field(description="Degrees east; Jakarta lies at about 106.")


@strawberry.input(description="A box on the map, borders included.")
class BoundingBoxInput:
    south: float = field(description="The lowest latitude.")
    west: float = field(description="The lowest longitude.")
    north: float = field(description="The highest latitude.")
    east: float = field(description="The highest longitude.")


@strawberry.input(description="Which reports: all that satisfy every part given.")
class ReportFilter:
    status: list[ReportStatus] | None = field(default=None, description="In one of these statuses.")
    resolution: list[Resolution] | None = field(default=None, description="Ended in one of these ways.")
    category: list[str] | None = field(default=None, description="Of one of these categories, by code.")
    kelurahan: list[str] | None = field(default=None, description="In one of these kelurahan, by code or name.")
    kecamatan: list[str] | None = field(default=None, description="In one of these kecamatan, by code.")
    city: list[str] | None = field(default=None, description="In one of these cities, by code.")
    handler: list[strawberry.ID] | None = field(default=None, description="Handled by one of these units, by id.")
    within: BoundingBoxInput | None = field(default=None, description="In this box.")
    submitted_from: datetime | None = field(default=None, description="Submitted at this moment or later.")
    submitted_to: datetime | None = field(default=None, description="Submitted before this moment.")
    overdue: bool | None = field(default=None, description="Whether a promise has passed unmet.")
    mine: bool | None = field(default=None, description="True: the viewer's own only; needs a session.")
    external: bool | None = field(default=None, description="Whether handled outside the province.")


@strawberry.type(description="Who reported it, as everybody may know them.")
class Reporter:
    pseudonym: str = field(description="A chosen or drawn name, never the person's.")


@strawberry.type(description="A photo, without any metadata of the camera.")
class Photo:
    id: strawberry.ID = field(description="What the upload returned.")
    url: URL = field(description="The picture.")
    thumbnail_url: URL = field(description="A small one, at most 400 pixels wide or high.")
    width: int = field(description="Pixels.")
    height: int = field(description="Pixels.")


@strawberry.type(description="What the viewer may do with the report now.")
class ReportPermissions:
    can_edit: bool = field(description="Change its words or add photos.")
    can_withdraw: bool = field(description="Take it back.")
    can_change_status: bool = field(description="Move it on, officially.")
    can_assign: bool = field(description="Assign, transfer or recategorise it, officially.")
    can_rate: bool = field(description="Rate its closing.")
    can_reopen: bool = field(description="Open it again.")


@strawberry.type(description="A citizen's report of a problem.")
class Report(Node):
    row: strawberry.Private[ReportRow]
    number: str = field(description='For people, for example "JK2611230001": JK, the day in Jakarta, a running number.')
    version: int = field(description="One more with each event of the report.")
    cursor: str = field(
        description="The last event this state includes: `reportChanged(after: cursor)` misses nothing."
    )
    title: str = field(description="What it is, in a line.")
    description: str = field(description="What it is, in the reporter's words.")
    category: Category = field(description="What it is about.")
    location: GeoPoint = field(description="Where it is.")
    address: str | None = field(description="Where it is, in the reporter's words.")
    kelurahan: Kelurahan = field(description="The kelurahan it is in.")
    status: ReportStatus = field(description="Where it stands.")
    resolution: Resolution | None = field(description="How it ended; null until PROCESSED.")
    handler: Handler = field(description="The unit in charge.")
    submitted_at: datetime = field(description="When it was submitted.")
    responded_at: datetime | None = field(description="When the city first answered.")
    processed_at: datetime | None = field(description="When it ended.")
    response_due_at: datetime = field(description="Until when the city has promised to answer.")
    processing_due_at: datetime = field(description="Until when it has promised to act.")
    handler_due_at: datetime = field(description="When the time of the unit in charge runs out.")
    rating: int | None = field(description="The reporter's stars, 1 to 5, for its present closing.")
    support_count: int = field(description="How many citizens support it.")

    @field(description="The status as every citizen knows it.")
    def status_label(
        self, locale: Annotated[Locale, strawberry.argument(description="The language.")] = Locale.ID
    ) -> str:
        return label(self.status, locale)

    @field(description="Who reported it; null when they asked to stay anonymous.")
    async def reporter(self, info: Info) -> Reporter | None:
        if self.row.anonymous:
            return None
        return Reporter(pseudonym=await info.context.pseudonym(self.row.reporter_id))

    @field(description="The reporter's pictures.")
    async def photos(self, info: Info) -> list[Photo]:
        return list(await info.context.photos(self.row.id, PhotoRole.CITIZEN))

    @field(description="The pictures that prove it was fixed.")
    async def proof(self, info: Info) -> list[Photo]:
        return list(await info.context.photos(self.row.id, PhotoRole.PROOF))

    @field(description="Whether it is open and a promise has passed unmet.")
    def overdue(self, info: Info) -> bool:
        return self.row.snapshot.overdue(info.context.now)

    @field(description="Whether the viewer supports it.", metadata=BY_VIEWER)
    async def viewer_has_supported(self, info: Info) -> bool:
        return await info.context.supports(self.row.id)

    @field(description="Whether the viewer reported it.", metadata=BY_VIEWER)
    def viewer_is_reporter(self, info: Info) -> bool:
        person = info.context.person
        return person is not None and person.account_id == self.row.reporter_id

    @field(description="The report that this one repeats.")
    async def duplicate_of(self, info: Info) -> "Report | None":
        original = self.row.duplicate_of_id
        return None if original is None else await info.context.report(original)

    @field(description="Its events, the first first.")
    async def timeline(
        self, info: Info, first: First = None, after: After = None, last: Last = None, before: Before = None
    ) -> "ReportEventConnection":
        page = await info.context.event_page(self.row.id, paging(first, after, last, before))
        return ReportEventConnection.of(info.context, page)

    @field(description="The points it has given and taken, the first entry first.")
    async def points(self, info: Info) -> list[PointEntry]:
        return list(await info.context.entries_of(self.row.id))

    @field(description="What the viewer may do with it now.", metadata=BY_VIEWER)
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
    edges: list["ReportEdge"] = field(description="The rows.")
    page_info: PageInfo = field(description="Where the page lies.")
    cursor: str = field(description="The log's head, read before the rows: `reportFeed(after: cursor)` misses nothing.")
    criteria: strawberry.Private[ReportCriteria]

    @field(description="How many there are on all pages; counted only when selected.")
    async def total_count(self, info: Info) -> int | None:
        return await info.context.report_count(self.criteria)


@strawberry.type(description="A row of a page of reports.")
class ReportEdge:
    cursor: str = field(description="The page cursor of the row.")
    node: Report = field(description="The report.")


@strawberry.type(description="Something that happened to a report.")
class ReportEvent(Node):
    row: strawberry.Private[EventRow]
    cursor: str = field(description="Resume after this event with it.")
    kind: ReportEventKind = field(description="What happened.")
    at: datetime = field(description="When it happened.")
    report_id: strawberry.ID = field(description="The report's id.")
    version: int = field(description="The report's version at this event: keep what you have when yours is higher.")
    from_status: ReportStatus | None = field(description="The status before; null when the event changed none.")
    to_status: ReportStatus | None = field(description="The status after; null when the event changed none.")
    resolution: Resolution | None = field(description="How it ended, when this event ended it.")
    actor: str = field(description="Who did it: a role or a unit, never a citizen.")
    from_handler: Handler | None = field(description="The unit in charge before; null when the event changed none.")
    to_handler: Handler | None = field(description="The unit in charge after; null when the event changed none.")
    from_kelurahan: Kelurahan | None = field(description="The kelurahan before; null when the event changed none.")
    to_kelurahan: Kelurahan | None = field(description="The kelurahan after; null when the event changed none.")
    from_category: Category | None = field(description="The category before; null when the event changed none.")
    to_category: Category | None = field(description="The category after; null when the event changed none.")
    stars: int | None = field(description="The stars that a rating gave.")

    @field(description="The report, at least as new as the event; null when no longer visible.")
    async def report(self, info: Info) -> Report | None:
        return None if self.row.report_id is None else await info.context.report(self.row.report_id)

    @field(description="What the unit wrote.")
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


@strawberry.type(description="A page of a report's events.")
class ReportEventConnection:
    edges: list["ReportEventEdge"] = field(description="The rows.")
    page_info: PageInfo = field(description="Where the page lies.")

    @classmethod
    def of(cls, context: Context, page: Page[EventRow]) -> Self:
        """Make the connection of a page."""
        edges = [
            ReportEventEdge(cursor=page_cursor(row.position), node=ReportEvent.of(context, row)) for row in page.rows
        ]
        return cls(edges=edges, page_info=page.info(lambda row: page_cursor(row.position)))


@strawberry.type(description="A row of a page of events.")
class ReportEventEdge:
    cursor: str = field(description="The page cursor of the row.")
    node: ReportEvent = field(description="The event.")


@strawberry.type(description="What came of a change: the report, or why not.")
class ReportPayload:
    report: Report | None = field(description="The report as it stands after the change; null when refused.")
    errors: list[UserError] = field(description="Why it was refused; empty when it was done.")


@strawberry.input(description="What a citizen reports.")
class SubmitReportInput:
    title: str = field(description="What it is, in a line: 1 to 150 characters.")
    description: str = field(description="What it is: 1 to 5,000 characters.")
    category: str = field(description="A category's code.")
    location: GeoPointInput = field(description="Where it is.")
    address: str | None = field(default=None, description="Where it is, in words: at most 300 characters.")
    kelurahan: str | None = field(
        default=None,
        description="The citizen's own choice, by code or name; accepted when it is plausible for the location.",
    )
    photo_ids: list[strawberry.ID] | None = field(
        default=None, description="Photos uploaded before with POST /media; at most 5."
    )
    anonymous: bool = field(default=False, description="True: not even the pseudonym is shown.")
    idempotency_key: str | None = field(
        default=None,
        description="A key of the client's, at most 100 characters: sent again, it returns the same report.",
    )


@strawberry.input(description="What the reporter changes; what is left out stays.")
class UpdateReportInput:
    title: str | None = field(default=None, description="1 to 150 characters.")
    description: str | None = field(default=None, description="1 to 5,000 characters.")
    address: str | None = field(default=None, description="At most 300 characters; empty takes it away.")
    add_photo_ids: list[strawberry.ID] | None = field(
        default=None, description="Photos to add; at most 5 in the report."
    )


@strawberry.input(description="Where an officer moves a report.")
class ChangeReportStatusInput:
    status: ReportStatus = field(description="The new status.")
    resolution: Resolution | None = field(default=None, description="How it ended; with PROCESSED only.")
    note: str | None = field(
        default=None,
        description="What to tell the reporter: at most 2,000 characters. INVALID and OUT_OF_REMIT need one.",
    )
    proof_photo_ids: list[strawberry.ID] | None = field(
        default=None, description="Photos that prove it: FIXED needs at least one, in no report yet."
    )
    duplicate_of: strawberry.ID | None = field(default=None, description="The other report; DUPLICATE needs it.")
    if_version: int | None = field(
        default=None, description="Refuse with CONFLICT unless the report still has this version."
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
