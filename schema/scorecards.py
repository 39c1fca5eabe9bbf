"""Scorecards: the figures behind a standing."""

from typing import Self

import strawberry

from models.log import Topic
from models.tallies import median_minutes
from queries.leaderboards import ScorecardData
from queries.reporters import Reporters, reporters_of
from rules.scoring.responsiveness import ratios_of
from schema.context import DEPENDS, Info
from schema.costs import BOARD, REPORTERS, cost

field = strawberry.field


@strawberry.type(
    description="Statistics of a unit or an officer in a period. Counts and medians cover all reports; rates "
    "and responsiveness cover only the reports that earn points."
)
class Scorecard:
    card: strawberry.Private[ScorecardData]
    received: int = field(
        description="Number of reports received, by submission or from another unit. 0 for an officer."
    )
    responded: int = field(description="Number of reports to which it gave the first answer.")
    processed: int = field(description="Number of times that it closed a report as `FIXED`.")
    overdue: int = field(
        description="Number of open reports of the unit that are unanswered past the response deadline or past the "
        "deadline of the unit, at the end of the period or now if it still runs. 0 for an officer."
    )
    reopened: int = field(description="Number of its closings that were reopened.")
    dismissed: int = field(
        description="Number of times that it closed a report as `DUPLICATE`, `INVALID` or `OUT_OF_REMIT`. A dismissal "
        "that was reopened counts too: see `reopened`."
    )
    duplicates: int = field(description="Number of times that it closed a report as `DUPLICATE`, part of `dismissed`.")
    handed_on: int = field(
        description="Number of times that a report of the unit went to another unit, moved by its own people "
        "or by others. For an officer, the number of times that they moved one."
    )
    withdrawn: int = field(
        description="Number of reports that their reporter withdrew while the unit was in charge. 0 for an officer."
    )
    waived_points: int = field(
        description="Sum of the points of the waivers made in the period: what the control room gave back of "
        "penalties, less what it took of gains. It is part of the points."
    )
    responded_on_time: float | None = field(
        description="Rate of reports answered on time, 0 to 1, among those answered or past the response "
        "deadline. Null when there are none."
    )
    processed_on_time: float | None = field(
        description="Rate of reports fixed on time, 0 to 1, among those fixed or past the deadline of the unit. "
        "Null when there are none."
    )
    satisfaction: float | None = field(
        description="Mean rating by the reporters, from 0 (one star) to 1 (five stars). Null without ratings."
    )
    decided_answers: int = field(
        description="Number of reports on which `respondedOnTime` rests: answered, or past the response deadline."
    )
    decided_fixes: int = field(
        description="Number of reports on which `processedOnTime` rests: fixed, or past the deadline of the unit."
    )
    ratings: int = field(description="Number of ratings on which `satisfaction` rests.")
    responsiveness: float | None = field(
        description="Responsiveness score, 0 to 100. Null with fewer than 5 decided answers or fewer than 5 "
        "decided fixes, and for an external agency."
    )

    @field(
        description="Number of reporters of the reports received. All anonymous reports count as one reporter, so that "
        "the number says nothing about who wrote them. 0 for an officer.",
        metadata=DEPENDS | cost(reads=BOARD, value=REPORTERS),
    )
    async def reporters(self, info: Info) -> int:
        return (await _reporters(info, self.card)).number

    @field(
        description="Share of the reports received that came from the three busiest reporters, 0 to 1. All anonymous "
        "reports count as one reporter. Null without reports, and for an officer.",
        metadata=DEPENDS | cost(reads=BOARD, value=REPORTERS),
    )
    async def busiest_reporters_share(self, info: Info) -> float | None:
        return (await _reporters(info, self.card)).busiest_share

    @field(
        description="Median time from submission to the first answer, in minutes. Each time is rounded to two "
        "significant digits. Null without answers."
    )
    def median_response_minutes(self) -> float | None:
        return median_minutes(self.card.response_minutes)

    @field(
        description="Median time that it held a report before fixing it, in minutes. Each time is rounded to two "
        "significant digits. Null without fixed reports."
    )
    def median_processing_minutes(self) -> float | None:
        return median_minutes(self.card.processing_minutes)

    @classmethod
    def of(cls, card: ScorecardData) -> Self:
        """Make the object of the data of a scorecard."""
        gathered = card.counters
        shares = ratios_of(gathered)
        return cls(
            card=card,
            received=gathered.received,
            responded=gathered.responded,
            processed=gathered.processed,
            overdue=gathered.overdue,
            reopened=gathered.reopened,
            dismissed=gathered.dismissed,
            duplicates=gathered.duplicates,
            handed_on=gathered.handed_on,
            withdrawn=gathered.withdrawn,
            waived_points=gathered.waived_points,
            responded_on_time=shares.responded.value,
            processed_on_time=shares.processed.value,
            satisfaction=shares.satisfaction.value,
            decided_answers=gathered.responses_decided,
            decided_fixes=gathered.processings_decided,
            ratings=gathered.ratings,
            responsiveness=card.responsiveness,
        )


async def _reporters(info: Info, card: ScorecardData) -> Reporters:
    """Load the reporters of a subject: one statement for all scorecards of a period, and for both fields."""
    if card.receivers is None:
        return Reporters()
    info.context.depends.on_counts()
    info.context.depends.on_topic(Topic.ACCOUNT)  # a reporter may become anonymous
    found: Reporters = await info.context.load(reporters_of, card.receivers)
    return found
