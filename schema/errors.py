"""Errors of two kinds: refusals in payloads, and request errors beside the data."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Self

import strawberry

from rules.languages import Locale
from rules.messages import Message
from rules.refusals import ErrorCode, Refusal


@strawberry.type(description="A refusal that a person can act on. A refused change has changed nothing.")
class UserError:
    code: ErrorCode = strawberry.field(description="Kind of refusal. Branch on this, never on the message.")
    message: str = strawberry.field(description="Text for the person, in the language of the request.")
    field: list[str] | None = strawberry.field(
        description="Path of the argument at fault, as the client wrote it. Null when no argument is at fault."
    )
    report_number: str | None = strawberry.field(
        default=None,
        description="With `DUPLICATE_REQUEST`: number of the report that the key belongs to. Null for the key of an "
        "act on many reports.",
    )


def user_error(refusal: Refusal, locale: Locale) -> UserError:
    """Return a refusal as a client reads it, in `locale`."""
    return UserError(
        code=refusal.code,
        message=refusal.text(locale),
        field=list(refusal.field) if refusal.field else None,
        report_number=refusal.values.get("report_number"),  # type: ignore[arg-type] # values are of any type
    )


class RequestCode(StrEnum):
    """The values of `extensions.code` of request errors."""

    BAD_INPUT = "BAD_INPUT"
    CURSOR_INVALID = "CURSOR_INVALID"
    CURSOR_EXPIRED = "CURSOR_EXPIRED"
    NOT_FOUND = "NOT_FOUND"
    UNAUTHENTICATED = "UNAUTHENTICATED"
    FORBIDDEN = "FORBIDDEN"
    RATE_LIMITED = "RATE_LIMITED"
    TOO_EXPENSIVE = "TOO_EXPENSIVE"
    TIMEOUT = "TIMEOUT"
    DOCUMENT_NOT_TRUSTED = "DOCUMENT_NOT_TRUSTED"
    INTERNAL = "INTERNAL"


class RequestError(Exception):
    """A request that cannot be answered: an entry of `errors` in the response, in the language of the request.

    `argument` is the argument at fault as the client wrote it, with dots inside an input object; None when there is
    none. It becomes `extensions.argument`. `values` fill the placeholders of the message. `extensions` are further
    numbers for programs.
    """

    def __init__(self, code: RequestCode, message: Message, argument: str | None = None, /, **values: object) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message
        self.argument = argument
        self.values = values
        self.extensions: Mapping[str, object] = {}

    @classmethod
    def too_expensive(cls, message: Message, **numbers: int) -> Self:
        """Return the error of a request that exceeds a limit. The numbers are in its message and its extensions."""
        error = cls(RequestCode.TOO_EXPENSIVE, message, **numbers)
        error.extensions = numbers
        return error

    def text(self, locale: Locale) -> str:
        """Return the message in `locale` with its values."""
        return self.message.text(locale, **self.values)
