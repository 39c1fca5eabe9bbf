"""One change of many reports: a result for each."""

import strawberry

from schema.costs import cost
from schema.errors import UserError
from schema.reports import Report

field = strawberry.field

REPORTS_AT_ONCE = 50
"""Reports that one request changes."""


@strawberry.type(description="Result of a change of one of many reports: the report, or the errors.")
class BulkResult:
    id: strawberry.ID = field(description="The id as it was sent.")
    report: Report | None = field(description="The report after the change. Null when refused.")
    errors: list[UserError] = field(
        description="The refusals for this report. Empty on success. An unknown id has its place in `field`, from 0 "
        "on: `ids`, `3`."
    )


@strawberry.type(description="Result of a change of many reports, each on its own.")
class BulkPayload:
    results: list[BulkResult] = field(
        description="One result for each id, in the order of the ids. Empty when the whole request is refused.",
        metadata=cost(size=REPORTS_AT_ONCE),
    )
    errors: list[UserError] = field(
        description="The refusals of the whole request: nothing has changed then. Empty when each report has its own "
        "result, also if some or all of them were refused."
    )
