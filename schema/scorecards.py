"""Scorecards: the numbers behind a standing."""

from typing import Self

import strawberry

from models.tallies import median_minutes
from queries.leaderboards import ScorecardData
from rules.scoring.ranking import ratios_of

field = strawberry.field


@strawberry.type(
    description="What was done with the reports of a unit, or by an officer, in a period. Counts and medians are of "
    "all reports; the shares, and so the responsiveness, of those that score: docs/scoring.md."
)
class Scorecard:
    card: strawberry.Private[ScorecardData]
    received: int = field(description="Reports that came to it: submitted, or handed over. 0 for an officer.")
    responded: int = field(description="Reports that it answered first.")
    processed: int = field(description="Closings as FIXED.")
    overdue: int = field(
        description="Reports in its hands at the period's end, or now, whose answer is late or for which its own time "
        "has run out. 0 for an officer."
    )
    reopened: int = field(description="Its closings that were opened again.")
    responded_on_time: float | None = field(
        description="0 to 1: of the reports whose answer was decided, those answered in time; null without any."
    )
    processed_on_time: float | None = field(
        description="0 to 1: of the reports fixed, or for which its time ran out, those fixed in time; null without."
    )
    satisfaction: float | None = field(
        description="0 (one star) to 1 (five stars): what reporters gave; null without any."
    )
    responsiveness: float | None = field(description="0 to 100; null when unranked, and for an external agency.")

    @field(description="The median from submission to answer, each time kept to two digits; null without any.")
    def median_response_minutes(self) -> float | None:
        return median_minutes(self.card.answered)

    @field(description="The median for which it had what it fixed, each time kept to two digits; null without any.")
    def median_processing_minutes(self) -> float | None:
        return median_minutes(self.card.fixed)

    @classmethod
    def of(cls, card: ScorecardData) -> Self:
        """Make the object of a card."""
        gathered = card.counters
        shares = ratios_of(gathered)
        return cls(
            card=card,
            received=gathered.received,
            responded=gathered.responded,
            processed=gathered.processed,
            overdue=gathered.overdue,
            reopened=gathered.reopened,
            responded_on_time=shares.responded.value,
            processed_on_time=shares.processed.value,
            satisfaction=shares.satisfaction.value,
            responsiveness=card.responsiveness,
        )
