"""Distributions of the simulation."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from random import Random
from statistics import fmean, median, pvariance

import pytest

from models.reference.gazetteer import Gazetteer
from models.reference.records import bundled
from rules.access import Person
from rules.geography import metres_between
from rules.periods import JAKARTA, jakarta_day, midnight
from rules.workflow import REOPENINGS, Actor
from simulation.lifecycles import LifecycleGenerator, Scenario, SimulatedReport
from simulation.people import DILIGENCE_WEIGHTS, WORK_STYLES, Citizen, CityStaff, Diligence, Office, work_style_of
from simulation.places import FLOOD_PRONE_COUNT, PointSampler, near
from simulation.skew import (
    CATEGORIES,
    FLOOD,
    HOURS,
    OFFICE_HOURS,
    RAIN,
    STORM_HOURS,
    WEEKDAYS,
    WeightedChoice,
    about,
    draw_report_times,
    draw_storm,
    next_office_time,
    poisson,
    zipf,
)

REFERENCE = bundled()
GAZETTEER = Gazetteer(REFERENCE)
YEAR = [date(2025, 1, 1) + timedelta(days=number) for number in range(365)]


def test_busiest_tenth_has_over_a_third_of_the_reports_and_all_have_some() -> None:
    weights = zipf(267)
    assert weights == sorted(weights, reverse=True)
    assert 0.33 < sum(weights[:27]) / sum(weights) < 0.6
    assert weights[-1] > 0


@pytest.mark.parametrize("mean", [0.3, 5.0, 59.0, 61.0, 700.0])
def test_poisson_counts_have_the_right_mean_and_variance(mean: float) -> None:
    rng = Random(1)
    counts = [poisson(rng, mean) for _ in range(4_000)]
    assert min(counts) >= 0
    assert fmean(counts) == pytest.approx(mean, rel=0.1)
    assert pvariance(counts) == pytest.approx(mean, rel=0.15)


def test_median_of_drawn_durations_is_the_given_one() -> None:
    rng = Random(2)
    drawn = [about(rng, 8.0, 0.9) for _ in range(4_000)]
    assert median(drawn) == pytest.approx(8.0, rel=0.1)
    assert max(drawn) > 50


def test_names_are_drawn_by_their_weights() -> None:
    names = WeightedChoice(["often", "seldom", "never"], [9, 1, 0])
    drawn = Counter(names.draw(Random(seed)) for seed in range(2_000))
    assert drawn["often"] / drawn["seldom"] == pytest.approx(9, rel=0.25)
    assert "never" not in drawn


def test_mean_reports_a_day_over_a_year_include_storms() -> None:
    means = []
    for seed in range(12):
        rng = Random(seed)
        days = [draw_report_times(rng, day, 100) for day in YEAR]
        means.append(fmean(len(day.ordinary) + len(day.flood) for day in days))
    assert fmean(means) == pytest.approx(100, rel=0.03)


def test_reports_are_within_their_day_and_rare_at_night_and_on_sundays() -> None:
    rng = Random(3)
    hours: Counter[int] = Counter()
    weekdays: Counter[int] = Counter()
    for day in YEAR:
        moments = draw_report_times(rng, day, 60).ordinary
        assert moments == sorted(moments)
        assert {jakarta_day(at) for at in moments} <= {day}
        hours.update(at.astimezone(JAKARTA).hour for at in moments)
        weekdays[day.weekday()] += len(moments)
    assert set(hours.most_common(8)) >= {(hour, hours[hour]) for hour in (7, 8, 9, 16, 17, 18)}
    assert sum(hours[hour] for hour in range(5)) < 0.03 * hours.total()
    assert weekdays[6] < min(weekdays[day] for day in range(5))
    assert (len(HOURS), len(WEEKDAYS), len(RAIN), len(OFFICE_HOURS)) == (24, 7, 12, 7)


def test_floods_follow_afternoon_storms_mostly_in_the_wet_season() -> None:
    rng = Random(4)
    months: Counter[int] = Counter()
    for day in YEAR * 4:
        drawn = draw_report_times(rng, day, 200)
        if drawn.storm is None:
            assert not drawn.flood
            continue
        months[day.month] += 1
        opens, closes = STORM_HOURS
        assert opens <= drawn.storm.begins_at.astimezone(JAKARTA).hour < closes
        assert list(drawn.flood) == sorted(drawn.flood)
        assert all(drawn.storm.begins_at <= at < midnight(day + timedelta(days=1)) for at in drawn.flood)
    assert months[1] + months[2] > 3 * (months[7] + months[8])


def test_most_storms_are_small_and_a_few_dominate_their_day() -> None:
    rng = Random(5)
    storms = [found.strength for day in YEAR * 10 if (found := draw_storm(rng, day)) is not None]
    assert median(storms) < 0.1
    assert 0.5 < max(storms) <= 3


def test_offices_act_at_once_when_open_and_soon_after_opening_otherwise() -> None:
    rng = Random(6)
    for _ in range(2_000):
        moment = datetime(2026, 3, 2, tzinfo=UTC) + timedelta(days=rng.uniform(0, 14))
        acts = next_office_time(moment)
        local = acts.astimezone(JAKARTA)
        opens, closes = OFFICE_HOURS[local.weekday()]
        assert opens <= local.hour < closes
        assert timedelta() <= acts - moment < timedelta(hours=21)
        was = moment.astimezone(JAKARTA)
        was_open = OFFICE_HOURS[was.weekday()][0] <= was.hour < OFFICE_HOURS[was.weekday()][1]
        assert (acts == moment) == was_open
        if not was_open:
            assert local.hour < opens + 2


def test_nearby_points_are_uniform_within_the_radius() -> None:
    rng = Random(7)
    points = [near(rng, -6.2, 106.8, 500) for _ in range(1_000)]
    away = [metres_between(-6.2, 106.8, *point) for point in points]
    assert max(away) < 501
    assert median(away) == pytest.approx(500 / 2**0.5, rel=0.1)  # uniform over the disc, not along its radius


def test_points_of_a_kelurahan_are_located_in_it() -> None:
    points = PointSampler(GAZETTEER, REFERENCE, seed=1)
    rng = Random(8)
    for code in GAZETTEER.kelurahan:
        assert {points.locate(*points.point(rng, code)) for _ in range(5)} == {code}


def test_islands_are_quiet_and_a_seed_fixes_busy_and_flooded_kelurahan() -> None:
    first, again, other = (PointSampler(GAZETTEER, REFERENCE, seed) for seed in (1, 1, 2))
    assert all(code.startswith("31.01") for code in first.busy.names[-6:])
    assert (first.busy.names, first.flood_prone) == (again.busy.names, again.flood_prone)
    assert (first.busy.names, first.flood_prone) != (other.busy.names, other.flood_prone)
    assert len(set(first.flood_prone)) == FLOOD_PRONE_COUNT


def test_every_weighted_category_exists() -> None:
    assert set(CATEGORIES) | set(FLOOD) <= set(GAZETTEER.categories)


def test_seed_fixes_the_work_style_of_a_unit_and_all_kinds_occur() -> None:
    units = list(GAZETTEER.kelurahan)
    styles = [work_style_of(1, unit) for unit in units]
    assert styles == [work_style_of(1, unit) for unit in units]
    assert styles != [work_style_of(2, unit) for unit in units]
    kinds = Counter(next(kind for kind in Diligence if WORK_STYLES[kind] is style) for style, _ in styles)
    for kind, share in DILIGENCE_WEIGHTS.items():
        assert kinds[kind] / len(units) == pytest.approx(share / 100, abs=0.06)


def test_citizen_rates_a_closing_while_it_can_still_be_reopened() -> None:
    office = WORK_STYLES[Diligence.FAKING]
    units = [*GAZETTEER.kelurahan, *GAZETTEER.agencies]
    offices = {unit: Office(unit, office, 1.0, (Person(number),)) for number, unit in enumerate(units)}
    staff = CityStaff(offices, dict.fromkeys(GAZETTEER.kecamatan, Person(-1)), Person(-2))
    lifecycles = LifecycleGenerator(GAZETTEER, staff, WeightedChoice(["SAMPAH"], [1]), Random(9))
    (limit,) = (row.within for row in REOPENINGS if row.actor is Actor.REPORTER)
    reporter = Citizen(Person(-3), "31.71.01.1001", anonymous=False)
    waits = []
    for number in range(2_000):
        submitted = datetime(2026, 3, 2, tzinfo=UTC)
        report = SimulatedReport(
            number,
            reporter,
            GAZETTEER.categories["SAMPAH"],
            reporter.home,
            reporter.home,
            0,
            0,
            submitted,
            Scenario.ORDINARY,
        )
        waits += [act.after for act in lifecycles.lifecycle(report) if act.person is reporter.person]
    assert limit is not None
    assert 2 * max(waits) < limit  # a wait before the rating, and one before the reopening
    assert max(waits) > timedelta(days=3)
