"""The public form of events, whose bytes never change."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from models.leaves import PRIVATE, PUBLIC, PUBLIC_OF_SNAPSHOT, leaf, public_form
from models.log import EventRow, Topic

AT = datetime(2026, 3, 10, 1, 2, 3, 40, tzinfo=UTC)
SNAPSHOT: dict[str, Any] = {
    "category": "SAMPAH",
    "kelurahan": "31.71.01.1001",
    "handler": "SDA",
    "external": False,
    "latitude": -6.1754,
    "longitude": 106.8272,
    "reporter_id": 77777777,
    "status": "IN_PROGRESS",
    "resolution": None,
    "duplicate_of_id": 12,
    "submitted_at": "2026-03-10T01:00:00+00:00",
    "responded_at": "2026-03-10T08:00:00.500000+07:00",
    "processed_at": None,
    "response_due_at": "2026-03-11T01:00:00+00:00",
    "processing_due_at": "2026-03-12T01:00:00+00:00",
    "response_overdue": False,
    "processing_overdue": False,
}
COUNTED = {"rating": 4, "support_count": 2, "photo_count": 1, "opening_no": 0}
"""The parts of a state that only newer events have."""

IMPORTED = {"imported": True}

COUNTS = [
    {"unit": "SDA", "day": "2026-03-10", "responded": 1, "answered": [60]},
    {"unit": "SDA", "day": "2026-03-10", "responded": 1, "answered": [60], "officer": 88888888},
]


def event(topic: Topic, kind: str, data: dict[str, Any], **given: Any) -> EventRow:
    values: dict[str, Any] = {
        "position": 5,
        "at": AT,
        "report_id": 12,
        "version": 3,
        "account_id": 99999999,
        "actor": "SDA",
    }
    return EventRow(topic=topic, kind=kind, data=data, **(values | given))


FROZEN: list[tuple[EventRow, bytes]] = [
    (
        event(
            Topic.REPORT,
            "STATUS_CHANGED",
            {
                "before": {"status": "WAITING", "responded_at": None, "reporter_id": 66666666},
                "after": SNAPSHOT,
                "accounts": [44444444, 55555555],
                "closed_by": 88888888,
                "terms": ["DAY", 1440, 2880, 1],
                "counts": COUNTS,
            },
        ),
        (
            b'{"accounts":2,"actor":"SDA","after":{"category":"SAMPAH","duplicate_of_id":"UmVwb3J0OjEy","external":false,'
            b'"handler":"SDA","kelurahan":"31.71.01.1001","latitude":-6.1754,"longitude":106.8272,"processed_at":null,'
            b'"processing_due_at":"2026-03-12T01:00:00.000000Z","processing_overdue":false,"resolution":null,'
            b'"responded_at":"2026-03-10T01:00:00.500000Z","response_due_at":"2026-03-11T01:00:00.000000Z",'
            b'"response_overdue":false,"status":"IN_PROGRESS","submitted_at":"2026-03-10T01:00:00.000000Z"},'
            b'"at":"2026-03-10T01:02:03.000040Z","before":{"responded_at":null,"status":"WAITING"},'
            b'"counts":[{"answered":[60],"day":"2026-03-10","responded":1,"unit":"SDA"}],"kind":"STATUS_CHANGED",'
            b'"position":5,"report":"UmVwb3J0OjEy","terms":["DAY",1440,2880,1],"topic":"report","version":3}'
        ),
    ),
    (
        event(Topic.REPORT, "SUPPORTED", {"before": {"support_count": 1}, "after": SNAPSHOT | COUNTED, "counts": []}),
        (
            b'{"actor":"SDA","after":{"category":"SAMPAH","duplicate_of_id":"UmVwb3J0OjEy","external":false,'
            b'"handler":"SDA","kelurahan":"31.71.01.1001","latitude":-6.1754,"longitude":106.8272,"opening_no":0,'
            b'"photo_count":1,"processed_at":null,"processing_due_at":"2026-03-12T01:00:00.000000Z",'
            b'"processing_overdue":false,"rating":4,"resolution":null,"responded_at":"2026-03-10T01:00:00.500000Z",'
            b'"response_due_at":"2026-03-11T01:00:00.000000Z","response_overdue":false,"status":"IN_PROGRESS",'
            b'"submitted_at":"2026-03-10T01:00:00.000000Z","support_count":2},"at":"2026-03-10T01:02:03.000040Z",'
            b'"before":{"support_count":1},"counts":[],"kind":"SUPPORTED","position":5,"report":"UmVwb3J0OjEy",'
            b'"topic":"report","version":3}'
        ),
    ),
    (
        event(
            Topic.REPORT, "SUBMITTED", {"before": None, "after": SNAPSHOT | COUNTED | IMPORTED, "counts": []}, version=1
        ),
        (
            b'{"actor":"SDA","after":{"category":"SAMPAH","duplicate_of_id":"UmVwb3J0OjEy","external":false,'
            b'"handler":"SDA","imported":true,"kelurahan":"31.71.01.1001","latitude":-6.1754,"longitude":106.8272,'
            b'"opening_no":0,"photo_count":1,"processed_at":null,"processing_due_at":"2026-03-12T01:00:00.000000Z",'
            b'"processing_overdue":false,"rating":4,"resolution":null,"responded_at":"2026-03-10T01:00:00.500000Z",'
            b'"response_due_at":"2026-03-11T01:00:00.000000Z","response_overdue":false,"status":"IN_PROGRESS",'
            b'"submitted_at":"2026-03-10T01:00:00.000000Z","support_count":2},"at":"2026-03-10T01:02:03.000040Z",'
            b'"before":null,"counts":[],"kind":"SUBMITTED","position":5,"report":"UmVwb3J0OjEy","topic":"report",'
            b'"version":1}'
        ),
    ),
    (
        event(
            Topic.LEDGER,
            "ENTRY_MADE",
            {"unit": "SDA", "day": "2026-03-10", "points": -4, "rule": "WAIVED", "reverses": 3, "counts": COUNTS},
            version=None,
            actor=None,
        ),
        (
            b'{"at":"2026-03-10T01:02:03.000040Z",'
            b'"counts":[{"answered":[60],"day":"2026-03-10","responded":1,"unit":"SDA"}],'
            b'"day":"2026-03-10","kind":"ENTRY_MADE","points":-4,"position":5,"report":"UmVwb3J0OjEy","reverses":3,'
            b'"rule":"WAIVED","topic":"ledger","unit":"SDA"}'
        ),
    ),
    (
        event(
            Topic.LEDGER,
            "ENTRY_MADE",
            {"unit": "CITIZEN", "day": "2026-03-10", "points": 3, "rule": "CITIZEN_FIXED", "counts": []},
        ),
        b'{"at":"2026-03-10T01:02:03.000040Z","kind":"ENTRY_MADE","position":5,"topic":"ledger","unit":"CITIZEN"}',
    ),
    (
        event(
            Topic.PERIOD,
            "PERIOD_CLOSED",
            {"period": "DAY", "first": "2026-03-09", "last": "2026-03-09"},
            report_id=None,
            account_id=None,
        ),
        (
            b'{"at":"2026-03-10T01:02:03.000040Z","first":"2026-03-09","kind":"PERIOD_CLOSED","last":"2026-03-09",'
            b'"period":"DAY","position":5,"topic":"period"}'
        ),
    ),
]
"""Events and their entries in logs that are published already. They may be added to, and never be changed."""


@pytest.mark.parametrize("given", FROZEN, ids=lambda given: given[0].kind)
def test_entry_of_an_event_never_changes(given: tuple[EventRow, bytes]) -> None:
    row, entry = given
    assert leaf(row) == entry


def test_entry_is_the_same_in_any_zone_and_order_of_keys() -> None:
    (row, entry), *_ = FROZEN
    jakarta = AT.astimezone(timezone(timedelta(hours=7)))
    data = {**dict(reversed(list(row.data.items()))), "after": dict(reversed(SNAPSHOT.items()))}
    assert leaf(event(row.topic, row.kind, data, at=jakarta)) == entry


@pytest.mark.parametrize("topic", PUBLIC)
def test_unlisted_keys_never_enter(topic: Topic) -> None:
    hidden: dict[str, Any] = {"secret": "rahasia"}
    data = {
        "before": hidden,
        "after": SNAPSHOT | hidden,
        "counts": [{"unit": "SDA", **hidden}],
        **hidden,
    }
    assert "secret" not in leaf(event(topic, "NEW", data)).decode()


def test_no_key_is_public_and_private() -> None:
    assert not any(PRIVATE[topic] & PUBLIC[topic].keys() for topic in PUBLIC)
    assert public_form(FROZEN[0][0])["after"].keys() == PUBLIC_OF_SNAPSHOT - COUNTED.keys() - IMPORTED.keys()
    assert public_form(FROZEN[1][0])["after"].keys() == PUBLIC_OF_SNAPSHOT - IMPORTED.keys()
    assert public_form(FROZEN[2][0])["after"].keys() == PUBLIC_OF_SNAPSHOT
