"""SLA: the deadline promised to the citizen and the deadline of the unit in charge (domain.md, "Targets").

The citizen's deadline stays, whichever unit has the report. A unit's time runs only while it has the report, so a
hand-over moves the unit's deadline and not the citizen's. All durations are service time (`rules.service_time`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol, Self

from rules.access import covers
from rules.service_time import ALWAYS, DAY, LASTS, Calendar, ServiceClock, ServiceHours

MINUTE = timedelta(minutes=1)


class Target(StrEnum):
    """An act with a deadline."""

    RESPONSE = "RESPONSE"
    PROCESSING = "PROCESSING"


@dataclass(frozen=True, slots=True)
class HandlerClock:
    """The time of the unit in charge in the present opening of a report.

    An opening starts with the submission or with a reopening. `held_from`: the start of the unit's present hold.
    `previously_held`: the time for which the unit held the report earlier in this opening. `service`: what measures
    these times, against the target.
    """

    opened_at: datetime
    processing_target: timedelta
    held_from: datetime
    previously_held: timedelta = timedelta()
    service: ServiceClock = ALWAYS

    @property
    def citizen_due_at(self) -> datetime:
        """The deadline promised to the citizen."""
        return self.service.add(self.opened_at, self.processing_target)

    @property
    def handler_due_at(self) -> datetime:
        """The deadline of the unit in charge."""
        return self.service.add(self.held_from, self.processing_target - self.previously_held)

    def held(self, at: datetime) -> timedelta:
        """Return the total time for which the unit has held the report. A moment before `held_from` adds nothing."""
        return self.previously_held + max(self.service.between(self.held_from, at), timedelta())


def opened(at: datetime, processing_target: timedelta) -> HandlerClock:
    """Return the clock of a report that is submitted or reopened at `at`. No unit has held it yet."""
    return HandlerClock(at, processing_target, held_from=at)


def hand_over(
    clock: HandlerClock, at: datetime, previously_held: timedelta = timedelta()
) -> tuple[timedelta, HandlerClock]:
    """Hand a report over to a unit that has held it for `previously_held` earlier in this opening.

    Returns the total time that the leaving unit has held it, rounded down to whole seconds in its favour, and the
    clock of the receiving unit.
    """
    held = timedelta(seconds=clock.held(at) // timedelta(seconds=1))
    return held, replace(clock, held_from=at, previously_held=previously_held)


@dataclass(frozen=True, slots=True)
class EarlierHold:
    """The time for which a unit held the report in this opening, until it handed it on at `left_at`.

    `not_held`: the time before the unit fetched the report, which counts for its gains only.
    """

    held: timedelta
    not_held: timedelta
    left_at: datetime


def is_fetched(actor: str, leaving: str, receiving: str) -> bool:
    """Return whether a unit fetches a report: its own people, or those above it, take it from another unit.

    `actor`: the unit, or ADMIN, in whose name the hand-over is made. Who acts for the leaving unit too gives it.
    """
    return covers(actor, receiving) and not covers(actor, leaving)


def time_of_receiver(
    clock: HandlerClock, at: datetime, earlier: EarlierHold | None, *, fetched: bool
) -> tuple[timedelta, timedelta]:
    """Return what the receiving unit has held so far, and the time that it has not held but that its gains count.

    A unit that fetches a report back has held it all the time in between. A unit that fetches one that it never had is
    judged for its gains by the promise to the citizen, which runs from the opening, and blamed by its own time only.
    Both are whole seconds.
    """
    since = clock.opened_at if earlier is None else earlier.left_at
    between = timedelta(seconds=clock.service.between(since, at) // timedelta(seconds=1)) if fetched else timedelta()
    return (timedelta(), between) if earlier is None else (earlier.held + between, earlier.not_held)


@dataclass(frozen=True, slots=True)
class SlaTerms:
    """The targets of a category with the hours of their clocks, and the factor of the points of its reports."""

    hours: ServiceHours
    response_target: timedelta
    processing_target: timedelta
    weight: int

    def as_data(self) -> list[Any]:
        """Return the terms as the log keeps them with what is judged by them; `from_data` is the inverse."""
        return [self.hours, self.response_target // MINUTE, self.processing_target // MINUTE, self.weight]

    @classmethod
    def from_data(cls, data: Sequence[Any]) -> Self:
        """Return the terms that `as_data` returned."""
        hours, response, processing, weight = data
        return cls(ServiceHours(hours), response * MINUTE, processing * MINUTE, weight)

    def response_clock(self, calendar: Calendar) -> ServiceClock:
        """Return what measures the time until the answer."""
        return calendar.clock(self.hours, self.response_target)

    def processing_clock(self, calendar: Calendar) -> ServiceClock:
        """Return what measures the time until the fix, and for which a unit holds the report."""
        return calendar.clock(self.hours, self.processing_target)

    def response_due_at(self, calendar: Calendar, submitted_at: datetime) -> datetime:
        """Return the deadline promised for the answer."""
        return self.response_clock(calendar).add(submitted_at, self.response_target)

    def processing_due_at(self, calendar: Calendar, opened_at: datetime) -> datetime:
        """Return the deadline promised for the fix."""
        return self.processing_clock(calendar).add(opened_at, self.processing_target)


def terms_after_recategorising(old: SlaTerms, new: SlaTerms, *, own: bool) -> SlaTerms:
    """Return the terms of a report that moves from a category with `old` terms to one with `new` terms.

    `own`: whether those who handle the report move it, not the control room. Then the move gives no more time, no more
    points and no smaller penalty: clocks that never stood still do not begin to.
    """
    if not own:
        return new
    hours = ServiceHours.ALWAYS if ServiceHours.ALWAYS in (old.hours, new.hours) else ServiceHours.DAY
    return SlaTerms(
        hours,
        _sooner(hours, old.response_target, new.response_target),
        _sooner(hours, old.processing_target, new.processing_target),
        old.weight,
    )


def _sooner(hours: ServiceHours, old: timedelta, new: timedelta) -> timedelta:
    """Return the new target if it passes no later than the old one, whenever it begins; else the old one.

    Clocks of targets under a day stand still at night: 12 such hours may take 36.
    """
    is_slower = hours is ServiceHours.DAY and LASTS <= new < DAY <= old
    return old if is_slower else min(old, new)


class SlaState(Protocol):
    """The report attributes that the next deadline depends on."""

    @property
    def external(self) -> bool:
        """Whether it is handled outside the city, where no deadlines apply."""

    @property
    def responded_at(self) -> datetime | None:
        """The time of the city's first answer."""

    @property
    def processed_at(self) -> datetime | None:
        """The time at which it was closed. None while it is open."""

    @property
    def response_due_at(self) -> datetime:
        """The deadline promised for the answer."""

    @property
    def handler_due_at(self) -> datetime:
        """The deadline of the unit in charge."""

    @property
    def response_overdue(self) -> bool:
        """Whether a missed deadline of the answer is recorded."""

    @property
    def processing_overdue(self) -> bool:
        """Whether a missed deadline of the unit in charge is recorded for this opening."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """A target, and the last moment at which it can be met."""

    target: Target
    at: datetime


def next_deadline(report: SlaState, since: datetime) -> Deadline | None:
    """Return the earliest deadline that is not met and not recorded as missed, or None.

    `since`: the moment of the change that led to this state. A deadline that the change moved into the past falls due
    at that moment and not earlier: a report that was not late yesterday does not become late yesterday.
    """
    if report.external or report.processed_at is not None:
        return None
    deadlines = []
    if report.responded_at is None and not report.response_overdue:
        deadlines.append(Deadline(Target.RESPONSE, report.response_due_at))
    if not report.processing_overdue:
        deadlines.append(Deadline(Target.PROCESSING, report.handler_due_at))
    if not deadlines:
        return None
    first = min(deadlines, key=lambda deadline: deadline.at)
    return replace(first, at=max(first.at, since))


def is_overdue(
    now: datetime,
    *,
    responded_at: datetime | None,
    processed_at: datetime | None,
    response_due_at: datetime,
    processing_due_at: datetime,
) -> bool:
    """Return whether a promise to the citizen is broken: the report is open past a deadline that it has not met."""
    if processed_at is not None:
        return False
    return now > processing_due_at or (responded_at is None and now > response_due_at)
