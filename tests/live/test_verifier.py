"""The verifier reports every fault and no false one, also against real servers that drop an event."""

import time
from typing import Any

import pytest

from benchmarks.live.interests import feed, own_reports
from benchmarks.live.records import BoardRecord, EventRecord, Findings
from benchmarks.live.truth import Event
from benchmarks.live.verify import Infrastructure, Run, verify
from rules.cursors import encode
from schema.nodes import global_id

pytestmark = [pytest.mark.anyio, pytest.mark.xdist_group("load")]

EPOCH = "0123456789abcdef"
MINE, OTHERS = 7, 8
"""Row ids of two accounts."""


def event(position: int, kind: str = "EDITED", report_id: int = 1, **data: Any) -> Event:
    after = {"status": "WAITING", "category": "SAMPAH", "kelurahan": "31.71.01.1001", "reporter_id": MINE}
    facts = {"before": {}, "after": after} | data
    return Event(position, "report", kind, report_id, position, facts)


def received(record: EventRecord, *positions: int, kind: str = "EDITED", report_version: int = 99) -> EventRecord:
    for position in positions:
        item = {
            "cursor": encode(EPOCH, position),
            "kind": kind,
            "at": "2026-11-23T03:00:00+00:00",
            "reportId": global_id("Report", 1),
            "version": position,
            "report": {"version": report_version},
        }
        record.take(item, time.time())
    return record


def everything_after(position: int | None) -> EventRecord:
    return EventRecord(feed({}), None if position is None else encode(EPOCH, position))


def counts(findings: Findings) -> tuple[int, int, int, int]:
    return findings.lost, findings.doubled, findings.disordered, findings.false


LOG = [event(position) for position in range(1, 7)]


def test_record_of_all_events_once_in_order_has_no_findings() -> None:
    assert counts(received(everything_after(2), 3, 4, 5, 6).compare(LOG)) == (0, 0, 0, 0)


def test_record_without_a_cursor_begins_with_its_first_item() -> None:
    assert counts(received(everything_after(None), 4, 5, 6).compare(LOG)) == (0, 0, 0, 0)
    assert counts(received(everything_after(None), 4, 6).compare(LOG)) == (1, 0, 0, 0)
    assert counts(everything_after(None).compare(LOG)) == (0, 0, 0, 0)


def test_missing_events_are_lost_also_at_the_end() -> None:
    assert counts(received(everything_after(2), 3, 5).compare(LOG)) == (2, 0, 0, 0)


def test_repeated_events_are_doubled() -> None:
    assert counts(received(everything_after(2), 3, 4, 4, 5, 6, 4).compare(LOG)) == (0, 2, 0, 0)


def test_events_after_a_later_one_are_disordered() -> None:
    assert counts(received(everything_after(2), 3, 5, 4, 6).compare(LOG)) == (0, 0, 1, 0)


def test_events_that_the_log_lacks_for_the_subscription_are_false() -> None:
    assert counts(received(everything_after(4), 4, 5, 6).compare(LOG)) == (0, 0, 0, 1)
    assert counts(received(received(everything_after(4), 5), 6, kind="SUPPORTED").compare(LOG)) == (0, 0, 0, 1)
    assert counts(received(received(everything_after(4), 5), 6, report_version=5).compare(LOG)) == (0, 0, 0, 1)
    record = received(EventRecord(feed({"category": ["BANJIR"]}), encode(EPOCH, 4)), 5)
    assert counts(record.compare(LOG)) == (0, 0, 0, 1)


def test_record_resumes_after_its_last_item() -> None:
    record = everything_after(2)
    assert record.begin(time.time())["after"] == encode(EPOCH, 2)
    received(record, 3)
    assert record.begin(time.time())["after"] == encode(EPOCH, 3)


def test_filter_matches_reports_before_or_after_the_event() -> None:
    leaving = event(1, before={"status": "IN_PROGRESS"})
    assert list(feed({"status": ["IN_PROGRESS"]}).expected([leaving, event(2)])) == [leaving]


def test_own_reports_include_supported_ones_while_supported() -> None:
    log = [
        event(1),
        event(2, "SUPPORTED", accounts=[MINE]),
        event(3, "SUPPORTED", accounts=[OTHERS]),
        event(4),
        event(5, "STATUS_CHANGED", accounts=[OTHERS]),
        event(6),
    ]
    assert [one.position for one in own_reports(MINE).expected(log)] == [1, 2, 3, 4, 5, 6]
    assert [one.position for one in own_reports(OTHERS).expected(log)] == [3, 4, 5]


def board_update(
    snapshot: bool, rows: list[tuple[str, int, int]], *shifts: tuple[str, int, int, int]
) -> dict[str, Any]:
    return {
        "cursor": encode(EPOCH, 1),
        "snapshot": snapshot,
        "standings": [{"subject": {"code": code}, "rank": rank, "points": points} for code, rank, points in rows],
        "shifts": [
            {"subject": {"code": code}, "fromRank": rank, "points": points, "pointsDelta": delta}
            for code, rank, points, delta in shifts
        ],
    }


def test_board_with_a_wrong_end_or_missed_update_has_a_loss() -> None:
    board = BoardRecord("CITY", "DAY", 2)
    board.take(board_update(True, [("31.71", 1, 9), ("31.72", 2, 4)]), 0.0)
    board.take(board_update(False, [("31.72", 1, 12), ("31.71", 2, 9)], ("31.72", 2, 12, 8), ("31.71", 1, 9, 0)), 0.0)
    truth = [("31.72", 1, 12), ("31.71", 2, 9), ("31.73", 3, 1)]
    assert counts(board.compare(truth)) == (0, 0, 0, 0)
    assert counts(board.compare([*truth[1:], truth[0]])) == (1, 0, 0, 0)
    board.take(board_update(False, [("31.72", 1, 20)], ("31.72", 1, 20, 4)), 0.0)
    assert counts(board.compare([("31.72", 1, 20), *truth[1:]])) == (1, 0, 0, 0)


@pytest.mark.timeout(300)
async def test_chaos_run_delivers_every_change_once_in_order(
    grounds: Infrastructure,
) -> None:
    outcome = await verify(Run(clients=20, seconds=15, seed=1), grounds)
    assert outcome.is_good, outcome.table()
    assert len(outcome.faults) == 9
    assert min(outcome.changes, outcome.updates, *outcome.deliveries.values()) > 0
    assert outcome.deliveries.keys() == {"socket", "event stream"}


@pytest.mark.timeout(300)
async def test_verifier_detects_one_dropped_event(grounds: Infrastructure) -> None:
    outcome = await verify(Run(clients=24, seconds=10, seed=1, drop_one=True), grounds)
    assert outcome.findings.lost > 0, outcome.table()
    assert outcome.findings.total == outcome.findings.lost
    assert {example.partition(":")[0] for example in outcome.findings.examples} == {"socket", "event stream"}
