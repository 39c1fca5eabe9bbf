"""E-mail addresses: their normal form."""

from email_validator import EmailNotValidError, validate_email

from rules import texts
from rules.messages import Message
from rules.refusals import ErrorCode, Refusal

SIMULATED_DOMAIN = "contoh.invalid"
"""The mail domain of simulated people. `.invalid` (RFC 2606) is refused by `normal_email`, so nobody can sign in."""

APPLICATION_DOMAIN = "aplikasi.invalid"
"""The mail domain of applications, to whose accounts nobody can sign in either."""

IMPORTED_DOMAIN = "impor.invalid"
"""The mail domain of the accounts that stand for the reporters of other systems."""

DELETED_DOMAIN = "dihapus.invalid"
"""The mail domain of deleted accounts."""

PROVIDER_DOMAIN = "pegawai.invalid"
"""The mail domain of staff of whom the identity provider has not verified any address."""

NO_PEOPLE = tuple(f"@{domain}" for domain in (APPLICATION_DOMAIN, IMPORTED_DOMAIN, DELETED_DOMAIN))
"""The ends of the addresses of accounts that are no people."""


def shown_email(email: str) -> str | None:
    """Return the address of an account for people. None for one that only stands for a missing address."""
    return None if email.endswith(f"@{PROVIDER_DOMAIN}") else email


def normal_email(email: str, *field: str) -> str:
    """Return the address in normal form and lower case. Raises Refusal INVALID when it is not an address."""
    try:
        return validate_email(texts.plain(email), check_deliverability=False).normalized.lower()
    except EmailNotValidError:
        raise Refusal(ErrorCode.INVALID, Message.EMAIL_INVALID, *field) from None
