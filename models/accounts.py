"""People: accounts, the roles granted to them, and their sessions."""

from enum import StrEnum

from tortoise import fields
from tortoise.models import Model

from rules.access import Role
from rules.languages import Locale


class Account(Model):
    """A person who signed up. Only `public_id` (to its owner) and `pseudonym` ever leave the server."""

    id = fields.BigIntField(primary_key=True)
    public_id = fields.CharField(22, unique=True, description="random, what the owner sees as id")
    email = fields.CharField(254, unique=True, description="normalised, lower case")
    password_hash = fields.CharField(255, description="Argon2id, with its parameters")
    pseudonym = fields.CharField(40)
    pseudonym_key = fields.CharField(40, unique=True, description="case-folded, so that no two differ in case only")
    pseudonym_skeleton = fields.CharField(300, null=True, description="the same for names that look alike")
    created_at = fields.DatetimeField()
    on_citizen_board = fields.BooleanField(default=False, description="whether they chose to be ranked, by pseudonym")
    news_read_position = fields.BigIntField(db_default=0, description="position up to which they have read their news")
    email_news = fields.BooleanField(db_default=False, description="whether they chose to get their news by e-mail")
    mailed_position = fields.BigIntField(db_default=0, description="position up to which news were sent by e-mail")
    mailed_at = fields.DatetimeField(null=True, description="the time of the last e-mail with news")
    locale = fields.CharEnumField(Locale, max_length=2, db_default=Locale.ID, description="language of their e-mails")
    email_confirmed = fields.BooleanField(db_default=False, description="whether a link was opened that was sent there")
    staff_name = fields.CharField(80, null=True, description="name among staff, which has nothing of the pseudonym")
    blocked_at = fields.DatetimeField(null=True, description="the time from which they may not sign in")
    block_reason = fields.TextField(null=True, description="reason for it, for the control room")
    data_digest = fields.CharField(64, null=True, description="SHA-256 of the link to their data")
    data_until = fields.DatetimeField(null=True, description="the time until which the link works")
    erasing_since = fields.DatetimeField(null=True, description="the deletion, until nothing of the person is left")

    class Meta:
        table = "account"


class Membership(Model):
    """A role granted to an account, in a unit or in none (ADMIN)."""

    id = fields.BigIntField(primary_key=True)
    account: fields.ForeignKeyRelation[Account] = fields.ForeignKeyField(
        "models.Account", related_name="memberships", on_delete=fields.CASCADE
    )
    account_id: int
    role = fields.CharEnumField(Role, max_length=16)
    unit = fields.CharField(32, default="", description="code of a place or an agency, empty for none")
    from_provider = fields.BooleanField(db_default=False, description="whether claims of the identity provider gave it")

    class Meta:
        table = "membership"
        unique_together = (("account", "role", "unit"),)


class SignIn(Model):
    """A session: one device signed in. Refresh tokens are kept as SHA-256 only."""

    id = fields.CharField(22, primary_key=True)
    account: fields.ForeignKeyRelation[Account] = fields.ForeignKeyField(
        "models.Account", related_name="sign_ins", on_delete=fields.CASCADE
    )
    account_id: int
    refresh_digest = fields.CharField(64, unique=True)
    previous_digest = fields.CharField(64, null=True, unique=True, description="the token before the last rotation")
    created_at = fields.DatetimeField()
    refreshed_at = fields.DatetimeField()
    expires_at = fields.DatetimeField()
    ended_at = fields.DatetimeField(null=True)
    ends_at = fields.DatetimeField(null=True, description="the time at which it expires even if it is used")
    device = fields.CharField(60, null=True, description="browser and system, in words")

    class Meta:
        table = "sign_in"


class AccessKind(StrEnum):
    """The events of the topic `access`."""

    ROLE_GIVEN = "ROLE_GIVEN"
    ROLE_TAKEN = "ROLE_TAKEN"
    SESSION_ENDED = "SESSION_ENDED"
    INVITED = "INVITED"
    BLOCKED = "BLOCKED"
    UNBLOCKED = "UNBLOCKED"
    PASSWORD_CHANGED = "PASSWORD_CHANGED"  # noqa: S105 # no password
    EMAIL_CHANGED = "EMAIL_CHANGED"
    LINKED = "LINKED"
    UNLINKED = "UNLINKED"
