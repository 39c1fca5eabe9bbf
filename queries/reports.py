"""Reads of reports, with what is kept beside them: photos and supports."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeAlias

from tortoise.expressions import Q

from models.reports import REPORT_COLUMNS, Photo, PhotoRole, Report, ReportRow, Support
from queries.paging import Keyset, Page, beyond, page_of
from rules.criteria import ReportCriteria


class ReportOrder(StrEnum):
    """An order of a list of reports."""

    NEWEST = "NEWEST"
    OLDEST = "OLDEST"
    MOST_SUPPORTED = "MOST_SUPPORTED"
    DUE_SOONEST = "DUE_SOONEST"


ORDER_COLUMNS: dict[ReportOrder, tuple[str, bool]] = {
    ReportOrder.NEWEST: ("submitted_at", True),
    ReportOrder.OLDEST: ("submitted_at", False),
    ReportOrder.MOST_SUPPORTED: ("support_count", True),
    ReportOrder.DUE_SOONEST: ("handler_due_at", False),
}
"""The column of each order, and whether it descends. The id breaks ties, in the same direction."""

ReportKey: TypeAlias = tuple[datetime | int, int]
"""The key of a report in a list: its value in the column of the order, and its id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoRow:
    """A photo of a report."""

    id: str
    report_id: int
    role: PhotoRole
    width: int
    height: int


PHOTO_COLUMNS: tuple[str, ...] = tuple(PhotoRow.__dataclass_fields__)


async def page(
    criteria: ReportCriteria, order: ReportOrder, keyset: Keyset[ReportKey], now: datetime
) -> Page[ReportRow]:
    """Read a page of the reports that match the criteria at `now`."""
    column, descending = ORDER_COLUMNS[order]
    wanted = condition(criteria, now)
    if keyset.after is not None:
        wanted &= beyond(column, keyset.after[0], "id", keyset.after[1], descending=descending)
    if keyset.before is not None:
        wanted &= beyond(column, keyset.before[0], "id", keyset.before[1], descending=not descending)
    order_by = keyset.order_by(column, "id", descending=descending)
    rows = await Report.filter(wanted).order_by(*order_by).limit(keyset.limit).values(*REPORT_COLUMNS)
    return page_of([ReportRow(**row) for row in rows], keyset)


async def count(criteria: ReportCriteria, now: datetime) -> int:
    """Count the reports that match the criteria at `now`."""
    return await Report.filter(condition(criteria, now)).count()


async def by_number(number: str) -> ReportRow | None:
    """Read a report by its number."""
    rows = await Report.filter(number=number).values(*REPORT_COLUMNS)
    return ReportRow(**rows[0]) if rows else None


async def by_id(ids: list[int]) -> list[ReportRow | None]:
    """Read reports by their row ids."""
    rows = await Report.filter(id__in=ids).values(*REPORT_COLUMNS)
    found = {row["id"]: ReportRow(**row) for row in rows}
    return [found.get(report_id) for report_id in ids]


async def photos(keys: list[tuple[int, PhotoRole]]) -> list[list[PhotoRow]]:
    """Read the photos of each (report, role), in their order."""
    found: dict[tuple[int, PhotoRole], list[PhotoRow]] = {}
    rows = Photo.filter(report_id__in={report_id for report_id, _ in keys}).order_by("place")
    for row in await rows.values(*PHOTO_COLUMNS):
        found.setdefault((row["report_id"], row["role"]), []).append(PhotoRow(**row))
    return [found.get(key, []) for key in keys]


async def supported(keys: list[tuple[int, int]]) -> list[bool]:
    """Read, for each (report, account), whether the account supports the report now."""
    report_ids, account_ids = ({key[part] for key in keys} for part in (0, 1))
    lasting = Support.filter(report_id__in=report_ids, account_id__in=account_ids, until_position__isnull=True)
    found = set(await lasting.values_list("report_id", "account_id"))
    return [key in found for key in keys]


def condition(criteria: ReportCriteria, now: datetime) -> Q:
    """Write the criteria as a condition on the table, equivalent to `ReportCriteria.matches`."""
    conditions: dict[str, Any] = {
        "status__in": _listed(criteria.status),
        "resolution__in": _listed(criteria.resolution),
        "category__in": _listed(criteria.category),
        "kelurahan__in": _listed(criteria.kelurahan),
        "handler__in": _listed(criteria.handler),
        "submitted_at__gte": criteria.submitted_from,
        "submitted_at__lt": criteria.submitted_to,
        "external": criteria.external,
        "reporter_id": criteria.reporter_id,
    }
    box = criteria.within
    if box is not None:
        conditions |= {
            "latitude__gte": box.south,
            "latitude__lte": box.north,
            "longitude__gte": box.west,
            "longitude__lte": box.east,
        }
    wanted = Q(**{name: value for name, value in conditions.items() if value is not None})
    if criteria.overdue is None:
        return wanted
    return wanted & (_overdue(now) if criteria.overdue else _in_time(now))


def _overdue(now: datetime) -> Q:
    unanswered = Q(responded_at__isnull=True, response_due_at__lt=now)
    return Q(processed_at__isnull=True) & (Q(processing_due_at__lt=now) | unanswered)


def _in_time(now: datetime) -> Q:
    answered = Q(responded_at__isnull=False) | Q(response_due_at__gte=now)
    return Q(processed_at__isnull=False) | (Q(processing_due_at__gte=now) & answered)


def _listed(values: Iterable[str] | None) -> list[str] | None:
    return None if values is None else sorted(values)
