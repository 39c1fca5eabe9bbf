"""The context of a request or a websocket, as resolvers and subscriptions receive it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from resolvers.loaders import RequestContext
from subscriptions.boards import LiveBoards
from subscriptions.tailer import LogTailer


@dataclass(kw_only=True)
class AppContext(RequestContext):
    """The `Context` of resolvers and the `LiveContext` of subscriptions. A websocket sets `connection_params`."""

    tailer: LogTailer
    boards: LiveBoards
    token_until: datetime | None
    connection_params: dict[str, Any] | None = field(default=None)
