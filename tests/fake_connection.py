"""A connection for `subscriptions.transport.connections`, without a network."""

import asyncio
import time
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(eq=False)
class FakeConnection:
    """A connection that records pings, reauthentications and its close code."""

    session_id: str | None = None
    token_until: datetime | None = None
    ping_after: float = 20.0
    last_message_at: float = field(default_factory=time.monotonic)
    sent: "asyncio.Queue[int | str]" = field(default_factory=asyncio.Queue)

    @property
    def account_id(self) -> int | None:
        return None

    def reauthenticate(self) -> None:
        self.sent.put_nowait("reauthenticate")

    def ping(self) -> None:
        self.sent.put_nowait("ping")

    async def close(self, code: int, reason: str) -> None:
        assert len(reason.encode()) <= 123
        self.sent.put_nowait(code)
