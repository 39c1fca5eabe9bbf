"""Locations of reports: a few kelurahan have most of them, and the same ones flood each time."""

import math
from collections import defaultdict
from random import Random

from models.reference.gazetteer import Gazetteer
from models.reference.records import DiscRecord, ReferenceData
from rules.geography import metres_per_degree
from simulation.skew import WeightedChoice, zipf

ISLANDS = "31.01"
"""The sparsely populated regency Kepulauan Seribu."""

FLOOD_PRONE_COUNT = 60
"""Kelurahan that flood."""


class PointSampler:
    """Random locations. `busy` draws a kelurahan by its share of reports; `flood_prone` are those that flood."""

    def __init__(self, gazetteer: Gazetteer, facts: ReferenceData, seed: int) -> None:
        rng = Random(f"{seed} places")
        codes = list(gazetteer.live)
        rng.shuffle(codes)
        codes.sort(key=lambda code: code.startswith(ISLANDS))
        self.busy = WeightedChoice(codes, zipf(len(codes)))
        mainland = [code for code in codes if not code.startswith(ISLANDS)]
        self.flood_prone = tuple(rng.sample(mainland, min(FLOOD_PRONE_COUNT, len(mainland))))
        self._atlas = gazetteer
        self._discs: defaultdict[str, list[DiscRecord]] = defaultdict(list)
        for disc in facts.discs:
            self._discs[disc.code].append(disc)

    def point(self, rng: Random, kelurahan: str) -> tuple[float, float]:
        """Draw a point in a kelurahan, in degrees: uniformly over its discs, which cover nine tenths of it."""
        discs = self._discs[kelurahan]
        disc = rng.choices(discs, [disc.radius_m**2 for disc in discs])[0]
        return near(rng, disc.latitude, disc.longitude, disc.radius_m)

    def locate(self, latitude: float, longitude: float) -> str | None:
        """Return the kelurahan of a point by the same lookup as a submission. None outside Jakarta."""
        found = self._atlas.locate(latitude, longitude)
        return None if found is None else found.kelurahan


def near(rng: Random, latitude: float, longitude: float, radius_m: float) -> tuple[float, float]:
    """Draw a point at most `radius_m` metres from another, uniformly over the disc."""
    away, angle = radius_m * math.sqrt(rng.random()), rng.uniform(0, 2 * math.pi)
    north, east = metres_per_degree(latitude)
    return round(latitude + away * math.sin(angle) / north, 6), round(longitude + away * math.cos(angle) / east, 6)
