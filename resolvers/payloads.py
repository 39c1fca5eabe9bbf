"""Payloads of mutations: the changed object, or the refusal in `errors`."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import MISSING, fields
from typing import Any

import strawberry
from strawberry.extensions import FieldExtension

from execution.measures import count_refusal
from resolvers.context import MutationContext
from resolvers.permissions import require_person, row_of_report
from rules.refusals import Refusal
from schema.errors import user_error
from schema.reports import ReportPayload, load_report

ONCE = {"once": True}
"""The metadata of a mutation that a document may have only once: one that checks a password or a token of strangers."""


class RefusalsAsErrors(FieldExtension):
    """Answers a refused mutation with its payload: every object is `nothing`, all refusals are in `errors`."""

    def __init__(self, payload: type, nothing: object) -> None:
        self._payload, self._nothing = payload, nothing
        self._objects = [each.name for each in fields(payload) if each.name != "errors" and each.default is MISSING]

    async def resolve_async(
        self,
        next_: Callable[..., Awaitable[Any]],
        source: Any,
        info: strawberry.Info[MutationContext, None],
        **args: Any,
    ) -> Any:
        """Resolve the field, or answer with the refusals in the language of the request."""
        try:
            return await next_(source, info, **args)
        except Refusal as refusal:
            info.context.refused(refusal)
            for each in (refusal, *refusal.also):
                count_refusal(info.field_name, each.code)
            errors = [user_error(each, info.context.locale) for each in (refusal, *refusal.also)]
            return self._payload(**dict.fromkeys(self._objects, self._nothing), errors=errors)


def mutation(
    payload: type, *, description: str, nothing: object = None, metadata: Mapping[str, object] | None = None
) -> Any:
    """Declare a mutation that returns `payload`: its resolver raises Refusal, and the client gets it as an error.

    `nothing`: the value of the other fields then.
    """
    return strawberry.mutation(
        description=description, extensions=[RefusalsAsErrors(payload, nothing)], metadata=metadata
    )


async def changed_report(context: MutationContext, report_id: int) -> ReportPayload:
    """Return the payload with a report as it is after the change."""
    context.renew()
    return ReportPayload(report=await load_report(context, report_id), errors=[])


async def act_on_report(
    context: MutationContext, global_id: str, action: Callable[..., Awaitable[object]], *given: object
) -> ReportPayload:
    """Let the person who is signed in act on a report: `action` gets the person, the row id and `given`.

    Raises Refusal UNAUTHENTICATED, NOT_FOUND, and what the action raises.
    """
    person, report_id = require_person(context), row_of_report(global_id)
    await context.transactions.run(action, person, report_id, *given)
    return await changed_report(context, report_id)
