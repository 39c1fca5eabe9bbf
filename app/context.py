"""The context of a request or a websocket, as all resolvers and subscriptions receive it."""

from dataclasses import dataclass
from datetime import datetime

from starlette.types import Receive

from app.turning_away import TurnedAway
from resolvers.context import MutationContext
from subscriptions.shared import LiveContext


@dataclass(kw_only=True)
class AppContext(MutationContext, LiveContext):
    """The context of mutations and of subscriptions.

    `token_until`: when the access token expires. `receive`: that of the request over HTTP, which tells when its client
    has gone. `has_written`: whether the operation is a mutation, whose answer is sent whatever its size.
    `turned_away`: the limit that the operation was refused for.
    """

    token_until: datetime | None
    receive: Receive | None = None
    has_written: bool = False
    turned_away: TurnedAway | None = None
