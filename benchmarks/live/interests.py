"""What a client may follow: how it asks for it, and which events of the log it must then be told."""

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from benchmarks.live.truth import Event
from schema.nodes import row_id

ITEM = "cursor kind at reportId version report { version }"

SHARE_NAMED = 0.4
"""How often a filter names statuses, categories or kelurahan."""

STATUSES = ("WAITING", "IN_PROGRESS", "PROCESSED")


@dataclass(frozen=True)
class Interest:
    """A subscription to events. `concerned` picks, from the whole log, those that it tells."""

    document: str
    variables: dict[str, Any]
    concerned: Callable[[Iterable[Event]], Iterator[Event]]


def one_report(global_id: str) -> Interest:
    """Follow one report."""
    report_id = row_id(global_id, "Report")

    def concerned(log: Iterable[Event]) -> Iterator[Event]:
        return (event for event in _of_reports(log) if event.report_id == report_id)

    document = f"subscription($id: ID!, $after: String) {{ reportChanged(id: $id, after: $after) {{ {ITEM} }} }}"
    return Interest(document, {"id": global_id}, concerned)


def own_reports(account_id: int) -> Interest:
    """Follow a citizen's own reports and, from the event that begins their support to the one that ends it, others."""

    def concerned(log: Iterable[Event]) -> Iterator[Event]:
        supported: set[int | None] = set()
        for event in _of_reports(log):
            named = account_id in event.data.get("accounts", ())
            if named or event.report_id in supported or event.after["reporter_id"] == account_id:
                yield event
            if named and event.kind == "SUPPORTED":
                supported.add(event.report_id)
            elif named:
                supported.discard(event.report_id)

    return Interest(f"subscription($after: String) {{ myReportsChanged(after: $after) {{ {ITEM} }} }}", {}, concerned)


def everything() -> Interest:
    """Follow all reports, with their long descriptions: those who stop reading this fill their buffers."""
    whole = feed({})
    return replace(whole, document=whole.document.replace("report { version }", "report { version description }"))


def feed(wish: Mapping[str, Any], account_id: int | None = None) -> Interest:
    """Follow the reports that a filter means before or after the event; `account_id` is whose `mine` it is."""

    def means(snapshot: Mapping[str, Any]) -> bool:
        return (
            snapshot["status"] in wish.get("status", STATUSES)
            and snapshot["category"] in wish.get("category", [snapshot["category"]])
            and snapshot["kelurahan"] in wish.get("kelurahan", [snapshot["kelurahan"]])
            and (not wish.get("mine") or snapshot["reporter_id"] == account_id)
        )

    def concerned(log: Iterable[Event]) -> Iterator[Event]:
        for event in _of_reports(log):
            if means(event.after) or (event.before is not None and means(event.before)):
                yield event

    document = (
        f"subscription($filter: ReportFilter, $after: String) {{ reportFeed(filter: $filter, after: $after) "
        f"{{ {ITEM} }} }}"
    )
    return Interest(document, {"filter": dict(wish)}, concerned)


def random_filter(rng: random.Random, kelurahan: Sequence[str], categories: Sequence[str]) -> dict[str, Any]:
    """Make a filter: each of its parts is there or not."""
    wish: dict[str, Any] = {}
    if rng.random() < SHARE_NAMED:
        wish["status"] = rng.sample(STATUSES, rng.randint(1, 2))
    if rng.random() < SHARE_NAMED:
        wish["category"] = rng.sample(categories, rng.randint(1, len(categories)))
    if rng.random() < SHARE_NAMED:
        wish["kelurahan"] = rng.sample(kelurahan, rng.randint(1, len(kelurahan)))
    return wish


def _of_reports(log: Iterable[Event]) -> Iterator[Event]:
    return (event for event in log if event.topic == "report")
