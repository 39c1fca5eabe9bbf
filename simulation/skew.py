"""How unevenly life is spread: over places, hours, days, weather and categories. Pure, by a given `random.Random`.

The shapes are those of Jakarta's published complaints (CRM and JAKI, 2017 to 2024) and of its climate, drawn roughly:
what matters is that nothing is even.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate
from random import Random

from rules.periods import JAKARTA, midnight

HOURS = (5, 3, 2, 2, 4, 10, 28, 62, 78, 74, 56, 44, 40, 42, 44, 50, 66, 74, 70, 64, 48, 32, 20, 11)
"""How many report in each hour of a day in Jakarta: few at night, most from 7 to 10 and from 16 to 20."""

WEEKDAYS = (1.14, 1.08, 1.06, 1.04, 1.02, 0.88, 0.78)
"""Likewise by the day of the week, Monday first."""

RAIN = (0.60, 0.58, 0.42, 0.30, 0.20, 0.12, 0.10, 0.08, 0.10, 0.20, 0.34, 0.48)
"""The chance of a storm on a day of each month: the wet season of Jakarta is November to March."""

STORM_HOURS = (13, 20)
"""When storms break: between these hours of the afternoon."""

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
"""How often each category is reported, next to each other. One that is not named here: RARE."""

RARE = 3

FLOOD = {"BANJIR": 70, "SALURAN": 18, "POHON": 12, "LISTRIK": 8, "KEMACETAN": 8}
"""What is reported in a place under water."""

OFFICE_HOURS = ((7, 19),) * 5 + ((8, 13),) * 2
"""From when to when offices work, by the day of the week."""


def zipf(count: int, *, exponent: float = 0.9, offset: float = 2.0) -> list[float]:
    """Return weights by rank that fall as 1 / (rank + offset) ** exponent: the law of Zipf and Mandelbrot."""
    return [1 / (rank + offset) ** exponent for rank in range(1, count + 1)]


def poisson(chance: Random, mean: float) -> int:
    """Draw how many of many rare things happen; by the normal law where that is as good (Knuth's costs `mean`)."""
    if mean > 60:
        return max(0, round(chance.gauss(mean, math.sqrt(mean))))
    limit, product, count = math.exp(-mean), chance.random(), 0
    while product > limit:
        product *= chance.random()
        count += 1
    return count


def about(chance: Random, median: float, spread: float) -> float:
    """Draw from a log-normal law: half below the median, and one in six above e ** `spread` times it."""
    return median * math.exp(chance.gauss(0.0, spread))


@dataclass(frozen=True, slots=True)
class Storm:
    """Heavy rain in some places. `strength` is how many report it there, against an ordinary day of the whole city."""

    begins_at: datetime
    ends_at: datetime
    strength: float


def storm(chance: Random, day: date) -> Storm | None:
    """Draw the weather of a day: None when it is dry, else when it pours and how much. Most storms are small."""
    if chance.random() >= RAIN[day.month - 1]:
        return None
    begins_at = midnight(day) + timedelta(hours=chance.uniform(*STORM_HOURS))
    lasts = timedelta(hours=chance.uniform(1.0, 5.0))
    return Storm(begins_at, begins_at + lasts, min(about(chance, 0.06, 1.3), 3.0))


@dataclass(frozen=True, slots=True)
class Day:
    """When people report on one day, in order: `ordinary` for any reason, `flood` because of the storm."""

    storm: Storm | None
    ordinary: Sequence[datetime]
    flood: Sequence[datetime]


def day_of_reports(chance: Random, day: date, mean: float) -> Day:
    """Draw the moments of a day's reports; `mean` is how many there are on a day, taken over a year."""
    weather = storm(chance, day)
    calm = mean * WEEKDAYS[day.weekday()] * (1 - MEAN_FLOOD)
    first = midnight(day)
    hours = chance.choices(range(24), HOURS, k=poisson(chance, calm))
    ordinary = sorted(first + timedelta(hours=hour + chance.random()) for hour in hours)
    flood: list[datetime] = []
    if weather is not None:
        lasts = weather.ends_at - weather.begins_at + timedelta(hours=3)  # water stays longer than rain
        count = poisson(chance, mean * weather.strength)
        drawn = (weather.begins_at + lasts * chance.betavariate(1.6, 3.0) for _ in range(count))
        flood = sorted(at for at in drawn if at < first + timedelta(days=1))
    return Day(weather, ordinary, flood)


MEAN_FLOOD = 0.04
"""The share of a year's reports that come from storms, by the numbers above."""


class WeightedChoice:
    """Names drawn by their weights, in the time of a search by halves."""

    def __init__(self, names: Sequence[str], weights: Sequence[float]) -> None:
        self.names = names
        self._upto = list(accumulate(weights))

    def draw(self, chance: Random) -> str:
        """Draw one."""
        return chance.choices(self.names, cum_weights=self._upto)[0]


def at_work(moment: datetime) -> datetime:
    """Return the moment itself while offices work, else one within two hours after they begin again."""
    local = moment.astimezone(JAKARTA)
    opens, closes = OFFICE_HOURS[local.weekday()]
    if opens <= local.hour < closes:
        return moment
    day = local.date() if local.hour < opens else local.date() + timedelta(days=1)
    opens, _ = OFFICE_HOURS[day.weekday()]
    since_midnight = local - datetime.combine(local.date(), time(), JAKARTA)
    begins = datetime.combine(day, time(opens), JAKARTA)
    return (begins + since_midnight % timedelta(hours=2)).astimezone(UTC)
