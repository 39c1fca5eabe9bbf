"""The context of mutations."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeAlias

import strawberry

from actions.refresh_tokens import RefreshTokens
from actions.transaction import Transactions
from rules.letters import LetterTokens
from schema.context import Context


class SessionTokens(Protocol):
    """The issuer of access tokens, and the refresh tokens and the links signed with the same key."""

    refreshing: RefreshTokens
    letters: LetterTokens

    def issue(self, session_id: str, now: datetime) -> tuple[str, datetime]:
        """Return a token for a session, and the moment at which it expires."""


@dataclass(kw_only=True)
class MutationContext(Context):
    """A context that can write and issue tokens. `user_agent`: what the device says of itself."""

    transactions: Transactions
    tokens: SessionTokens
    user_agent: str | None = None


MutationInfo: TypeAlias = strawberry.Info[MutationContext, None]
