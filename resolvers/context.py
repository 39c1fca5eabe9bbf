"""The context of mutations."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, TypeAlias

import strawberry

from actions.refresh_tokens import RefreshTokens
from actions.transaction import Transactions
from rules.letters import LetterTokens
from rules.limits import Act, QuotaState
from rules.refusals import Refusal
from schema.context import Context


class SessionTokens(Protocol):
    """The issuer of access tokens, and the refresh tokens and the links signed with the same key."""

    refreshing: RefreshTokens
    letters: LetterTokens

    def issue(self, session_id: str, now: datetime) -> tuple[str, datetime]:
        """Return a token for a session, and the moment at which it expires."""


class Attempt(Protocol):
    """An attempt at a password, of which one says how it ended."""

    async def failed(self) -> None:
        """Remember a wrong password."""

    async def succeeded(self) -> None:
        """Know the device from now on."""


class Limiter(Protocol):
    """The limits of acts. `network`: that of the client."""

    async def count(self, act: Act, account: str, network: str) -> list[QuotaState]:
        """Count an act, and return the state of its policies."""

    async def attempt(self, account: str, network: str, device: str | None) -> Attempt:
        """Begin an attempt at the password of an account. Raises Refusal RATE_LIMITED."""


@dataclass(kw_only=True)
class MutationContext(Context):
    """A context that can write and issue tokens. `user_agent`: what the device says of itself.

    `quotas`: the state of the policies that acts of the operation were counted against. `retry_after`: the seconds
    after which one that was refused may be done again, or 0.
    """

    transactions: Transactions
    tokens: SessionTokens
    limiter: Limiter
    user_agent: str | None = None
    quotas: list[QuotaState] = field(default_factory=list, init=False)
    retry_after: int = field(default=0, init=False)

    def refused(self, refusal: Refusal) -> None:
        """Remember after how many seconds a refused act may be done again, if that is known."""
        self.retry_after = max(self.retry_after, refusal.retry_after)


MutationInfo: TypeAlias = strawberry.Info[MutationContext, None]
