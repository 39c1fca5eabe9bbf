"""The map of the page of the API: a circle for each kelurahan of the reference data."""

import csv
import math
from dataclasses import dataclass
from html import escape
from importlib.resources import files
from typing import Final, NamedTuple

WIDTH: Final = 300
HEIGHT: Final = 382
KM_PER_DEGREE: Final = 111.2
SHRINK: Final = math.cos(math.radians(6.2))
"""A degree of longitude at Jakarta's latitude, in degrees of latitude."""
MONAS: Final = "31.71.01.1001"
"""The kelurahan of Monas (Gambir), which the sample of `locate` finds."""


class Frame(NamedTuple):
    """The frame of a part of the map: its upper left corner in degrees, and drawing units per degree."""

    north: float
    west: float
    scale: float


MAINLAND: Final = Frame(north=-5.99, west=106.676, scale=1000)
ISLANDS: Final = Frame(north=-5.43, west=106.34, scale=MAINLAND.scale / 6)
"""Kepulauan Seribu is up to 70 km off the coast. It is drawn closer, so that the mainland fills the map."""
ISLANDS_CODE: Final = "31.01"


@dataclass(frozen=True, slots=True)
class Dot:
    """A kelurahan on the map, in drawing units from the upper left corner."""

    code: str
    name: str
    x: float
    y: float
    radius: float


@dataclass(frozen=True, slots=True)
class CityMap:
    """The kelurahan as dots, and the numbers of kecamatan and cities."""

    dots: list[Dot]
    kecamatan: int
    cities: int


def read_city_map() -> CityMap:
    """Read the bundled table of kelurahan (models/reference/kelurahan.csv)."""
    text = (files("models") / "reference" / "kelurahan.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    return CityMap(
        dots=[_dot(row) for row in rows],
        kecamatan=len({row["kecamatan_code"] for row in rows}),
        cities=len({row["city_code"] for row in rows}),
    )


def draw_map(city_map: CityMap, label: str) -> str:
    """Return the map as an inline SVG element. `label` is its text for screen readers.

    Colours come from the style sheet, so that the map follows the light or dark mode of the page.
    """
    monas = next(dot for dot in city_map.dots if dot.code == MONAS)
    small_ones_on_top = sorted(city_map.dots, key=lambda dot: (dot is monas, -dot.radius))
    circles = "".join(_circle(dot) for dot in small_ones_on_top)
    return (
        f'<svg class="map" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(label)}">'
        '<text x="60" y="22">Kepulauan Seribu</text>'
        f"{circles}"
        f'<path class="leader" d="M{monas.x} {monas.y - monas.radius:.1f}V98"/>'
        f'<text class="found" x="{monas.x}" y="90" text-anchor="middle">Monas</text>'
        "</svg>"
    )


def _dot(row: dict[str, str]) -> Dot:
    frame = ISLANDS if row["city_code"] == ISLANDS_CODE else MAINLAND
    radius_km = math.sqrt(float(row["area_km2"]) / math.pi)
    return Dot(
        code=row["code"],
        name=row["name"],
        x=round((float(row["lon"]) - frame.west) * SHRINK * frame.scale, 1),
        y=round((frame.north - float(row["lat"])) * frame.scale, 1),
        radius=round(radius_km / KM_PER_DEGREE * MAINLAND.scale, 1),
    )


def _circle(dot: Dot) -> str:
    found = ' class="found"' if dot.code == MONAS else ""
    title = f"<title>{escape(dot.name)}</title>"
    return f'<circle{found} cx="{dot.x}" cy="{dot.y}" r="{dot.radius}">{title}</circle>'
