"""Checks that a resolver makes before it calls an action."""

from rules.access import Person
from rules.messages import Message
from rules.refusals import ErrorCode, Refusal
from schema.context import Context
from schema.nodes import row_id


def require_person(context: Context) -> Person:
    """Return the person who is signed in. Raises Refusal UNAUTHENTICATED."""
    if context.person is None:
        message = Message.TOKEN_INVALID if context.token_refused else Message.SIGN_IN
        raise Refusal(ErrorCode.UNAUTHENTICATED, message)
    return context.person


def row_of_report(global_id: str, *path: str) -> int:
    """Return a report's row id. Raises Refusal NOT_FOUND for the argument at `path`, "id" if left out."""
    report_id = row_id(global_id, "Report")
    if report_id is None:
        raise Refusal(ErrorCode.NOT_FOUND, Message.REPORT_NOT_FOUND, *(path or ("id",)))
    return report_id
