"""The sessions that ended lately, known without asking the database: an answer that is kept tells their clients so."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from app.auth import LIFETIME
from models.accounts import AccessKind
from models.log import EventRow, Topic
from queries.people import sessions_ended_since
from subscriptions.shared import retry_while_unavailable
from subscriptions.tailer import EpochChanged, LogTailer


class EndedSessions:
    """The ids of the sessions that ended within the lifetime of an access token, up to the position of the tailer."""

    def __init__(self, tailer: LogTailer, now: Callable[[], datetime]) -> None:
        self._tailer, self._now = tailer, now
        self._ended: dict[str, datetime] = {}

    def __contains__(self, session_id: str) -> bool:
        return session_id in self._ended

    async def watch(self) -> None:
        """Follow the log. Runs until cancelled."""
        while True:
            with suppress(EpochChanged), self._tailer.listen(("topic", Topic.ACCESS), accept=self._apply) as listener:
                now = self._now()
                ended = await retry_while_unavailable(sessions_ended_since)(now - LIFETIME)
                self._ended |= dict.fromkeys(ended, now)
                await listener.wait()

    def _apply(self, event: EventRow) -> bool:
        if event.kind == AccessKind.SESSION_ENDED:
            self._ended[event.data["session"]] = event.at
            for session_id, at in list(self._ended.items()):  # in the order of their end
                if at > self._now() - LIFETIME:
                    break
                del self._ended[session_id]
        return False  # keep nothing in the queue
