"""Checks that a resolver makes before it calls an action."""

from rules.access import Person
from rules.messages import Message
from rules.refusals import ErrorCode, Refusal
from schema.context import Context


def require_person(context: Context) -> Person:
    """Return the person who is signed in. Raises Refusal UNAUTHENTICATED."""
    if context.person is None:
        message = Message.TOKEN_INVALID if context.token_refused else Message.SIGN_IN
        raise Refusal(ErrorCode.UNAUTHENTICATED, message)
    return context.person
