"""The context of a request or a websocket, as all resolvers and subscriptions receive it."""

from dataclasses import dataclass
from datetime import datetime

from resolvers.context import MutationContext
from subscriptions.shared import LiveContext


@dataclass(kw_only=True)
class AppContext(MutationContext, LiveContext):
    """The context of mutations and of subscriptions. `token_until`: when the access token expires."""

    token_until: datetime | None
