"""Payloads of mutations: the changed object, or the refusal in `errors`."""

from collections.abc import Awaitable, Callable
from dataclasses import MISSING, fields
from typing import Any

import strawberry
from strawberry.extensions import FieldExtension

from resolvers.context import MutationContext
from rules.refusals import Refusal
from schema.errors import user_error
from schema.reports import ReportPayload, load_report


class RefusalsAsErrors(FieldExtension):
    """Answers a refused mutation with its payload: every object null, and all refusals in `errors`."""

    def __init__(self, payload: type) -> None:
        self._payload = payload
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
            errors = [user_error(each, info.context.locale) for each in (refusal, *refusal.also)]
            return self._payload(**dict.fromkeys(self._objects), errors=errors)


def mutation(payload: type, *, description: str) -> Any:
    """Declare a mutation that returns `payload`: its resolver raises Refusal, and the client gets it as an error."""
    return strawberry.mutation(description=description, extensions=[RefusalsAsErrors(payload)])


async def changed_report(context: MutationContext, report_id: int) -> ReportPayload:
    """Return the payload with a report as it is after the change."""
    context.renew()
    return ReportPayload(report=await load_report(context, report_id), errors=[])
