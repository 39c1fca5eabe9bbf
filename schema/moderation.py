"""Flags on reports, for the control room."""

from datetime import datetime

import strawberry

field = strawberry.field


@strawberry.type(description="Words of a citizen about what is wrong with a report. It does not say who.")
class Flag:
    reason: str = field(description="The reason: 3 to 500 characters.")
    at: datetime = field(description="Time of the flag. A second flag of the same person replaces the first.")
