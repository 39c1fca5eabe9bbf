"""Channels: the sets of report events that a client can subscribe to, in the stored log and in new events."""

from dataclasses import dataclass
from typing import Protocol

from models.log import EventRow, FeedEvent, ReportEventKind, Topic
from queries import log
from queries.log import EventHistory
from rules.criteria import ReportCriteria
from subscriptions.tailer import Listener, LogTailer


class Channel(Protocol):
    """A set of events. The listener gets those after `Listener.start`; the history has those before."""

    async def history(self) -> EventHistory:
        """Return the stored events."""

    async def listen(self, tailer: LogTailer) -> Listener:
        """Listen for new events."""


@dataclass(frozen=True)
class ReportChannel:
    """The events of one report."""

    report_id: int

    async def history(self) -> EventHistory:
        """Return the stored events."""
        return log.report_history(self.report_id)

    async def listen(self, tailer: LogTailer) -> Listener:
        """Listen for new events."""
        return tailer.listen(("report", self.report_id))


@dataclass(frozen=True)
class FeedChannel:
    """The events of all reports that the criteria matched before or after the event, by the event's stored values."""

    criteria: ReportCriteria

    def matches(self, event: EventRow) -> bool:
        """Return whether an event belongs to the feed."""
        return self.criteria.matches(event.after, event.at) or (
            event.before is not None and self.criteria.matches(event.before, event.at)
        )

    def shown(self, event: EventRow) -> FeedEvent:
        """Return an event as the feed shows it."""
        return FeedEvent(event, matches_filter=self.criteria.matches(event.after, event.at))

    async def history(self) -> EventHistory:
        """Return the stored events."""
        return log.feed_history(self.matches)

    async def listen(self, tailer: LogTailer) -> Listener:
        """Listen for new events."""
        return tailer.listen(("topic", Topic.REPORT), accept=self.matches)


@dataclass(frozen=True)
class CitizenChannel:
    """The events of a citizen's own reports and, while they support them, of other reports."""

    account_id: int

    async def history(self) -> EventHistory:
        """Return the stored events."""
        return await log.citizen_history(self.account_id)

    async def listen(self, tailer: LogTailer) -> Listener:
        """Listen for new events."""

        def update_keys(event: EventRow) -> bool:
            if event.report_id is not None and self.account_id in event.accounts:
                update = listener.follow if event.kind == ReportEventKind.SUPPORTED else listener.unfollow
                update(("report", event.report_id))
            return True  # every event under this listener's keys concerns the citizen

        supported = await self._supported_now(tailer)
        listener = tailer.listen(("reporter", self.account_id), ("account", self.account_id), accept=update_keys)
        for report_id in supported:
            listener.follow(("report", report_id))
        return listener

    async def _supported_now(self, tailer: LogTailer) -> set[int]:
        """Return the reports that the citizen supports at the tailer's position of the moment this returns."""
        while True:
            position = tailer.position
            supported = await log.supported_reports_at(self.account_id, position)
            if tailer.position == position:
                return supported
