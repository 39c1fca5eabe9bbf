"""The fields of the root types for what people do not want the public to read."""

import asyncio
from typing import Annotated

import strawberry

from actions.privacy import make_anonymous, mask_personal_details
from resolvers.context import MutationInfo
from resolvers.payloads import act_on_report, mutation
from rules.messages import Message
from rules.texts import DESCRIPTION
from schema.costs import cost
from schema.errors import RequestCode, RequestError
from schema.privacy import PersonalDetail
from schema.reports import ReportPayload

argument = strawberry.argument

SEARCH_OF_A_CHARACTER = 4
"""The cost of the search for personal details in each character of a text: 5,000 take up to 0.2 s, in a thread."""

ReportId = Annotated[strawberry.ID, argument(description="Id of the report.")]


@strawberry.type
class PrivacyQuery:
    @strawberry.field(
        description="Telephone numbers, plates of vehicles and identity numbers (NIK) in a text, in their order: to "
        "show them to the one who writes before it is sent, and to offer to mask them. Send this query with POST: "
        "addresses are logged. Nothing of the text is kept.",
        metadata=cost(size=100, reads=lambda given: (SEARCH_OF_A_CHARACTER * len(given["text"]), 100)),
    )
    async def personal_details(
        self, text: Annotated[str, argument(description="Text as it was typed: at most 5,000 characters.")]
    ) -> list[PersonalDetail]:
        _, most = DESCRIPTION
        if len(text) > most:
            raise RequestError(RequestCode.BAD_INPUT, Message.TEXT_TOO_LONG, "text", most=most)
        return await asyncio.to_thread(PersonalDetail.all_of, text)


@strawberry.type
class PrivacyMutation:
    @mutation(
        ReportPayload,
        description="Mask the personal details in all of one's own words about one's own report, at any time: in its "
        "title, description and address, in comments, and in words with stars and reopenings. Staff who may act on the "
        "report still read what was written, but for the last ones. Without any nothing changes.",
    )
    async def mask_personal_details(self, info: MutationInfo, id: ReportId) -> ReportPayload:
        return await act_on_report(info.context, id, mask_personal_details)

    @mutation(
        ReportPayload,
        description="Take one's name from one's own report, at any time and for good: the report is then anonymous "
        "everywhere, as are one's comments on it. Its citizen points are lost. Repeating it changes nothing.",
    )
    async def make_report_anonymous(self, info: MutationInfo, id: ReportId) -> ReportPayload:
        return await act_on_report(info.context, id, make_anonymous)
