"""The dependencies of an answer, gathered while it is made: it is kept until one of them changes."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from models.log import Topic
from rules.criteria import ReportCriteria


class Dependencies:
    """The events after which an answer may be different, and the moment from which on it may be.

    What is read says so here. A field that reads and does not say on what it depends makes the answer `unknown`.
    """

    __slots__ = ("any_event", "counts", "criteria", "reports", "topics", "unknown", "until", "words")

    def __init__(self) -> None:
        self.unknown = False
        self.any_event = False
        self.counts = False
        self.words = False
        self.topics: set[Topic] = set()
        self.reports: set[int] = set()
        self.criteria: set[ReportCriteria] = set()
        self.until: datetime | None = None

    def on_viewer(self) -> None:
        """Depend on who asks."""
        self.unknown = True

    def on_anything(self) -> None:
        """Depend on every event."""
        self.any_event = True

    def on_counts(self) -> None:
        """Depend on the events that add to the tallies, or close a period: on all that a board of units shows."""
        self.counts = True

    def on_words(self, _: object = None) -> None:
        """Depend on the events after which the words of earlier events are others, of all reports: they are rare.

        A report was hidden, shown or erased, or its reporter masked words. What belongs to an event of a report
        changes with these alone.
        """
        self.words = True

    def on_topic(self, topic: Topic) -> None:
        """Depend on the events of a topic."""
        self.topics.add(topic)

    def on_reports(self, ids: Iterable[int]) -> None:
        """Depend on the events of these reports, and of their points."""
        self.reports.update(ids)

    def on_criteria(self, criteria: ReportCriteria) -> None:
        """Depend on the events of reports that match the criteria before or after the event.

        An event of a list of recent changes may be dated before they begin: a deadline that was recorded late.
        """
        if criteria.overdue is None:
            self.criteria.add(replace(criteria, changed_from=None))
        else:
            self.unknown = True  # a report enters and leaves such a list as time passes

    def on_time(self, moment: datetime) -> None:
        """Depend on a moment: from then on the answer may be different."""
        if self.until is None or moment < self.until:
            self.until = moment

    @property
    def is_empty(self) -> bool:
        """Whether it depends on nothing."""
        flags = self.unknown or self.any_event or self.counts or self.words
        return not (flags or self.topics or self.reports or self.criteria or self.until)
