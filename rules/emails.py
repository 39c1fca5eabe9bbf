"""E-mail addresses: their normal form."""

from email_validator import EmailNotValidError, validate_email

from rules import texts
from rules.messages import Message
from rules.refusals import ErrorCode, Refusal


def normal_email(email: str, *field: str) -> str:
    """Return the address in normal form and lower case. Raises Refusal INVALID when it is not an address."""
    try:
        return validate_email(texts.plain(email), check_deliverability=False).normalized.lower()
    except EmailNotValidError:
        raise Refusal(ErrorCode.INVALID, Message.EMAIL_INVALID, *field) from None
