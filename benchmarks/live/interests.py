"""The subscriptions of clients: their documents, and the events of the log that each must deliver."""

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from benchmarks.live.truth import Event
from schema.nodes import row_id

ITEM = "cursor kind at reportId version report { version }"

SHARE_NAMED = 0.4
"""Share of the filters that name statuses; the same for categories and for kelurahan."""

STATUSES = ("WAITING", "IN_PROGRESS", "PROCESSED")


@dataclass(frozen=True)
class Interest:
    """A subscription to events. `expected` selects from the whole log the events that it must deliver."""

    document: str
    variables: dict[str, Any]
    expected: Callable[[Iterable[Event]], Iterator[Event]]


def one_report(global_id: str) -> Interest:
    """Return a subscription to one report."""
    report_id = row_id(global_id, "Report")

    def expected(log: Iterable[Event]) -> Iterator[Event]:
        return (event for event in _of_reports(log) if event.report_id == report_id)

    document = f"subscription($id: ID!, $after: String) {{ reportChanged(id: $id, after: $after) {{ {ITEM} }} }}"
    return Interest(document, {"id": global_id}, expected)


def own_reports(account_id: int) -> Interest:
    """Return a subscription to a citizen's own reports and those they support.

    A supported report counts from the event that begins the support to the event that ends it.
    """

    def expected(log: Iterable[Event]) -> Iterator[Event]:
        supported: set[int | None] = set()
        for event in _of_reports(log):
            named = account_id in event.data.get("accounts", ())
            if named or event.report_id in supported or event.after["reporter_id"] == account_id:
                yield event
            if named and event.kind == "SUPPORTED":
                supported.add(event.report_id)
            elif named:
                supported.discard(event.report_id)

    return Interest(f"subscription($after: String) {{ myReportsChanged(after: $after) {{ {ITEM} }} }}", {}, expected)


def everything() -> Interest:
    """Return a subscription to all reports, with long descriptions: they fill the buffers of stalled clients."""
    whole = feed({})
    return replace(whole, document=whole.document.replace("report { version }", "report { version description }"))


def feed(criteria: Mapping[str, Any], account_id: int | None = None) -> Interest:
    """Return a subscription to the reports that match a filter before or after the event.

    `account_id` is the account that `mine` refers to.
    """

    def matches(snapshot: Mapping[str, Any]) -> bool:
        return (
            snapshot["status"] in criteria.get("status", STATUSES)
            and snapshot["category"] in criteria.get("category", [snapshot["category"]])
            and snapshot["kelurahan"] in criteria.get("kelurahan", [snapshot["kelurahan"]])
            and (not criteria.get("mine") or snapshot["reporter_id"] == account_id)
        )

    def expected(log: Iterable[Event]) -> Iterator[Event]:
        for event in _of_reports(log):
            if matches(event.after) or (event.before is not None and matches(event.before)):
                yield event

    document = (
        f"subscription($filter: ReportFilter, $after: String) {{ reportFeed(filter: $filter, after: $after) "
        f"{{ {ITEM} }} }}"
    )
    return Interest(document, {"filter": dict(criteria)}, expected)


def random_filter(rng: random.Random, kelurahan: Sequence[str], categories: Sequence[str]) -> dict[str, Any]:
    """Return a filter with a random subset of its parts."""
    criteria: dict[str, Any] = {}
    if rng.random() < SHARE_NAMED:
        criteria["status"] = rng.sample(STATUSES, rng.randint(1, 2))
    if rng.random() < SHARE_NAMED:
        criteria["category"] = rng.sample(categories, rng.randint(1, len(categories)))
    if rng.random() < SHARE_NAMED:
        criteria["kelurahan"] = rng.sample(kelurahan, rng.randint(1, len(kelurahan)))
    return criteria


def _of_reports(log: Iterable[Event]) -> Iterator[Event]:
    return (event for event in log if event.topic == "report")
