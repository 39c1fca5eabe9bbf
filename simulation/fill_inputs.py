"""Input of fill.sql: the busy hours, places and subjects of a city, and its offices with their diligence."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate, pairwise
from random import Random
from typing import Any

from models.reference.gazetteer import Gazetteer
from models.reference.records import ReferenceData
from rules.periods import JAKARTA, ending_on, jakarta_day, midnight
from rules.scoring.points import PLACE_METRES, REPORTS_A_DAY, RULE_VERSION
from simulation.city import ANONYMOUS, WITH_PHOTO
from simulation.lifecycles import RATED
from simulation.people import ON_BOARD, SHY, CityStaff
from simulation.pictures import SIZE
from simulation.places import PointSampler
from simulation.skew import CATEGORIES, HOURS, RARE, WEEKDAYS
from simulation.words import DESCRIPTIONS

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)

DAYS = 365
"""Whole days before the day of the end."""

REPORTS_PER_CITIZEN = 3
"""A mean. The busiest citizens of five million reports send in some forty."""

SPOTS = 20_000
"""Places of which every report names one, give or take 20 metres."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FillInputs:
    """A city whose year of reports ends at `until`. The same values give the same rows."""

    reports: int
    seed: int
    until: datetime
    gazetteer: Gazetteer
    facts: ReferenceData
    staff: CityStaff

    @property
    def begins_at(self) -> datetime:
        """The first moment of the year."""
        return first_moment(self.until)

    @property
    def citizens(self) -> int:
        """The number of citizens."""
        return max(2, self.reports // REPORTS_PER_CITIZEN)

    def calendar(self) -> Iterator[str]:
        """Yield the statements that create the functions of the calendar. Days are counted from the first of the year.

        The calendar reaches beyond the deadline of the newest report.
        """
        longest = max(category.processing_target_minutes for category in self.gazetteer.categories.values()) * MINUTE
        first, off = jakarta_day(self.begins_at), {record.date for record in self.facts.days_off}
        length = DAYS + longest // DAY + len(off) + 2
        works = [first + number * DAY not in off for number in range(length)]
        days = [number for number, is_working in enumerate(works) if is_working]
        form = "CREATE FUNCTION {}({}) RETURNS {} LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT {} $$"
        lookup = "('{}'::int[])[number + 1]"
        before = lookup.format(_array(accumulate(works, initial=0)))
        yield form.format("working_days_before", "number int", "int", before)
        yield form.format("working_day", "number int", "int", lookup.format(_array(days)))
        elapsed = f"round(date_part('epoch', at - timestamptz '{self.begins_at.isoformat()}') * 1000000)::bigint"
        yield form.format("since_first_day", "at timestamptz", "bigint", elapsed)

    def tables(self, head: int, accounts: int) -> Mapping[str, list[tuple[Any, ...]]]:
        """Return the rows of the small tables of fill.sql, by name.

        `head`: the last position of the log. `accounts`: the id of the last account.
        """
        return {
            "city": [self._constants(head, accounts)],
            "hour": list(self._hours()),
            "spot": list(self._spots()),
            "subject": list(enumerate(self._subjects(), start=1)),
            "unit": list(self._units()),
            "closing": list(self._closings()),
        }

    def _constants(self, head: int, accounts: int) -> tuple[Any, ...]:
        return (
            *(self.reports, self.seed % 2**56 * 64, self.begins_at, self.until, head, accounts + 1),
            *(self.citizens, self._number_of_spots, len(self._subjects()), SHY, ANONYMOUS, ON_BOARD, WITH_PHOTO, RATED),
            *(DESCRIPTIONS, *SIZE, RULE_VERSION, REPORTS_A_DAY, PLACE_METRES),
        )

    def _hours(self) -> Iterator[tuple[int, int, datetime, timedelta]]:
        """Yield the first and the last report of each hour that has any, its begin and its duration."""
        newest = self.until - timedelta(minutes=1)
        whole = timedelta(hours=1)
        starts, at = [], self.begins_at
        while at < newest:
            starts.append(at)
            at += whole
        lasts = [min(whole, newest - start) for start in starts]
        local = [start.astimezone(JAKARTA) for start in starts]
        weights = [
            HOURS[each.hour] * WEEKDAYS[each.weekday()] * (duration / whole)
            for each, duration in zip(local, lasts, strict=True)
        ]
        total = sum(weights)
        ends = [round(self.reports * each / total) for each in accumulate(weights, initial=0.0)]
        for (before, last), start, duration in zip(pairwise(ends), starts, lasts, strict=True):
            if last > before:
                yield before + 1, last, start, duration

    @property
    def _number_of_spots(self) -> int:
        return min(SPOTS, self.reports)

    def _spots(self) -> Iterator[tuple[int, str, float, float]]:
        """Yield the number, the kelurahan and the coordinates of places, more in busy kelurahan."""
        rng, points = Random(f"{self.seed} fill"), PointSampler(self.gazetteer, self.facts, self.seed)
        number = 0
        while number < self._number_of_spots:
            latitude, longitude = points.point(rng, points.busy.draw(rng))
            kelurahan = points.locate(latitude, longitude)
            if kelurahan is not None:
                number += 1
                yield number, kelurahan, latitude, longitude

    def _subjects(self) -> list[str]:
        """Return the categories, each as often as its weight says."""
        return [code for code in self.gazetteer.categories for _ in range(CATEGORIES.get(code, RARE))]

    def _units(self) -> Iterator[tuple[Any, ...]]:
        """Yield each office with its habits: paces, chances, stars as often as their weights say, its officers."""
        for unit, office in self.staff.offices.items():
            style = office.style
            stars = [star for star, weight in enumerate(style.stars, start=1) for _ in range(weight)]
            officers = [officer.account_id for officer in office.officers]
            paces = style.answers * office.pace, style.fixes * office.pace
            yield (unit, *paces, style.ignores, style.abandons, stars, officers)

    def _closings(self) -> Iterator[tuple[Any, ...]]:
        """Yield the periods that have ended: the moment, the order at that moment, the period, its days."""
        today = jakarta_day(self.until)
        for number in range(DAYS, 0, -1):
            day = today - timedelta(days=number)
            for place, (period, ended) in enumerate(ending_on(day)):
                yield midnight(day + DAY), place, period.value, ended.first, ended.last


def _array(numbers: Iterable[int]) -> str:
    return f"{{{','.join(str(int(number)) for number in numbers)}}}"


def first_moment(until: datetime) -> datetime:
    """Return the first moment of the year that ends at `until`."""
    return midnight(jakarta_day(until) - timedelta(days=DAYS))
