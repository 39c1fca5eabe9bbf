"""Report filters. They depend on stored values only, so that a replay gives the same events as live delivery."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Self

from rules.geography import Circle
from rules.sla import is_overdue
from rules.workflow import ReportStatus, Resolution


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportSnapshot:
    """The state of a report that the log stores with each event: codes, numbers and ids, no text.

    Older events lack the last six values. `imported` and `hidden` are False then, the others are None. A filter on one
    of them leaves such a state out, whichever way it asks. Without stars `rating` is None too.
    """

    category: str
    kelurahan: str
    handler: str
    external: bool
    latitude: float
    longitude: float
    reporter_id: int
    status: ReportStatus
    resolution: Resolution | None
    duplicate_of_id: int | None
    submitted_at: datetime
    responded_at: datetime | None
    processed_at: datetime | None
    response_due_at: datetime
    processing_due_at: datetime
    response_overdue: bool = False
    processing_overdue: bool = False
    rating: int | None = None
    support_count: int | None = None
    photo_count: int | None = None
    opening_no: int | None = None
    imported: bool = False
    hidden: bool = False

    def as_data(self) -> dict[str, Any]:
        """Return the snapshot as JSON values; `from_data` is the inverse."""
        values = ((name, getattr(self, name)) for name in self.__dataclass_fields__)
        return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in values}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Return the snapshot from the JSON values that `as_data` returned."""
        times = {name: datetime.fromisoformat(data[name]) for name in _TIMES if data[name] is not None}
        resolution = data["resolution"]
        return cls(
            **{
                **data,
                **times,
                "status": ReportStatus(data["status"]),
                "resolution": None if resolution is None else Resolution(resolution),
            }
        )

    @property
    def is_open(self) -> bool:
        """Whether the report is open."""
        return self.processed_at is None

    @property
    def is_late(self) -> bool:
        """Whether it is open and a missed deadline is recorded: of the unit in charge, or of an answer still due."""
        return self.is_open and (self.processing_overdue or (self.responded_at is None and self.response_overdue))

    def overdue(self, at: datetime) -> bool:
        """Return whether a promise to the citizen is broken at `at`."""
        return is_overdue(
            at,
            responded_at=self.responded_at,
            processed_at=self.processed_at,
            response_due_at=self.response_due_at,
            processing_due_at=self.processing_due_at,
        )


_TIMES = ("submitted_at", "responded_at", "processed_at", "response_due_at", "processing_due_at")


@dataclass(frozen=True, slots=True)
class BoundingBox:
    """A box on the map, in degrees, borders included."""

    south: float
    west: float
    north: float
    east: float

    def contains(self, latitude: float, longitude: float) -> bool:
        """Return whether the point is in the box."""
        return self.south <= latitude <= self.north and self.west <= longitude <= self.east


@dataclass(frozen=True, slots=True)
class Acting:
    """The official authority of a viewer: over the reports of these units, of all if None, but not over their own."""

    account_id: int
    units: frozenset[str] | None

    def may_act(self, snapshot: ReportSnapshot) -> bool:
        """Return whether the viewer may change the status, or assign the report, in this state."""
        return (
            snapshot.status is not ReportStatus.PROCESSED
            and snapshot.reporter_id != self.account_id
            and (self.units is None or snapshot.handler in self.units or snapshot.kelurahan in self.units)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportCriteria:
    """A filter: a report must satisfy every part that is not None.

    `kelurahan` holds places of every level, resolved to kelurahan codes. `reporter_id` is the viewer of "mine", and
    `acting` that of "actionable". `text` has the words of a search: they are in rows alone, so `matches` leaves them
    out. A kept answer is dropped sooner than needed, and feeds refuse a text. `flagged`: reports that are flagged or
    hidden, for the control room only, whose answers are not kept.
    """

    status: frozenset[ReportStatus] | None = None
    resolution: frozenset[Resolution] | None = None
    category: frozenset[str] | None = None
    kelurahan: frozenset[str] | None = None
    handler: frozenset[str] | None = None
    within: BoundingBox | None = None
    near: Circle | None = None
    submitted_from: datetime | None = None
    submitted_to: datetime | None = None
    overdue: bool | None = None
    external: bool | None = None
    reporter_id: int | None = None
    acting: Acting | None = None
    changed_from: datetime | None = None
    processed_from: datetime | None = None
    processed_to: datetime | None = None
    reopened: bool | None = None
    stars_at_most: int | None = None
    without_photo: bool | None = None
    supporters_at_least: int | None = None
    text: tuple[str, ...] | None = None
    flagged: bool = False

    @property
    def shows_hidden(self) -> bool:
        """Whether hidden reports match too: the viewer's own, those they may act on, and the flagged ones."""
        return self.reporter_id is not None or self.acting is not None or self.flagged

    @property
    def box(self) -> BoundingBox | None:
        """A box in which the reports are, if any part says where: that of the circle if there is one."""
        return self.within if self.near is None else BoundingBox(*self.near.bounds)

    def in_kelurahan(self, code: str) -> Self:
        """Return the criteria narrowed to one kelurahan."""
        chosen = frozenset({code})
        return replace(self, kelurahan=chosen if self.kelurahan is None else chosen & self.kelurahan)

    def matches(self, snapshot: ReportSnapshot, at: datetime) -> bool:
        """Return whether a report in this state matches at `at`, when it last changed. Ends of spans are excluded."""
        return (
            (not snapshot.hidden or self.shows_hidden)
            and (self.status is None or snapshot.status in self.status)
            and (self.resolution is None or snapshot.resolution in self.resolution)
            and (self.category is None or snapshot.category in self.category)
            and (self.kelurahan is None or snapshot.kelurahan in self.kelurahan)
            and (self.handler is None or snapshot.handler in self.handler)
            and (self.within is None or self.within.contains(snapshot.latitude, snapshot.longitude))
            and (self.near is None or self.near.contains(snapshot.latitude, snapshot.longitude))
            and (self.submitted_from is None or self.submitted_from <= snapshot.submitted_at)
            and (self.submitted_to is None or snapshot.submitted_at < self.submitted_to)
            and (self.overdue is None or snapshot.overdue(at) == self.overdue)
            and (self.external is None or snapshot.external == self.external)
            and (self.reporter_id is None or snapshot.reporter_id == self.reporter_id)
            and (self.acting is None or self.acting.may_act(snapshot))
            and (self.changed_from is None or self.changed_from <= at)
            and self._matches_closing(snapshot)
            and self._matches_counts(snapshot)
        )

    def _matches_closing(self, snapshot: ReportSnapshot) -> bool:
        at = snapshot.processed_at
        return (self.processed_from is None or (at is not None and self.processed_from <= at)) and (
            self.processed_to is None or (at is not None and at < self.processed_to)
        )

    def _matches_counts(self, snapshot: ReportSnapshot) -> bool:
        stars, supports = snapshot.rating, snapshot.support_count
        photos, openings = snapshot.photo_count, snapshot.opening_no
        return (
            (self.reopened is None or (openings is not None and (openings > 0) == self.reopened))
            and (self.stars_at_most is None or (stars is not None and stars <= self.stars_at_most))
            and (self.without_photo is None or (photos is not None and (photos == 0) == self.without_photo))
            and (self.supporters_at_least is None or (supports is not None and supports >= self.supporters_at_least))
        )
