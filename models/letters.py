"""Letters to people about their accounts, most of them with a link that works once."""

from tortoise import fields
from tortoise.models import Model

from models.accounts import Account
from rules.languages import Locale
from rules.letters import LetterKind


class AccountLetter(Model):
    """An e-mail about an account that is still of use. It is deleted when its link is used or has expired.

    Nothing of the link is stored: it is the id, signed by the key of the service (`rules.letters.LetterTokens`).
    """

    id = fields.BigIntField(primary_key=True)
    kind = fields.CharEnumField(LetterKind, max_length=12)
    email = fields.CharField(254, description="address that it goes to, normalised")
    account: fields.ForeignKeyNullableRelation[Account] = fields.ForeignKeyField(
        "models.Account",
        related_name="letters",
        on_delete=fields.CASCADE,
        null=True,
        description="none if only the address was given: whose it is, is asked when it is sent and used",
    )
    account_id: int | None
    locale = fields.CharEnumField(Locale, max_length=2, description="language of the request, for whom has no account")
    password_hash = fields.CharField(255, null=True, description="Argon2id, of a sign-up that is not confirmed yet")
    pseudonym = fields.CharField(40, null=True, description="name that was chosen with such a sign-up")
    created_at = fields.DatetimeField()
    expires_at = fields.DatetimeField()

    class Meta:
        table = "account_letter"
