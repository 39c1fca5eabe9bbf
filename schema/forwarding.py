"""Reports at external agencies."""

from datetime import datetime
from typing import Self

import strawberry

from queries.outbox import ForwardingRow
from rules.forwarding import ForwardingState
from schema.context import Context
from schema.places import Agency


@strawberry.type(description="Progress of a report at the external agency that handles it.")
class Forwarding:
    agency: Agency = strawberry.field(description="Agency that handles the report.")
    state: ForwardingState = strawberry.field(description="Progress of the report there.")
    external_id: str | None = strawberry.field(
        description="Number under which the agency has the report. Null until the agency has given one."
    )
    attempts: int = strawberry.field(description="Number of times that sending it was tried.")
    last_error: str | None = strawberry.field(
        description='Failure of the last attempt, for example "HTTP 503" or "no answer in time". Null when it '
        "went well."
    )
    next_try_at: datetime | None = strawberry.field(
        description="Time of the next attempt after a failed one. Null when none is planned, or none has failed yet."
    )
    updated_at: datetime = strawberry.field(
        description="Time of the last attempt or answer; of the submission before the first attempt."
    )

    @classmethod
    def of(cls, context: Context, row: ForwardingRow | None) -> Self | None:
        """Make the object of a row. None for a report that no external agency handles."""
        if row is None:
            return None
        agency, state = context.places.agencies[row.agency], row.state
        if state is ForwardingState.QUEUED and not agency.connected:
            state = ForwardingState.UNCONNECTED
        return cls(
            agency=agency,
            state=state,
            external_id=row.external_id,
            attempts=row.attempts,
            last_error=row.last_error,
            next_try_at=row.next_try_at,
            updated_at=row.updated_at,
        )
