"""A period counts the outcomes decided in it, as they stood at its end."""

import statistics
from collections import Counter
from collections.abc import Hashable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.log import EventRow, ReportEventKind, Topic
from models.tallies import history_of
from rules.criteria import ReportSnapshot
from rules.periods import Period, midnight, span
from rules.scoring.counters import (
    BEGINNING,
    COUNTER_NAMES,
    ZERO,
    CounterDelta,
    Counters,
    TallyKey,
    TallyTotals,
    add_deltas,
    median,
    merge_deltas,
    report_deltas,
    rounded_minutes,
)
from rules.scoring.outcomes import DECIDING, PointEvent, RatingEvent, ReportHistory, decide
from rules.scoring.points import Rule
from rules.workflow import ReportStatus, Resolution

FIRST = date(2026, 12, 27)
"""A Sunday: weeks, a month and a year end within the days after it."""

UNITS, OFFICERS = ("31.71.01.1001", "SDA"), (None, 7, 8)
GAINS = [rule for rule in DECIDING if not rule.endswith("OVERDUE")]
Item = PointEvent | RatingEvent
DECIDED = [name for name in COUNTER_NAMES if name.partition("_")[2] in ("decided", "on_time")] + ["ratings", "stars"]
"""The counters that outcomes decide."""

days = st.dates(FIRST, FIRST + timedelta(days=9))
sums = st.builds(Counters, **{name: st.integers(-3, 3) for name in COUNTER_NAMES})


@st.composite
def histories(draw: st.DrawFn) -> list[Item]:
    """Entries, ratings and reversals of one report, in the order of the log and of their days."""
    items: list[Item] = []
    for position, day in enumerate(sorted(draw(st.lists(days, max_size=14))), 1):
        unit = draw(st.sampled_from(UNITS))
        standing = [
            one
            for one in items
            if isinstance(one, PointEvent)
            and one.reverses is None
            and one.key not in {other.reverses for other in items if isinstance(other, PointEvent)}
        ]
        what = draw(st.sampled_from(("gain", "overdue", "rate", "reverse")))
        if what == "reverse" and standing:
            gone = draw(st.sampled_from(standing))
            items.append(entry(position, day, gone.unit, gone.officer, Rule.REVERSAL, -gone.points, gone.key))
        elif what == "rate":
            stars, officer = draw(st.integers(1, 5)), draw(st.sampled_from(OFFICERS))
            items.append(RatingEvent(unit=unit, officer=officer, stars=stars, day=day))
        elif what == "overdue":
            rule = draw(st.sampled_from((Rule.RESPONSE_OVERDUE, Rule.PROCESSING_OVERDUE)))
            items.append(entry(position, day, unit, None, rule, -3))
        else:
            items.append(entry(position, day, unit, draw(st.sampled_from(OFFICERS)), draw(st.sampled_from(GAINS)), 4))
    return items


def entry(
    key: Hashable, day: date, unit: str, officer: int | None, rule: Rule, points: int, reverses: Hashable = None
) -> PointEvent:
    return PointEvent(key=key, unit=unit, officer=officer, rule=rule, points=points, day=day, reverses=reverses)


def decided_in(items: list[Item], period: Period, day: date) -> dict[tuple[str, int | None], Counters]:
    """Return the outcomes decided in the period of a day, as they stood at its end, by unit and officer."""
    asked = span(period, day)
    by_then = [item for item in items if asked.last is None or item.day <= asked.last]
    found: dict[tuple[str, int | None], Counters] = {}
    for (unit, officer, _), decision in decide(by_then).items():
        if asked.contains(decision.day):
            found[unit, officer] = found.get((unit, officer), ZERO) + decision.counters
    return found


@given(histories())
def test_period_counts_its_outcomes_as_they_stood_at_its_end(items: list[Item]) -> None:
    history, tallies = ReportHistory(), dict[TallyKey, TallyTotals]()
    for item in items:
        add_deltas(tallies, history.add(item))
    for number in range(11):
        day = FIRST + timedelta(days=number)
        for period in Period:
            first = span(period, day).first or BEGINNING
            counted = {
                (unit, officer): own.counters
                for (each, first_day, officer, unit), own in tallies.items()
                if (each, first_day) == (period, first)
            }
            due = decided_in(items, period, day)
            for key in counted.keys() | due.keys():
                own, wanted = counted.get(key, ZERO), due.get(key, ZERO)
                for name in DECIDED:
                    assert getattr(own, name) == getattr(wanted, name), (period, day, key, name)


@given(histories(), st.integers(0, 14))
def test_later_events_never_change_a_period(items: list[Item], cut: int) -> None:
    history = ReportHistory(items[:cut])
    for item in items[cut:]:
        for delta in history.add(item):
            assert delta.made == item.day
            assert all((span(period, item.day).first or BEGINNING) == first for period, first in delta.periods)


@given(histories(), st.integers(0, 14))
def test_reloaded_history_continues_like_the_original(items: list[Item], cut: int) -> None:
    known = ReportHistory()
    for item in items[:cut]:
        known.add(item)
    read = ReportHistory(items[:cut])
    assert [known.add(item) for item in items[cut:]] == [read.add(item) for item in items[cut:]]


@given(histories())
def test_report_counts_at_most_once_in_each_ratio(items: list[Item]) -> None:
    for decision in decide(items).values():
        part = decision.counters
        assert 0 <= part.responses_on_time <= part.responses_decided <= 1
        assert 0 <= part.processings_on_time <= part.processings_decided <= 1
        assert part.ratings <= part.stars <= 5 * part.ratings <= 5


@given(histories(), st.sampled_from(UNITS))
def test_missed_deadline_is_final(items: list[Item], unit: str) -> None:
    blame = entry(99, FIRST + timedelta(days=9), unit, None, Rule.RESPONSE_OVERDUE, -3)
    answer = entry(100, FIRST + timedelta(days=9), unit, 7, Rule.RESPONDED, 4)
    for decided in (decide([*items, blame]), decide([*items, blame, answer])):
        mine = next(one for (of, officer, _), one in decided.items() if (of, officer) == (unit, None) and one.is_final)
        assert mine.counters.responses_on_time == mine.counters.processings_on_time == 0


@given(st.integers(0, 10**7))
def test_rounded_minutes_keep_two_digits_within_five_percent(whole: int) -> None:
    kept = rounded_minutes(timedelta(minutes=whole, seconds=59))
    assert abs(kept - whole) * 20 <= whole
    assert rounded_minutes(timedelta(minutes=kept)) == kept
    assert len(str(kept).rstrip("0")) <= 2
    assert kept == whole or whole > 99


@given(st.lists(st.integers(0, 30), min_size=1))
def test_median_of_counts_equals_that_of_the_values(values: list[int]) -> None:
    counts = Counter(values)
    assert median(sorted(counts), [counts[value] for value in sorted(counts)]) == statistics.median(values)


def test_median_of_nothing_is_none() -> None:
    assert median([], []) is None


@given(st.sampled_from(UNITS), st.sampled_from((None, 7)), days, days, sums, st.lists(st.integers(0, 99)))
def test_delta_survives_a_round_trip_through_json(
    unit: str, officer: int | None, day: date, made: date, part: Counters, took: list[int]
) -> None:
    delta = CounterDelta(
        unit=unit,
        officer=officer,
        day=day,
        made=made,
        counters=part,
        response_minutes=tuple(took),
        processing_minutes=(3,),
    )
    assert CounterDelta.from_data(delta.as_data()) == delta


@given(days, days)
def test_delta_counts_in_the_periods_that_contain_both_days(day: date, made: date) -> None:
    delta = CounterDelta(unit="SDA", day=day, made=made, counters=Counters(points=1))
    kinds = {period for period, _ in delta.periods}
    assert kinds == {period for period in Period if span(period, day) == span(period, made)}
    assert Period.ALL_TIME in kinds


@given(st.lists(sums))
def test_merging_drops_zero_deltas(parts: list[Counters]) -> None:
    deltas = [CounterDelta(unit="SDA", day=FIRST, made=FIRST, counters=part) for part in parts]
    assert sum((delta.counters for delta in merge_deltas(deltas)), ZERO) == sum(parts, ZERO)
    assert (
        merge_deltas([*deltas, *(CounterDelta(unit="SDA", day=FIRST, made=FIRST, counters=-part) for part in parts)])
        == []
    )


@given(st.integers(0, 10**5), st.integers(0, 10**5))
def test_rounded_minutes_are_monotonic(one: int, other: int) -> None:
    shorter, longer = sorted((one, other))
    assert rounded_minutes(timedelta(minutes=shorter)) <= rounded_minutes(timedelta(minutes=longer))


@pytest.mark.parametrize(
    ("whole", "kept"),
    [(0, 0), (99, 99), (100, 100), (101, 100), (104, 100), (105, 110), (994, 990), (995, 1_000), (1_250, 1_300)],
)
def test_minutes_are_rounded_half_up(whole: int, kept: int) -> None:
    assert rounded_minutes(timedelta(minutes=whole)) == kept


def test_negative_duration_has_zero_minutes() -> None:
    assert rounded_minutes(timedelta(seconds=-1)) == 0


@given(histories(), st.randoms(use_true_random=False))
def test_order_in_which_the_past_is_read_does_not_matter(items: list[Item], chance: Random) -> None:
    stored = list(enumerate(items, 1))
    shuffled = chance.sample(stored, len(stored))
    entries = [as_row(position, item) for position, item in shuffled if isinstance(item, PointEvent)]
    ratings = [as_event(position, item) for position, item in shuffled if isinstance(item, RatingEvent)]
    (last,) = items[-1:] or [entry(0, FIRST, UNITS[0], None, Rule.RESPONDED, 4)]
    later = entry(99, last.day, UNITS[0], None, Rule.RESPONSE_OVERDUE, -3)
    assert history_of(entries, ratings).add(later) == ReportHistory(items).add(later)


def as_row(position: int, item: PointEvent) -> dict[str, Any]:
    """The columns of a ledger row."""
    row = {name: getattr(item, name) for name in ("unit", "rule", "points", "day", "reverses")}
    return {**row, "position": position, "account_id": item.officer}


def as_event(position: int, item: RatingEvent) -> EventRow:
    """The event of a rating."""
    return EventRow(
        position=position,
        topic=Topic.REPORT,
        kind=ReportEventKind.RATED,
        report_id=1,
        version=2,
        account_id=1,
        actor="REPORTER",
        at=midnight(item.day),
        data={
            "after": replace(WAITING, handler=item.unit).as_data(),
            "stars": item.stars,
            "closed_by": item.officer,
        },
    )


@given(st.lists(st.tuples(st.sampled_from(UNITS), st.sampled_from((None, 7)), days, sums)), st.randoms())
def test_order_in_which_deltas_are_merged_does_not_matter(
    parts: list[tuple[str, int | None, date, Counters]], chance: Random
) -> None:
    deltas = [
        CounterDelta(unit=unit, officer=officer, day=day, made=day, counters=part) for unit, officer, day, part in parts
    ]
    one, other = dict[TallyKey, TallyTotals](), dict[TallyKey, TallyTotals]()
    add_deltas(one, deltas)
    add_deltas(other, merge_deltas(chance.sample(deltas, len(deltas))))
    assert {key: own for key, own in one.items() if own != TallyTotals()} == {
        key: own for key, own in other.items() if own != TallyTotals()
    }


def test_reversal_dated_before_its_entry_leaves_no_period_with_it() -> None:
    """The clocks of two hosts may disagree about midnight while the day before is still open."""
    history, tallies = ReportHistory(), dict[TallyKey, TallyTotals]()
    monday = FIRST + timedelta(days=1)
    add_deltas(tallies, history.add(entry(1, monday, "SDA", 7, Rule.RESPONDED, 4)))
    add_deltas(tallies, history.add(entry(2, FIRST, "SDA", 7, Rule.REVERSAL, -4, 1)))
    assert {own.counters.responses_decided for own in tallies.values()} == {0}


# What an act counts for


HANDLERS = ("31.71.01.1001", "SDA", "PLN")
SUBMITTED = datetime(2026, 12, 27, 3, tzinfo=UTC)
WAITING = ReportSnapshot(
    category="SAMPAH",
    kelurahan=HANDLERS[0],
    handler=HANDLERS[0],
    external=False,
    latitude=-6.2,
    longitude=106.8,
    reporter_id=1,
    status=ReportStatus.WAITING,
    resolution=None,
    duplicate_of_id=None,
    submitted_at=SUBMITTED,
    responded_at=None,
    processed_at=None,
    response_due_at=SUBMITTED,
    processing_due_at=SUBMITTED,
)


@st.composite
def states(draw: st.DrawFn) -> list[ReportSnapshot]:
    """The states of one report, one after another."""
    found = [WAITING]
    for number in range(draw(st.integers(0, 8))):
        now = SUBMITTED + timedelta(hours=number + 1)
        ended = draw(st.booleans())
        found.append(
            replace(
                found[-1],
                handler=found[-1].handler if ended else draw(st.sampled_from(HANDLERS)),
                responded_at=found[-1].responded_at or (now if ended or draw(st.booleans()) else None),
                processed_at=now if ended else None,
                resolution=draw(st.sampled_from((Resolution.FIXED, Resolution.INVALID))) if ended else None,
                response_overdue=draw(st.booleans()),
                processing_overdue=draw(st.booleans()),
            )
        )
    return found


def counted(snapshots: list[ReportSnapshot]) -> dict[tuple[str, int | None], Counters]:
    """Return the counters of the acts between the states, all by officer 7, by unit and officer."""
    found: dict[tuple[str, int | None], Counters] = {}
    for number, (before, after) in enumerate(zip([None, *snapshots[:-1]], snapshots, strict=True)):
        facts = {"held": 60} | ({"closed_by": 8} if before is not None and before.processed_at else {})
        for delta in report_deltas(SUBMITTED + timedelta(hours=number), before, after, 7 if before else None, facts):
            key = (delta.unit, delta.officer)
            found[key] = found.get(key, ZERO) + delta.counters
    return found


@given(states())
def test_reports_in_hand_follow_from_the_last_state(snapshots: list[ReportSnapshot]) -> None:
    last, found = snapshots[-1], counted(snapshots)
    held = {unit: own.state for (unit, officer), own in found.items() if officer is None and own.state != ZERO}
    due = Counters(open=int(last.is_open), overdue=int(last.is_late))
    assert held == ({last.handler: due} if due != ZERO else {})
    assert all(own.state == ZERO and own.received == 0 for (_, officer), own in found.items() if officer is not None)


@given(states())
def test_each_act_counts_once_for_the_unit_and_once_for_the_officer(snapshots: list[ReportSnapshot]) -> None:
    found = counted(snapshots)
    pairs = list(pairwise(snapshots))
    of_units = sum((own for (_, officer), own in found.items() if officer is None), ZERO)
    of_officers = {who: sum((own for (_, each), own in found.items() if each == who), ZERO) for who in (7, 8)}
    fixed = sum(old.resolution is None and new.resolution is Resolution.FIXED for old, new in pairs)
    reopened = sum(old.processed_at is not None and new.processed_at is None for old, new in pairs)
    assert of_units.received == 1 + sum(old.handler != new.handler for old, new in pairs)
    answered = (old.handler == new.handler for old, new in pairs if old.responded_at is None and new.responded_at)
    assert of_units.responded == sum(answered)
    assert (of_units.processed, of_units.reopened) == (fixed, reopened)
    assert (of_officers[7].processed, of_officers[7].reopened, of_officers[8].reopened) == (fixed, 0, reopened)
    assert sum(own.responded for own in of_officers.values()) == of_units.responded


def test_answer_counts_for_the_unit_unless_it_hands_the_report_on() -> None:
    answered = SUBMITTED + timedelta(minutes=125)
    after = replace(WAITING, responded_at=answered)
    day = date(2026, 12, 27)
    done = CounterDelta(
        unit=HANDLERS[0],
        officer=7,
        day=day,
        made=day,
        counters=Counters(responded=1),
        response_minutes=(130,),
    )
    handed = replace(done, counters=Counters(handed_on=1), response_minutes=())
    assert report_deltas(answered, WAITING, after, 7, {}) == [replace(done, officer=None), done]
    assert report_deltas(answered, WAITING, replace(after, handler="SDA"), 7, {}) == [
        CounterDelta(unit="SDA", day=day, made=day, counters=Counters(received=1, open=1)),
        replace(handed, officer=None, counters=Counters(handed_on=1, open=-1)),
        handed,
    ]


def test_an_act_counts_on_its_day_in_jakarta() -> None:
    evening = datetime.combine(date(2026, 12, 31), time(17), UTC)
    (delta,) = report_deltas(evening, None, WAITING, None, {})
    assert (delta.day, delta.made, delta.counters) == (date(2027, 1, 1), date(2027, 1, 1), Counters(received=1, open=1))


def test_events_without_held_count_the_time_since_the_submission() -> None:
    at = SUBMITTED + timedelta(minutes=40)
    fixed = replace(WAITING, responded_at=at, processed_at=at, resolution=Resolution.FIXED)
    for facts, took in (({}, 40), ({"held": 59}, 0), ({"held": 60}, 1)):
        assert {delta.processing_minutes for delta in report_deltas(at, WAITING, fixed, None, facts)} == {(took,)}
