"""Uneven distributions over places, hours, days, weather and categories. Pure functions of a `random.Random`.

The shapes roughly follow Jakarta's published complaints (CRM and JAKI, 2017 to 2024) and its climate. The point is that
nothing is uniform.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate
from random import Random

from rules.periods import JAKARTA, midnight

HOURS = (5, 3, 2, 2, 4, 10, 28, 62, 78, 74, 56, 44, 40, 42, 44, 50, 66, 74, 70, 64, 48, 32, 20, 11)
"""Relative number of reports in each hour of a day: few at night, most from 7 to 10 and from 16 to 20."""

WEEKDAYS = (1.14, 1.08, 1.06, 1.04, 1.02, 0.88, 0.78)
"""Relative number of reports on each day of the week, Monday first."""

RAIN = (0.60, 0.58, 0.42, 0.30, 0.20, 0.12, 0.10, 0.08, 0.10, 0.20, 0.34, 0.48)
"""The chance of a storm on a day of each month: the wet season of Jakarta is November to March."""

STORM_HOURS = (13, 20)
"""Storms start between these hours."""

CATEGORIES = {
    "SAMPAH": 170,
    "PARKIR_LIAR": 150,
    "JALAN_RUSAK": 95,
    "KETERTIBAN": 80,
    "LAMPU_JALAN": 70,
    "POHON": 62,
    "SALURAN": 55,
    "FASUM": 48,
    "PKL": 45,
    "KEMACETAN": 42,
    "TROTOAR": 30,
    "BANGUNAN": 26,
    "PENGEMIS": 24,
    "BANJIR": 22,
    "LISTRIK": 20,
    "REKLAME": 16,
    "AIR_BERSIH": 15,
    "TRANSJAKARTA": 14,
    "TAMAN": 14,
    "ROKOK": 12,
    "HEWAN": 12,
    "TELEKOMUNIKASI": 12,
    "PERIZINAN": 9,
    "LAINNYA": 30,
}
"""Relative number of reports of each category. Categories not listed here have `RARE`."""

RARE = 3

FLOOD = {"BANJIR": 70, "SALURAN": 18, "POHON": 12, "LISTRIK": 8, "KEMACETAN": 8}
"""Relative number of reports of each category in a flooded kelurahan."""

OFFICE_HOURS = ((7, 19),) * 5 + ((8, 13),) * 2
"""Opening and closing hour of offices on each day of the week, Monday first."""


def zipf(count: int, *, exponent: float = 0.9, offset: float = 2.0) -> list[float]:
    """Return weights by rank: 1 / (rank + offset) ** exponent (the Zipf-Mandelbrot law)."""
    return [1 / (rank + offset) ** exponent for rank in range(1, count + 1)]


def poisson(rng: Random, mean: float) -> int:
    """Draw from a Poisson distribution. Above a mean of 60 the normal approximation is as good, and O(1)."""
    if mean > 60:
        return max(0, round(rng.gauss(mean, math.sqrt(mean))))
    limit, product, count = math.exp(-mean), rng.random(), 0
    while product > limit:
        product *= rng.random()
        count += 1
    return count


def about(rng: Random, median: float, spread: float) -> float:
    """Draw from a log-normal distribution: one in six is above `median` times e ** `spread`."""
    return median * math.exp(rng.gauss(0.0, spread))


@dataclass(frozen=True, slots=True)
class Storm:
    """Heavy rain. `strength` is the number of its reports relative to an ordinary day of the whole city."""

    begins_at: datetime
    ends_at: datetime
    strength: float


def draw_storm(rng: Random, day: date) -> Storm | None:
    """Draw the storm of a day, or None. Most storms are small."""
    if rng.random() >= RAIN[day.month - 1]:
        return None
    begins_at = midnight(day) + timedelta(hours=rng.uniform(*STORM_HOURS))
    lasts = timedelta(hours=rng.uniform(1.0, 5.0))
    return Storm(begins_at, begins_at + lasts, min(about(rng, 0.06, 1.3), 3.0))


@dataclass(frozen=True, slots=True)
class ReportTimes:
    """The times of one day's reports, in order: `ordinary` ones, and `flood` ones because of the storm."""

    storm: Storm | None
    ordinary: Sequence[datetime]
    flood: Sequence[datetime]


def draw_report_times(rng: Random, day: date, mean: float) -> ReportTimes:
    """Draw the times of a day's reports. `mean` is the number of reports a day, averaged over a year."""
    storm = draw_storm(rng, day)
    calm = mean * WEEKDAYS[day.weekday()] * (1 - MEAN_FLOOD)
    first = midnight(day)
    hours = rng.choices(range(24), HOURS, k=poisson(rng, calm))
    ordinary = sorted(first + timedelta(hours=hour + rng.random()) for hour in hours)
    flood: list[datetime] = []
    if storm is not None:
        lasts = storm.ends_at - storm.begins_at + timedelta(hours=3)  # water stays longer than rain
        count = poisson(rng, mean * storm.strength)
        drawn = (storm.begins_at + lasts * rng.betavariate(1.6, 3.0) for _ in range(count))
        flood = sorted(at for at in drawn if at < first + timedelta(days=1))
    return ReportTimes(storm, ordinary, flood)


MEAN_FLOOD = 0.04
"""The share of a year's reports that storms cause, as a result of the numbers above."""


class WeightedChoice:
    """A random choice of names by weight, in logarithmic time."""

    def __init__(self, names: Sequence[str], weights: Sequence[float]) -> None:
        self.names = names
        self._cumulative = list(accumulate(weights))

    def draw(self, rng: Random) -> str:
        """Draw a name."""
        return rng.choices(self.names, cum_weights=self._cumulative)[0]


def next_office_time(moment: datetime) -> datetime:
    """Return the moment itself during office hours, else one within two hours after the next opening."""
    local = moment.astimezone(JAKARTA)
    opens, closes = OFFICE_HOURS[local.weekday()]
    if opens <= local.hour < closes:
        return moment
    day = local.date() if local.hour < opens else local.date() + timedelta(days=1)
    opens, _ = OFFICE_HOURS[day.weekday()]
    since_midnight = local - datetime.combine(local.date(), time(), JAKARTA)
    begins = datetime.combine(day, time(opens), JAKARTA)
    return (begins + since_midnight % timedelta(hours=2)).astimezone(UTC)
