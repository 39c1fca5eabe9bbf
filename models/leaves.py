"""The public form of events: the entries of the log that is published, as leaves of a tree that nobody can rewrite.

What enters is decided by the lists of this module, so a new key of an event is private until somebody lists it. The
bytes of an event never change, whatever is erased: they come from the event's row alone, which holds no text. Nothing
may therefore be added to `PUBLIC` or taken from it for keys that events already have.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

import orjson

from models.ledger import CITIZEN
from models.log import EventRow, Topic
from rules import opaque

LEAF_TOPICS: Final = (Topic.REPORT, Topic.LEDGER, Topic.PERIOD)
"""The topics whose events are leaves."""

MOMENTS: Final = frozenset({"submitted_at", "responded_at", "processed_at", "response_due_at", "processing_due_at"})

PRIVATE_OF_SNAPSHOT: Final = frozenset({"hidden", "reporter_id"})
PUBLIC_OF_SNAPSHOT: Final = frozenset(
    {
        *MOMENTS,
        "category",
        "kelurahan",
        "handler",
        "external",
        "latitude",
        "longitude",
        "status",
        "resolution",
        "duplicate_of_id",
        "response_overdue",
        "processing_overdue",
        "rating",
        "support_count",
        "photo_count",
        "opening_no",
        "imported",
    }
)
"""The parts of the state of a report."""

PRIVATE_OF_DELTA: Final = frozenset({"officer"})
PUBLIC_OF_DELTA: Final = frozenset(
    {
        "unit",
        "day",
        "made",
        "answered",
        "fixed",
        "points",
        "entries",
        "received",
        "responded",
        "processed",
        "reopened",
        "dismissed",
        "duplicates",
        "handed_on",
        "withdrawn",
        "waived_points",
        "open",
        "overdue",
        "responses_decided",
        "responses_on_time",
        "processings_decided",
        "processings_on_time",
        "ratings",
        "stars",
    }
)
"""The parts of what an event adds to the tallies. Those of officers are left out: their board is for staff."""

PRIVATE: Final[Mapping[Topic, frozenset[str]]] = {
    Topic.REPORT: frozenset({"closed_by", "fields", "own_units", "scored"}),
    Topic.LEDGER: frozenset(),
    Topic.PERIOD: frozenset(),
}
"""The keys of the data of events that never enter."""


def public_form(event: EventRow) -> dict[str, Any]:
    """Return the public facts of an event of LEAF_TOPICS, as JSON values."""
    facts = {"position": event.position, "topic": event.topic, "kind": event.kind, "at": _moment(event.at)}
    if event.data.get("unit") == CITIZEN:
        return facts | {"unit": CITIZEN}  # the entries of a citizen are for that citizen only
    if event.report_id is not None:
        facts["report"] = _report(event.report_id)
    if event.topic is Topic.REPORT:
        facts |= {"version": event.version, "actor": event.actor}
    make = PUBLIC[event.topic]
    return facts | {key: make[key](value) for key, value in event.data.items() if key in make}


def leaf(event: EventRow) -> bytes:
    """Return the entry of an event in the published log: compact JSON with sorted keys, the same on every database."""
    return orjson.dumps(public_form(event), option=orjson.OPT_SORT_KEYS)


def _moment(at: datetime) -> str:
    """Return a moment in UTC with six digits of a second, however it is stored."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _report(row_id: int) -> str:
    """Return the global id of a report, as the API has it."""
    return opaque.encode(b"Report:%d" % row_id)


def _snapshot(data: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return None if data is None else {key: _part(key, data[key]) for key in data if key in PUBLIC_OF_SNAPSHOT}


def _part(key: str, value: Any) -> Any:
    if value is None:
        return None
    if key in MOMENTS:
        return _moment(datetime.fromisoformat(value))
    return _report(value) if key == "duplicate_of_id" else value


def _deltas(counts: list[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [
        {key: value for key, value in delta.items() if key in PUBLIC_OF_DELTA}
        for delta in counts
        if not PRIVATE_OF_DELTA & delta.keys()
    ]


def _same(value: Any) -> Any:
    return value


PUBLIC: Final[Mapping[Topic, Mapping[str, Callable[[Any], Any]]]] = {
    Topic.REPORT: {
        "before": _snapshot,
        "after": _snapshot,
        "accounts": len,  # how many, not who
        "counts": _deltas,
        "forwarding": _same,
        "held": _same,
        "judged": _same,
        "stars": _same,
        "terms": _same,
    },
    Topic.LEDGER: {
        "counts": _deltas,
        "day": _same,
        "points": _same,
        "reverses": _same,
        "rule": _same,
        "unit": _same,
    },
    Topic.PERIOD: {"period": _same, "first": _same, "last": _same},
}
"""For each topic the keys of the data that enter, and how."""
