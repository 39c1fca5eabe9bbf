"""What can be followed of reports: where its history lies, and what to listen to for its present."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol

from models.log import EventRow, ReportEventKind, Topic
from rules.criteria import ReportCriteria
from queries import log
from subscriptions.tailer import LogTailer, Listener


class Past(Protocol):
    """What has happened of something: `queries.log.EventHistory`."""

    async def exceeds_replay_limit(self, after: int) -> bool:
        """Whether it is too much to replay."""

    def replay(self, after: int, through: int) -> AsyncIterator[EventRow]:
        """Yield the events with after < position <= through, in order."""


class Channel(Protocol):
    """Something that can be followed: a listener hears what comes after `Listener.start`, and the history has the rest."""

    async def history(self) -> Past:
        """Say where to read what has happened."""

    async def listen(self, tailer: LogTailer) -> Listener:
        """Begin to listen to what happens."""


@dataclass(frozen=True)
class ReportChannel:
    """One report."""

    report_id: int

    async def history(self) -> Past:
        """Say where to read what has happened."""
        return log.report_history(self.report_id)

    async def listen(self, tailer: LogTailer) -> Listener:
        """Begin to listen to what happens."""
        return tailer.listen(("report", self.report_id))


@dataclass(frozen=True)
class FeedChannel:
    """All reports that the criteria matched before or after the event, by the event's stored values."""

    criteria: ReportCriteria

    def matches(self, event: EventRow) -> bool:
        """Whether an event belongs to the feed."""
        return self.criteria.matches(event.after, event.at) or (
            event.before is not None and self.criteria.matches(event.before, event.at)
        )

    async def history(self) -> Past:
        """Say where to read what has happened."""
        return log.feed_history(self.matches)

    async def listen(self, tailer: LogTailer) -> Listener:
        """Begin to listen to what happens."""
        return tailer.listen(("topic", Topic.REPORT), accept=self.matches)


@dataclass(frozen=True)
class CitizenChannel:
    """A citizen's own reports and, as long as they support them, those of others."""

    account_id: int

    async def history(self) -> Past:
        """Say where to read what has happened."""
        return await log.citizen_history(self.account_id)

    async def listen(self, tailer: LogTailer) -> Listener:
        """Begin to listen to what happens."""

        def note(event: EventRow) -> bool:
            if event.report_id is not None and self.account_id in event.accounts:
                change = listener.follow if event.kind == ReportEventKind.SUPPORTED else listener.unfollow
                change(("report", event.report_id))
            return True  # whatever comes under this listener's keys concerns the citizen

        supported = await self._supported_now(tailer)
        listener = tailer.listen(("reporter", self.account_id), ("account", self.account_id), accept=note)
        for report_id in supported:
            listener.follow(("report", report_id))
        return listener

    async def _supported_now(self, tailer: LogTailer) -> set[int]:
        """Read what is supported at the very position at which the tail stands when this returns."""
        while True:
            position = tailer.position
            supported = await log.supported_reports_at(self.account_id, position)
            if tailer.position == position:
                return supported
