"""Where reports come from: a few kelurahan have most of them, and the same ones are under water each time."""

import math
from collections import defaultdict
from random import Random

from simulation.skew import WeightedChoice, zipf
from models.reference.gazetteer import Gazetteer
from models.reference.records import DiscRecord, ReferenceData
from rules.geography import metres_per_degree

ISLANDS = "31.01"
"""The regency of the Thousand Islands, where few live."""

PRONE = 60
"""How many kelurahan know floods."""


class PointSampler:
    """The kelurahan as reporters have them: `busy` by how much is reported, `prone` those that know floods."""

    def __init__(self, gazetteer: Gazetteer, facts: ReferenceData, seed: int) -> None:
        chance = Random(f"{seed} places")
        codes = list(gazetteer.kelurahan)
        chance.shuffle(codes)
        codes.sort(key=lambda code: code.startswith(ISLANDS))
        self.busy = WeightedChoice(codes, zipf(len(codes)))
        mainland = [code for code in codes if not code.startswith(ISLANDS)]
        self.prone = tuple(chance.sample(mainland, min(PRONE, len(mainland))))
        self._atlas = gazetteer
        self._discs: defaultdict[str, list[DiscRecord]] = defaultdict(list)
        for disc in facts.discs:
            self._discs[disc.code].append(disc)

    def point(self, chance: Random, kelurahan: str) -> tuple[float, float]:
        """Draw a point in a kelurahan, in degrees: anywhere in its discs, which cover nine tenths of it."""
        discs = self._discs[kelurahan]
        disc = chance.choices(discs, [disc.radius_m**2 for disc in discs])[0]
        return near(chance, disc.latitude, disc.longitude, disc.radius_m)

    def located(self, latitude: float, longitude: float) -> str | None:
        """Return the kelurahan of a point, as a submission will find it."""
        found = self._atlas.locate(latitude, longitude)
        return None if found is None else found.kelurahan


def near(chance: Random, latitude: float, longitude: float, radius_m: float) -> tuple[float, float]:
    """Draw a point at most `radius_m` metres from another, evenly over the disc."""
    away, angle = radius_m * math.sqrt(chance.random()), chance.uniform(0, 2 * math.pi)
    north, east = metres_per_degree(latitude)
    return round(latitude + away * math.sin(angle) / north, 6), round(longitude + away * math.cos(angle) / east, 6)
