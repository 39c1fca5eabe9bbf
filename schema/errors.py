"""What is told when something cannot be done: refusals in payloads, and request errors beside the data."""

from enum import StrEnum

import strawberry

from rules.messages import Message
from rules.refusals import ErrorCode, Refusal


@strawberry.type(description="A refusal that a person can act on. Nothing has changed.")
class UserError:
    code: ErrorCode = strawberry.field(description="What kind of no it is; branch on this.")
    message: str = strawberry.field(description="What to tell the person, in the language of the request.")
    field: list[str] | None = strawberry.field(description="The path of the argument at fault, or null.")


def user_error(refusal: Refusal, locale: str) -> UserError:
    """Tell a refusal in `locale`."""
    return UserError(
        code=refusal.code, message=refusal.text(locale), field=list(refusal.field) if refusal.field else None
    )


class RequestCode(StrEnum):
    """`extensions.code` of request errors."""

    BAD_INPUT = "BAD_INPUT"
    CURSOR_INVALID = "CURSOR_INVALID"
    CURSOR_EXPIRED = "CURSOR_EXPIRED"
    NOT_FOUND = "NOT_FOUND"
    UNAUTHENTICATED = "UNAUTHENTICATED"
    FORBIDDEN = "FORBIDDEN"
    RATE_LIMITED = "RATE_LIMITED"
    INTERNAL = "INTERNAL"


class RequestError(Exception):
    """A request that cannot be answered, told as an error beside the data in the language of the request."""

    def __init__(self, code: RequestCode, message: Message, /, **values: object) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message
        self.values = values

    def text(self, locale: str) -> str:
        """Tell the error in `locale`."""
        return self.message.text(locale, **self.values)
