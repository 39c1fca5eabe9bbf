"""Devices: the browser and the system that a header `User-Agent` names, in a few words."""

import re
from typing import Final

MOST: Final = 60
"""Characters of a device."""

_LOOKED_AT: Final = 400
"""Characters of a header that are looked at."""

_BROWSERS: Final = (
    ("Edge", r"Edg(?:e|A|iOS)?/(\d+)"),
    ("Opera", r"(?:OPR|Opera)/(\d+)"),
    ("Samsung Internet", r"SamsungBrowser/(\d+)"),
    ("UC Browser", r"UC ?Browser/(\d+)"),
    ("Firefox", r"(?:Firefox|FxiOS)/(\d+)"),
    ("Chrome", r"(?:Chrome|CriOS)/(\d+)"),
    ("Safari", r"Version/(\d+)[^ ]* (?:Mobile/\S+ )?Safari/"),
)
"""Browsers with the mark of each. Many name those that follow here too, so the first one that fits counts."""

_SYSTEMS: Final = (
    ("Android", r"Android"),
    ("iPhone", r"iPhone"),
    ("iPad", r"iPad"),
    ("Windows", r"Windows"),
    ("ChromeOS", r"CrOS"),
    ("macOS", r"Mac OS X|Macintosh"),
    ("Linux", r"Linux|X11"),
)

_PROGRAM: Final = re.compile(r"([A-Za-z][A-Za-z0-9._ -]{0,39})/(\d[\w.]{0,9})")
"""The name and the version at the beginning of the header of an app or a program."""


def device_of(user_agent: str | None) -> str | None:
    """Return the browser and the system: "Firefox 140, Android". None if the header says neither.

    Other programs are named as they name themselves: "Tanggap 2.1, iPhone". The header itself is not for keeping: some
    name a single device.
    """
    header = (user_agent or "")[:_LOOKED_AT]
    parts = [_browser(header), next((name for name, mark in _SYSTEMS if re.search(mark, header)), None)]
    return ", ".join(part for part in parts if part)[:MOST] or None


def _browser(header: str) -> str | None:
    for name, mark in _BROWSERS:
        found = re.search(mark, header)
        if found:
            return f"{name} {found[1]}"
    program = _PROGRAM.match(header)
    return None if program is None or program[1] == "Mozilla" else f"{program[1].strip()} {program[2]}"
