"""The context of mutations."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeAlias

import strawberry

from actions.transaction import Transactions
from schema.context import Context


class AccessTokens(Protocol):
    """The issuer of access tokens."""

    def issue(self, session_id: str, now: datetime) -> tuple[str, datetime]:
        """Return a token for a session, and the moment at which it expires."""


@dataclass(kw_only=True)
class MutationContext(Context):
    """A context that can write and issue access tokens."""

    transactions: Transactions
    tokens: AccessTokens


MutationInfo: TypeAlias = strawberry.Info[MutationContext, None]
