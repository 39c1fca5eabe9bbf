"""Two clocks: the promise to the citizen, and the time of the unit in charge (domain.md, "Targets").

The promise runs on whoever has the report. A unit's clock runs only while it has the report, so a hand-over moves the
one and not the other.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol


class Target(StrEnum):
    """What has a time."""

    RESPONSE = "RESPONSE"
    PROCESSING = "PROCESSING"


@dataclass(frozen=True, slots=True)
class HandlerClock:
    """The time of the unit in charge, in this opening of a report: since its submission, or since it was reopened.

    `held_from`: since when the unit has it now. `previously_held`: what it held of it earlier in this opening.
    """

    opened_at: datetime
    processing_target: timedelta
    held_from: datetime
    previously_held: timedelta = timedelta()

    @property
    def citizen_due_at(self) -> datetime:
        """Until when the citizen has been promised the end."""
        return self.opened_at + self.processing_target

    @property
    def handler_due_at(self) -> datetime:
        """When the unit's time runs out."""
        return self.held_from + self.processing_target - self.previously_held

    def held(self, at: datetime) -> timedelta:
        """Return for how long the unit has held it in all. A moment before `held_from` adds nothing."""
        return self.previously_held + max(at - self.held_from, timedelta())


def opened(at: datetime, processing_target: timedelta) -> HandlerClock:
    """Start the clock of a report that is submitted or reopened at `at`: nobody has held it yet."""
    return HandlerClock(at, processing_target, held_from=at)


def hand_over(
    clock: HandlerClock, at: datetime, previously_held: timedelta = timedelta()
) -> tuple[timedelta, HandlerClock]:
    """Pass a report on to a unit that has held it for `previously_held` earlier in this opening.

    Returns what the leaving unit has held in all, in whole seconds (the rest is given to it), and the clock of the
    arriving one.
    """
    held = timedelta(seconds=clock.held(at) // timedelta(seconds=1))
    return held, replace(clock, held_from=at, previously_held=previously_held)


@dataclass(frozen=True, slots=True)
class SlaTerms:
    """What a category asks of whoever handles its reports, and what it multiplies their points by."""

    response_target: timedelta
    processing_target: timedelta
    weight: int


def terms_after_recategorising(old: SlaTerms, new: SlaTerms, *, own: bool) -> SlaTerms:
    """Return the terms of a report that passes from a category with `old` terms to one with `new`.

    `own`: not the control room does it but those who work on it. Then it gives no time, no points and no lighter blame.
    """
    if not own:
        return new
    return SlaTerms(
        min(old.response_target, new.response_target),
        min(old.processing_target, new.processing_target),
        old.weight,
    )


class SlaState(Protocol):
    """What of a report decides which target passes next."""

    @property
    def external(self) -> bool:
        """Whether others than the city handle it: no target is theirs."""

    @property
    def responded_at(self) -> datetime | None:
        """When the city first answered."""

    @property
    def processed_at(self) -> datetime | None:
        """When it ended."""

    @property
    def response_due_at(self) -> datetime:
        """Until when an answer has been promised."""

    @property
    def handler_due_at(self) -> datetime:
        """When the time of the unit in charge runs out."""

    @property
    def response_overdue(self) -> bool:
        """Whether it is recorded that the answer was overdue."""

    @property
    def processing_overdue(self) -> bool:
        """Whether it is recorded that the time of the unit in charge ran out in this opening."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """A target that passes after this moment, unless something is done by then."""

    target: Target
    at: datetime


def next_deadline(report: SlaState, since: datetime) -> Deadline | None:
    """Return the target that passes next and is not recorded yet; None: none will.

    `since`: the moment of the change that led here. A target moved into the past before it falls due at that moment,
    not earlier: what was not late yesterday does not become so.
    """
    if report.external or report.processed_at is not None:
        return None
    ahead = []
    if report.responded_at is None and not report.response_overdue:
        ahead.append(Deadline(Target.RESPONSE, report.response_due_at))
    if not report.processing_overdue:
        ahead.append(Deadline(Target.PROCESSING, report.handler_due_at))
    if not ahead:
        return None
    first = min(ahead, key=lambda due: due.at)
    return replace(first, at=max(first.at, since))


def is_overdue(
    now: datetime,
    *,
    responded_at: datetime | None,
    processed_at: datetime | None,
    response_due_at: datetime,
    processing_due_at: datetime,
) -> bool:
    """Whether a promise has passed unmet: the report is open, and unanswered or unfinished past its time."""
    if processed_at is not None:
        return False
    return now > processing_due_at or (responded_at is None and now > response_due_at)
