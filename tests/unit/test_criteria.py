from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.criteria import BoundingBox, ReportCriteria, ReportSnapshot
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
)

MEANT: dict[str, Any] = {
    "status": frozenset({ReportStatus.WAITING, ReportStatus.PROCESSED}),
    "resolution": frozenset({Resolution.FIXED}),
    "category": frozenset({"SAMPAH", "BANJIR"}),
    "kelurahan": frozenset({"31.71.01.1001"}),
    "handler": frozenset({"DLH"}),
    "within": BoundingBox(-6.2, 106.8, -6.1, 106.9),
    "submitted_from": NOON,
    "submitted_to": NOON + INSTANT,
    "overdue": False,
    "external": False,
    "reporter_id": 7,
}
NOT_MEANT: dict[str, Any] = {
    "status": frozenset({ReportStatus.WAITING}),
    "resolution": frozenset({Resolution.INVALID, Resolution.DUPLICATE}),
    "category": frozenset({"BANJIR"}),
    "kelurahan": frozenset(),
    "handler": frozenset({"31.71.01.1001"}),
    "within": BoundingBox(-6.2, 106.8272, -6.1755, 106.9),
    "submitted_from": NOON + INSTANT,
    "submitted_to": NOON,
    "overdue": True,
    "external": True,
    "reporter_id": 8,
}
"""For each part of a filter a value that means the report, and one that does not."""


@given(before=snapshot)
def test_facets_come_back_from_the_logs_json_as_they_were(before: ReportSnapshot) -> None:
    after = ReportSnapshot.from_data(orjson.loads(orjson.dumps(before.as_data())))
    assert after == before
    assert {type(getattr(after, column.name)) for column in fields(after)} == {
        type(getattr(before, column.name)) for column in fields(before)
    }


@given(before=snapshot)
def test_what_the_log_keeps_of_a_report_is_json_and_names_every_facet(before: ReportSnapshot) -> None:
    data = before.as_data()
    assert list(data) == [column.name for column in fields(ReportSnapshot)]
    assert orjson.loads(orjson.dumps(data)) == data


@given(state=snapshot, at=moments)
def test_a_filter_without_parts_means_every_report(state: ReportSnapshot, at: datetime) -> None:
    assert ReportCriteria().matches(state, at)


def test_every_part_of_a_filter_is_tried_here() -> None:
    assert MEANT.keys() == NOT_MEANT.keys() == {column.name for column in fields(ReportCriteria)}


@pytest.mark.parametrize("part", MEANT)
def test_each_part_alone_decides(part: str) -> None:
    assert ReportCriteria(**{part: MEANT[part]}).matches(REPORT, NOON)
    assert not ReportCriteria(**{part: NOT_MEANT[part]}).matches(REPORT, NOON)


@given(wrong=st.sets(st.sampled_from(sorted(MEANT))), left_out=st.sets(st.sampled_from(sorted(MEANT))))
def test_a_report_is_meant_when_every_part_that_is_given_means_it(wrong: set[str], left_out: set[str]) -> None:
    asked = {name: NOT_MEANT[name] if name in wrong else MEANT[name] for name in MEANT if name not in left_out}
    assert ReportCriteria(**asked).matches(REPORT, NOON) == (not wrong - left_out)


def test_a_report_that_has_not_ended_has_no_resolution_to_be_found_by() -> None:
    waiting = replace(REPORT, status=ReportStatus.WAITING, resolution=None, processed_at=None)
    assert not ReportCriteria(resolution=frozenset(Resolution)).matches(waiting, NOON)


def test_a_span_of_submissions_has_its_beginning_and_not_its_end() -> None:
    day = ReportCriteria(submitted_from=NOON, submitted_to=NOON + timedelta(days=1))
    found = [
        day.matches(replace(REPORT, submitted_at=NOON + off), NOON)
        for off in (-INSTANT, timedelta(), timedelta(days=1) - INSTANT, timedelta(days=1))
    ]
    assert found == [False, True, True, False]


def test_being_overdue_is_judged_at_the_moment_asked_about() -> None:
    waiting = replace(REPORT, status=ReportStatus.WAITING, resolution=None, responded_at=None, processed_at=None)
    due = waiting.response_due_at
    assert ReportCriteria(overdue=False).matches(waiting, due)
    assert ReportCriteria(overdue=True).matches(waiting, due + INSTANT)


@given(state=snapshot, at=moments)
def test_a_report_is_either_external_or_the_citys_own(state: ReportSnapshot, at: datetime) -> None:
    assert ReportCriteria(external=True).matches(state, at) is state.external
    assert ReportCriteria(external=False).matches(state, at) is not state.external


@given(state=snapshot, at=moments)
def test_a_report_is_either_overdue_or_in_time(state: ReportSnapshot, at: datetime) -> None:
    assert ReportCriteria(overdue=True).matches(state, at) != ReportCriteria(overdue=False).matches(state, at)


@pytest.mark.parametrize("corner", [(-6.2, 106.8), (-6.2, 106.9), (-6.1, 106.8), (-6.1, 106.9)])
def test_a_box_has_its_borders_in_it(corner: tuple[float, float]) -> None:
    assert BoundingBox(-6.2, 106.8, -6.1, 106.9).contains(*corner)


@pytest.mark.parametrize("outside", [(-6.21, 106.85), (-6.09, 106.85), (-6.15, 106.79), (-6.15, 106.91)])
def test_a_point_beyond_one_side_is_not_in_the_box(outside: tuple[float, float]) -> None:
    assert not BoundingBox(-6.2, 106.8, -6.1, 106.9).contains(*outside)
