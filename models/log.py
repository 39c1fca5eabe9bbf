"""The log: every change, in commit order, under gapless positions. Only `actions.log` writes here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Any, ClassVar, Final

from tortoise import fields
from tortoise.models import Model

from models.reading import Derived
from models.reports import veil_of
from rules.criteria import ReportSnapshot


class Topic(StrEnum):
    """The subject of an event."""

    REPORT = "report"
    NOTE = "note"
    LEDGER = "ledger"
    ACCESS = "access"
    ACCOUNT = "account"
    NEWS = "news"
    PERIOD = "period"
    REFERENCE = "reference"


class ReportEventKind(StrEnum):
    """The events of the topic `report`, and NOTED, the only one of the topic `note`, which only staff see."""

    SUBMITTED = "SUBMITTED"
    EDITED = "EDITED"
    STATUS_CHANGED = "STATUS_CHANGED"
    SUPPORTED = "SUPPORTED"
    SUPPORT_WITHDRAWN = "SUPPORT_WITHDRAWN"
    REOPENED = "REOPENED"
    ASSIGNED = "ASSIGNED"
    TRANSFERRED = "TRANSFERRED"
    RECATEGORISED = "RECATEGORISED"
    MOVED = "MOVED"
    RATED = "RATED"
    COMMENTED = "COMMENTED"
    NOTED = "NOTED"
    FORWARDING_CHANGED = "FORWARDING_CHANGED"
    HIDDEN = "HIDDEN"
    UNHIDDEN = "UNHIDDEN"
    ERASED = "ERASED"
    RESPONSE_OVERDUE = "RESPONSE_OVERDUE"
    PROCESSING_OVERDUE = "PROCESSING_OVERDUE"


ENTRY_MADE = "ENTRY_MADE"
"""The kind of event of the topic `ledger` that records an entry."""

REBUILT = "RECOUNTED"  # the name that is in logs already
"""The other kind of event of the topic `ledger`: tallies were rebuilt, and boards must be read again."""

REFERENCE_LOADED = "REFERENCE_LOADED"
"""The only kind of event of the topic `reference`."""

PROFILE_CHANGED = "PROFILE_CHANGED"
"""The kind of event of the topic `account` after which others see another pseudonym, or a person on their board."""

ACCOUNT_DELETED = "ACCOUNT_DELETED"
"""The other kind of event of the topic `account`: the person and their words are gone."""

NEWS_READ = "NEWS_READ"
"""The only kind of event of the topic `news`: a person has read more of their news."""

PERIOD_CLOSED = "PERIOD_CLOSED"
"""The only kind of event of the topic `period`. No later event is dated into that period or an earlier one."""


def _old(name: str) -> Derived:
    """Return the old value of a change, null without that change."""
    return Derived(f"data->'before'->>'{name}'", f"json_extract(data, '$.before.{name}')")


def _new(name: str, *, changed: str | None = None, at_first: bool = False) -> Derived:
    """Return the new value of a change, null without that change. See `EventRow.new`."""
    key = changed or name
    first = ("data->'before' = 'null'", "json_type(data, '$.before') = 'null'")
    present = (f"jsonb_exists(data->'before', '{key}')", f"json_type(data, '$.before.{key}') IS NOT NULL")
    value = (f"data->'after'->>'{name}'", f"json_extract(data, '$.after.{name}')")
    conditions = [f"({one} OR {two})" if at_first else two for one, two in zip(first, present, strict=True)]
    postgres, sqlite = (f"CASE WHEN {one} THEN {two} END" for one, two in zip(conditions, value, strict=True))
    return Derived(postgres, sqlite)


class LogHead(Model):
    """One row: the last position given, and the epoch, which is new in a restored database."""

    id = fields.IntField(primary_key=True, generated=False)
    epoch = fields.CharField(16)
    position = fields.BigIntField()
    open_from = fields.DatetimeField(null=True, description="the first moment that is in no closed period")

    class Meta:
        table = "log_head"


class LogEvent(Model):
    """One event. Codes, numbers and ids only: free text lives in rows that can be erased."""

    position = fields.BigIntField(primary_key=True, generated=False)
    topic = fields.CharEnumField(Topic, max_length=12)
    kind = fields.CharField(24)
    at = fields.DatetimeField()
    report_id = fields.BigIntField(null=True)
    version = fields.IntField(null=True, description="the report's version at this event")
    account_id = fields.BigIntField(
        null=True, description="the account that acted, or that the event is about (access)"
    )
    actor = fields.CharField(32, null=True, description="the acting role or unit code, which is public")
    data: dict[str, Any] = fields.JSONField()

    derived: ClassVar = {
        "from_status": _old("status"),
        "to_status": _new("status", at_first=True),
        "closed_as": _new("resolution", changed="status", at_first=True),
        "from_handler": _old("handler"),
        "to_handler": _new("handler"),
        "from_kelurahan": _old("kelurahan"),
        "to_kelurahan": _new("kelurahan"),
        "from_category": _old("category"),
        "to_category": _new("category"),
        "stars": Derived("CAST(data->>'stars' AS INT)", "json_extract(data, '$.stars')"),
        "matches_filter": Derived("CAST(NULL AS BOOLEAN)", "NULL"),  # an event of the log is in no feed
        "veil": veil_of("log_event"),
    }
    """Columns that are read out of `data`, so that the rest of it need not be read. `EventRow` has them too, but the
    veil of the report."""

    class Meta:
        table = "log_event"


WORDS_OF_EVENTS: Final = frozenset({"comments", "notes"})
"""The fields of an edit that belong to earlier events of the report, not to the report."""


@dataclass(frozen=True, kw_only=True)
class EventRow:
    """An event as read from the log. `before` and `after` belong to events of the topics `report` and `note`."""

    position: int
    topic: Topic
    kind: str
    at: datetime
    report_id: int | None
    version: int | None
    account_id: int | None
    actor: str | None
    data: Mapping[str, Any]

    @cached_property
    def after(self) -> ReportSnapshot:
        """The report after the event."""
        return ReportSnapshot.from_data(self.data["after"])

    @cached_property
    def before(self) -> ReportSnapshot | None:
        """The report before the event. None for its first event."""
        changed = self.data["before"]
        return None if changed is None else ReportSnapshot.from_data({**self.data["after"], **changed})

    def old(self, name: str) -> Any:
        """Return the old value of a change. None if the event did not change it."""
        changed = self.data["before"]
        return changed.get(name) if changed else None

    def new(self, name: str, *, changed: str | None = None, at_first: bool = False) -> Any:
        """Return the new value of a change. None if the event did not change it.

        `changed`: the value whose change counts, if it is another one. `at_first`: the first event counts as a change.
        """
        before = self.data["before"]
        is_new = at_first if before is None else (changed or name) in before
        return self.data["after"][name] if is_new else None

    from_status = property(lambda self: self.old("status"))
    to_status = property(lambda self: self.new("status", at_first=True))
    closed_as = property(lambda self: self.new("resolution", changed="status", at_first=True))
    from_handler = property(lambda self: self.old("handler"))
    to_handler = property(lambda self: self.new("handler"))
    from_kelurahan = property(lambda self: self.old("kelurahan"))
    to_kelurahan = property(lambda self: self.new("kelurahan"))
    from_category = property(lambda self: self.old("category"))
    to_category = property(lambda self: self.new("category"))
    stars = property(lambda self: self.data.get("stars"))
    matches_filter = property(lambda _: None)  # see `FeedEvent`

    @property
    def is_counted(self) -> bool:
        """Whether the event changes what a board of units shows: it adds to the tallies, or closes a period."""
        return bool(self.data.get("counts")) or self.topic is Topic.PERIOD or self.kind == REBUILT

    @property
    def changes_everything(self) -> bool:
        """Whether any answer may be another one after the event. Such events are rare."""
        return self.topic is Topic.REFERENCE or self.kind in {REBUILT, ACCOUNT_DELETED}

    @property
    def changes_words(self) -> bool:
        """Whether words of events of a report appear, change or go with the event."""
        if self.kind == ReportEventKind.EDITED:
            return not WORDS_OF_EVENTS.isdisjoint(self.data.get("fields", ()))
        return self.kind in {ReportEventKind.HIDDEN, ReportEventKind.UNHIDDEN, ReportEventKind.ERASED}

    @property
    def accounts(self) -> tuple[int, ...]:
        """The accounts whose support begins (SUPPORTED) or ends (any other kind) with the event."""
        return tuple(self.data.get("accounts", ()))


class FeedEvent:
    """An event as one of a feed: it says whether the report matches the filter of the feed after it."""

    def __init__(self, event: EventRow, *, matches_filter: bool) -> None:
        self._event, self.matches_filter = event, matches_filter

    def __getattr__(self, name: str) -> Any:
        """Return what the event has under this name."""
        return getattr(self._event, name)


def moment(stored: datetime | str | None) -> datetime | None:
    """Return a stored time as a datetime. SQLite stores text."""
    return datetime.fromisoformat(stored) if isinstance(stored, str) else stored


EVENT_COLUMNS: tuple[str, ...] = tuple(EventRow.__dataclass_fields__)


def event_row(values: Sequence[Any]) -> EventRow:
    """Return the event with these values of EVENT_COLUMNS, as the driver gives them."""
    named = dict(zip(EVENT_COLUMNS, values, strict=False))
    return EventRow(**{**named, "topic": Topic(named["topic"])})
