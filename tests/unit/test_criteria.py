from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.criteria import Acting, BoundingBox, ReportCriteria, ReportSnapshot
from rules.geography import Circle
from rules.workflow import ReportStatus, Resolution

INSTANT = timedelta(microseconds=1)
NOON = datetime(2026, 11, 23, 5, tzinfo=UTC)

moments = st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))
codes = st.text(min_size=1, max_size=32)
row_ids = st.integers(1, 2**63 - 1)
snapshot = st.builds(
    ReportSnapshot,
    category=codes,
    kelurahan=codes,
    handler=codes,
    external=st.booleans(),
    latitude=st.floats(-90, 90),
    longitude=st.floats(-180, 180),
    reporter_id=row_ids,
    status=st.sampled_from(ReportStatus),
    resolution=st.none() | st.sampled_from(Resolution),
    duplicate_of_id=st.none() | row_ids,
    submitted_at=moments,
    responded_at=st.none() | moments,
    processed_at=st.none() | moments,
    response_due_at=moments,
    processing_due_at=moments,
    rating=st.none() | st.integers(1, 5),
    support_count=st.integers(0, 9),
    photo_count=st.integers(0, 5),
    opening_no=st.integers(0, 3),
)

REPORT = ReportSnapshot(
    category="SAMPAH",
    kelurahan="31.71.01.1001",
    handler="DLH",
    external=False,
    latitude=-6.1754,
    longitude=106.8272,
    reporter_id=7,
    status=ReportStatus.PROCESSED,
    resolution=Resolution.FIXED,
    duplicate_of_id=None,
    submitted_at=NOON,
    responded_at=NOON + timedelta(hours=1),
    processed_at=NOON + timedelta(hours=2),
    response_due_at=NOON + timedelta(hours=4),
    processing_due_at=NOON + timedelta(days=1),
    rating=2,
    support_count=3,
    photo_count=0,
    opening_no=1,
)
WAITING = replace(REPORT, status=ReportStatus.WAITING, resolution=None, responded_at=None, processed_at=None)

MATCHING: dict[str, Any] = {
    "status": frozenset({ReportStatus.WAITING, ReportStatus.PROCESSED}),
    "resolution": frozenset({Resolution.FIXED}),
    "category": frozenset({"SAMPAH", "BANJIR"}),
    "kelurahan": frozenset({"31.71.01.1001"}),
    "handler": frozenset({"DLH"}),
    "within": BoundingBox(-6.2, 106.8, -6.1, 106.9),
    "near": Circle(-6.1754, 106.8272, 0.0),
    "submitted_from": NOON,
    "submitted_to": NOON + INSTANT,
    "overdue": False,
    "external": False,
    "reporter_id": 7,
    "changed_from": NOON,
    "processed_from": NOON + timedelta(hours=2),
    "processed_to": NOON + timedelta(hours=2) + INSTANT,
    "reopened": True,
    "stars_at_most": 2,
    "without_photo": True,
    "supporters_at_least": 3,
}
NOT_MATCHING: dict[str, Any] = {
    "status": frozenset({ReportStatus.WAITING}),
    "resolution": frozenset({Resolution.INVALID, Resolution.DUPLICATE}),
    "category": frozenset({"BANJIR"}),
    "kelurahan": frozenset(),
    "handler": frozenset({"31.71.01.1001"}),
    "within": BoundingBox(-6.2, 106.8272, -6.1755, 106.9),
    "near": Circle(-6.1755, 106.8272, 11.0),
    "submitted_from": NOON + INSTANT,
    "submitted_to": NOON,
    "overdue": True,
    "external": True,
    "reporter_id": 8,
    "changed_from": NOON + INSTANT,
    "processed_from": NOON + timedelta(hours=2) + INSTANT,
    "processed_to": NOON + timedelta(hours=2),
    "reopened": False,
    "stars_at_most": 1,
    "without_photo": False,
    "supporters_at_least": 4,
}
"""For each criterion a value that matches REPORT, and one that does not."""


@given(before=snapshot)
def test_snapshot_survives_the_json_of_the_log(before: ReportSnapshot) -> None:
    after = ReportSnapshot.from_data(orjson.loads(orjson.dumps(before.as_data())))
    assert after == before
    assert {type(getattr(after, column.name)) for column in fields(after)} == {
        type(getattr(before, column.name)) for column in fields(before)
    }


@given(before=snapshot)
def test_log_data_of_a_report_is_json_with_each_attribute(before: ReportSnapshot) -> None:
    data = before.as_data()
    assert list(data) == [column.name for column in fields(ReportSnapshot)]
    assert orjson.loads(orjson.dumps(data)) == data


@given(state=snapshot, at=moments)
def test_empty_criteria_match_each_report(state: ReportSnapshot, at: datetime) -> None:
    assert ReportCriteria().matches(state, at)


def test_each_criterion_is_tested_here() -> None:
    by_rows = {"acting", "text", "flagged"}  # the first is met by open reports only, the others are not decided here
    tested = {column.name for column in fields(ReportCriteria)} - by_rows
    assert MATCHING.keys() == NOT_MATCHING.keys() == tested


def test_hidden_report_matches_for_those_who_may_see_it_only() -> None:
    hidden = replace(REPORT, hidden=True)
    assert not ReportCriteria().matches(hidden, NOON)
    assert ReportCriteria(reporter_id=REPORT.reporter_id).matches(hidden, NOON)
    assert ReportCriteria(flagged=True).matches(hidden, NOON)


@pytest.mark.parametrize("part", MATCHING)
def test_each_criterion_alone_decides(part: str) -> None:
    assert ReportCriteria(**{part: MATCHING[part]}).matches(REPORT, NOON)
    assert not ReportCriteria(**{part: NOT_MATCHING[part]}).matches(REPORT, NOON)


@pytest.mark.parametrize(
    ("acting", "expected"),
    [
        (Acting(8, frozenset({"DLH"})), True),
        (Acting(8, frozenset({"31.71.01.1001"})), True),
        (Acting(8, None), True),
        (Acting(8, frozenset({"SDA"})), False),
        (Acting(7, None), False),
    ],
)
def test_open_reports_of_own_units_but_not_own_reports_are_actionable(acting: Acting, expected: bool) -> None:
    assert ReportCriteria(acting=acting).matches(WAITING, NOON) is expected
    assert not ReportCriteria(acting=acting).matches(REPORT, NOON)


def test_events_that_do_not_say_match_no_filter_that_asks() -> None:
    counted = ("rating", "support_count", "photo_count", "opening_no")
    data = {name: value for name, value in REPORT.as_data().items() if name not in counted}
    old = ReportSnapshot.from_data(data)
    assert ReportCriteria().matches(old, NOON)
    for name in ("reopened", "stars_at_most", "without_photo", "supporters_at_least"):
        assert not any(ReportCriteria(**{name: given[name]}).matches(old, NOON) for given in (MATCHING, NOT_MATCHING))


@given(wrong=st.sets(st.sampled_from(sorted(MATCHING))), left_out=st.sets(st.sampled_from(sorted(MATCHING))))
def test_report_matches_if_all_given_criteria_match(wrong: set[str], left_out: set[str]) -> None:
    given = {name: NOT_MATCHING[name] if name in wrong else MATCHING[name] for name in MATCHING if name not in left_out}
    assert ReportCriteria(**given).matches(REPORT, NOON) == (not wrong - left_out)


def test_open_report_matches_no_resolution() -> None:
    waiting = replace(REPORT, status=ReportStatus.WAITING, resolution=None, processed_at=None)
    assert not ReportCriteria(resolution=frozenset(Resolution)).matches(waiting, NOON)


def test_submission_span_includes_its_start_and_excludes_its_end() -> None:
    day = ReportCriteria(submitted_from=NOON, submitted_to=NOON + timedelta(days=1))
    found = [
        day.matches(replace(REPORT, submitted_at=NOON + off), NOON)
        for off in (-INSTANT, timedelta(), timedelta(days=1) - INSTANT, timedelta(days=1))
    ]
    assert found == [False, True, True, False]


def test_overdue_is_decided_at_the_given_time() -> None:
    waiting = WAITING
    due = waiting.response_due_at
    assert ReportCriteria(overdue=False).matches(waiting, due)
    assert ReportCriteria(overdue=True).matches(waiting, due + INSTANT)


@given(state=snapshot, at=moments)
def test_report_is_either_external_or_not(state: ReportSnapshot, at: datetime) -> None:
    assert ReportCriteria(external=True).matches(state, at) is state.external
    assert ReportCriteria(external=False).matches(state, at) is not state.external


@given(state=snapshot, at=moments)
def test_report_is_either_overdue_or_not(state: ReportSnapshot, at: datetime) -> None:
    assert ReportCriteria(overdue=True).matches(state, at) != ReportCriteria(overdue=False).matches(state, at)


@pytest.mark.parametrize("corner", [(-6.2, 106.8), (-6.2, 106.9), (-6.1, 106.8), (-6.1, 106.9)])
def test_bounding_box_includes_its_borders(corner: tuple[float, float]) -> None:
    assert BoundingBox(-6.2, 106.8, -6.1, 106.9).contains(*corner)


@pytest.mark.parametrize("outside", [(-6.21, 106.85), (-6.09, 106.85), (-6.15, 106.79), (-6.15, 106.91)])
def test_point_beyond_one_side_is_outside_the_bounding_box(outside: tuple[float, float]) -> None:
    assert not BoundingBox(-6.2, 106.8, -6.1, 106.9).contains(*outside)
