"""Channels: the sets of report events that a client can subscribe to, in the stored log and in new events.

Internal notes are events of a topic of their own, under keys of their own. Only channels of staff ask for them.
"""

from dataclasses import dataclass
from typing import Protocol

from models.log import EventRow, FeedEvent, ReportEventKind, Topic
from queries import log
from queries.log import EventHistory
from rules.access import Person, is_staff
from rules.criteria import ReportCriteria
from subscriptions.tailer import Key, Listener, LogTailer


class Channel(Protocol):
    """A set of events. The listener gets those after `Listener.start`; the history has those before."""

    async def history(self) -> EventHistory:
        """Return the stored events."""

    async def listen(self, tailer: LogTailer) -> Listener:
        """Listen for new events."""

    def ends_with(self, event: EventRow) -> bool:
        """Return whether the channel exists no more after an event."""


class _Endless:
    """A channel that no event ends."""

    def ends_with(self, _: EventRow) -> bool:
        """Return False."""
        return False


@dataclass(frozen=True)
class ReportChannel:
    """The events of one report that a viewer sees."""

    report_id: int
    viewer: Person | None

    async def history(self) -> EventHistory:
        """Return the stored events."""
        return log.report_history(self.report_id, self.viewer)

    async def listen(self, tailer: LogTailer) -> Listener:
        """Listen for new events."""
        keys = _report_keys(self.report_id, self.viewer)
        return tailer.listen(*keys, accept=lambda event: log.is_seen(event, self.viewer))

    def ends_with(self, event: EventRow) -> bool:
        """Return whether the report is hidden from the viewer after an event."""
        return log.ends(event, self.viewer)


@dataclass(frozen=True)
class FeedChannel(_Endless):
    """The events of all reports that the criteria matched before or after the event, by the event's stored values.

    Those of them that `viewer` sees.
    """

    criteria: ReportCriteria
    viewer: Person | None = None

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
        return log.feed_history(self.matches, self.viewer)

    async def listen(self, tailer: LogTailer) -> Listener:
        """Listen for new events."""
        if not is_staff(self.viewer):
            return tailer.listen(("topic", Topic.REPORT), accept=self.matches)
        return tailer.listen(
            ("topic", Topic.REPORT),
            ("topic", Topic.NOTE),
            accept=lambda event: log.is_seen(event, self.viewer) and self.matches(event),
        )


@dataclass(frozen=True)
class CitizenChannel(_Endless):
    """The events of a person's own reports and, while they support them, of other reports."""

    person: Person

    async def history(self) -> EventHistory:
        """Return the stored events."""
        return await log.citizen_history(self.person)

    async def listen(self, tailer: LogTailer) -> Listener:
        """Listen for new events."""
        account_id = self.person.account_id

        def update_keys(event: EventRow) -> bool:
            if event.report_id is not None and account_id in event.accounts:
                update = listener.follow if event.kind == ReportEventKind.SUPPORTED else listener.unfollow
                for key in _report_keys(event.report_id, self.person):
                    update(key)
            return self.accepts(event)

        supported = await self._supported_now(tailer)
        listener = tailer.listen(*self.keys, accept=update_keys)
        for report_id in supported:
            for key in _report_keys(report_id, self.person):
                listener.follow(key)
        return listener

    def accepts(self, event: EventRow) -> bool:
        """Return whether an event under the keys of the listener is one of the channel: all that the person sees."""
        return log.is_seen(event, self.person)

    @property
    def keys(self) -> list[Key]:
        """The keys beside those of the reports that the person supports."""
        return [("reporter", self.person.account_id), ("account", self.person.account_id)]

    async def _supported_now(self, tailer: LogTailer) -> set[int]:
        """Return the reports that the person supports at the tailer's position of the moment this returns."""
        while True:
            position = tailer.position
            supported = await log.supported_reports_at(self.person.account_id, position)
            if tailer.position == position:
                return supported


def _report_keys(report_id: int, viewer: Person | None) -> list[Key]:
    """Return the keys of the events of a report: with its internal notes for staff."""
    keys: list[Key] = [("report", report_id)]
    return [*keys, ("note", report_id)] if is_staff(viewer) else keys
