"""Refusals: one exception for every refusal that a person can act on."""

from enum import StrEnum

from rules.languages import Locale
from rules.messages import Message


class ErrorCode(StrEnum):
    """The kind of a refusal. Frontends branch on it, never on the text."""

    UNAUTHENTICATED = "UNAUTHENTICATED"
    FORBIDDEN = "FORBIDDEN"
    NOT_FOUND = "NOT_FOUND"
    INVALID = "INVALID"
    OUT_OF_AREA = "OUT_OF_AREA"
    CONFLICT = "CONFLICT"
    TRANSITION_REFUSED = "TRANSITION_REFUSED"
    PROOF_REQUIRED = "PROOF_REQUIRED"
    PROOF_REUSED = "PROOF_REUSED"
    RATE_LIMITED = "RATE_LIMITED"
    DUPLICATE_REQUEST = "DUPLICATE_REQUEST"


class Refusal(Exception):
    """A change is refused, and nothing has changed.

    `field` is the path of the invalid argument as the client wrote it, and empty for other refusals. `values` fill
    the message, which `text` returns in the reader's language.
    """

    def __init__(self, code: ErrorCode, message: Message, /, *field: str, **values: object) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message
        self.field = field
        self.values = values

    def text(self, locale: Locale) -> str:
        """Return the message in `locale` with its values."""
        return self.message.text(locale, **self.values)

    def __str__(self) -> str:
        return f"{self.code}: {self.text(Locale.EN)}"
