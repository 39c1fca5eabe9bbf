from typing import Any

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops

from models.operations import AddFieldOnce, CreateModelOnce
from rules.languages import Locale
from rules.letters import LetterKind

ACCOUNT: dict[str, Any] = {
    "email_confirmed": fields.BooleanField(
        db_default=False, description="whether a link was opened that was sent there"
    ),
    "staff_name": fields.CharField(
        null=True, description="name among staff, which has nothing of the pseudonym", max_length=80
    ),
    "blocked_at": fields.DatetimeField(
        null=True, auto_now=False, auto_now_add=False, description="the time from which they may not sign in"
    ),
    "block_reason": fields.TextField(null=True, unique=False, description="reason for it, for the control room"),
}


class Migration(migrations.Migration):
    # Confirmed addresses, names among staff, blocked people, and e-mails with links that work once.
    dependencies = [("models", "0027_news")]

    initial = False

    operations = [
        *(AddFieldOnce(model_name="Account", name=name, field=field) for name, field in ACCOUNT.items()),
        AddFieldOnce(
            model_name="SignIn",
            name="device",
            field=fields.CharField(null=True, description="browser and system, in words", max_length=60),
        ),
        CreateModelOnce(
            name="AccountLetter",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "kind",
                    fields.CharEnumField(
                        description="SIGN_UP: SIGN_UP\nCONFIRMATION: CONFIRMATION\nCHANGE: CHANGE\nWARNING: WARNING\n"
                        "RESET: RESET\nINVITATION: INVITATION",
                        enum_type=LetterKind,
                        max_length=12,
                    ),
                ),
                ("email", fields.CharField(description="address that it goes to, normalised", max_length=254)),
                (
                    "account",
                    fields.ForeignKeyField(
                        "models.Account",
                        source_field="account_id",
                        null=True,
                        description="none if only the address was given: whose it is, is asked when it is sent and "
                        "used",
                        db_constraint=True,
                        to_field="id",
                        related_name="letters",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "locale",
                    fields.CharEnumField(
                        description="language of the request, for whom has no account",
                        enum_type=Locale,
                        max_length=2,
                    ),
                ),
                (
                    "password_hash",
                    fields.CharField(
                        null=True, description="Argon2id, of a sign-up that is not confirmed yet", max_length=255
                    ),
                ),
                (
                    "pseudonym",
                    fields.CharField(null=True, description="name that was chosen with such a sign-up", max_length=40),
                ),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("expires_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "account_letter",
                "app": "models",
                "pk_attr": "id",
                "table_description": "An e-mail about an account that is still of use. It is deleted when its link is "
                "used or has expired.",
            },
            bases=["Model"],
        ),
        ops.RunSQL("CREATE INDEX IF NOT EXISTS account_letter_email ON account_letter (email, kind)"),
        ops.RunSQL("CREATE INDEX IF NOT EXISTS account_letter_account ON account_letter (account_id)"),
        ops.RunSQL("CREATE INDEX IF NOT EXISTS account_letter_expiry ON account_letter (expires_at)"),
    ]
