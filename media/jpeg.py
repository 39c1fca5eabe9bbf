"""The structure of a JPEG file (ITU-T T.81, annex B), as far as Pillow does not say it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

MAX_SCANS: Final = 256
"""Scans of one JPEG. Cameras write about ten. A scan of 73 bytes costs 2.5 ms at 50 megapixels, so 10 MB of scans
would cost six minutes. Counting byte pairs is enough: 10 MB of video appended to a photo holds about 160 by chance."""

MAX_STEPS: Final = 4096
"""Segments and stray bytes before the first scan of a JPEG: Pillow's time there is quadratic in their number."""

_SCAN: Final = 0xDA
_FRAMES: Final = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
_BETWEEN_SCANS: Final = frozenset({0xC4, _SCAN, 0xDB, 0xDC, 0xDD, *range(0xE0, 0xF0), 0xFE})
_END: Final = b"\xff\xd9"
_MARKER: Final = re.compile(rb"\xff+([^\x00\xff\xd0-\xd7])", re.DOTALL)
"""A marker that ends coded data: neither a stuffed zero nor a restart."""

_OTHER_DATA: Final = bytes(range(254, 0, -1)) * 4
"""Coded data unlike the zeros that libjpeg puts in the place of what is missing, from the first bit on."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame header: its components by their ids, and the one scan that has them all, if there is one.

    Only a frame of one scan is decoded row by row. For any other libjpeg keeps all coefficients, 2 bytes each.
    """

    width: int
    height: int
    components: tuple[int, ...]
    is_one_scan: bool


def read_frame(raw: bytes) -> Frame:
    """Return the frame of a JPEG. Walks the segments before the first scan exactly as Pillow does.

    Raises ValueError for a file crafted to keep the decoder busy or without a frame, IndexError when it ends before its
    first scan.
    """
    if raw.count(b"\xff\xda") > MAX_SCANS:
        raise ValueError("a JPEG must not have more than MAX_SCANS scans")
    frame, scan = _frame_and_scan(raw)
    components = _components(raw, frame)
    height, width = (int.from_bytes(raw[frame + at : frame + at + 2]) for at in (5, 7))
    is_one_scan = raw[frame + 1] in {0xC0, 0xC1} and raw[scan + 4] == len(components)
    return Frame(width, height, components, is_one_scan)


def closed_twice(raw: bytes) -> tuple[bytes, bytes] | None:
    """Return a JPEG with the end marker that it lacks, and again with other data before it. None if scans are missing.

    The two decode to the same pixels exactly if no data are missing, for a decoder skips what follows the last block.
    Whatever stands in the place of the end marker, such as the trailer of a camera, is left out. Raises IndexError when
    a segment is cut off.
    """
    frame, at = _frame_and_scan(raw)
    unfinished = {(component, at) for component in _components(raw, frame) for at in range(64)}
    while True:
        unfinished -= _finished_by(raw, at)
        marker = _MARKER.search(raw, at + 2 + _length(raw, at))
        if not unfinished:
            whole = raw[: marker.start()] if marker else raw.rstrip(b"\xff")
            return whole + _END, whole + _OTHER_DATA + _END
        while marker and marker[1][0] != _SCAN and marker[1][0] in _BETWEEN_SCANS:
            marker = _MARKER.match(raw, marker.end() + _length(raw, marker.end() - 2))
        if marker is None or marker[1][0] != _SCAN:
            return None
        at = marker.end() - 2


def _frame_and_scan(raw: bytes) -> tuple[int, int]:
    """Return where the frame header and the first scan header begin."""
    frame = None
    for marker, at in _segments(raw):
        if marker in _FRAMES:
            frame = at
        if marker == _SCAN and frame is not None:
            return frame, at
    raise ValueError("a JPEG must have a frame before its first scan")


def _segments(raw: bytes) -> Iterator[tuple[int, int]]:
    """Yield each marker and its place, up to the first scan."""
    at = 2
    for _ in range(MAX_STEPS):
        marker = raw[at + 1]
        if raw[at] != 0xFF or marker == 0xFF:
            at += 1
            continue
        yield marker, at
        if marker == _SCAN:
            return
        if 0xD0 <= marker <= 0xD9 or 0xF0 <= marker <= 0xFD or marker in {0x00, 0xC8}:  # markers without a length
            at += 2
        else:
            at += 2 + _length(raw, at)


def _length(raw: bytes, at: int) -> int:
    """Return the length of the segment whose marker is here, without the marker."""
    return raw[at + 2] << 8 | raw[at + 3]


def _components(raw: bytes, frame: int) -> tuple[int, ...]:
    return tuple(raw[frame + 10 + 3 * number] for number in range(raw[frame + 9]))


def _finished_by(raw: bytes, scan: int) -> set[tuple[int, int]]:
    """Return the coefficients, as (component, index), that have all their bits after this scan."""
    count = raw[scan + 4]
    first, last, approximation = raw[scan + 5 + 2 * count : scan + 8 + 2 * count]
    if approximation & 0xF:
        return set()
    return {(raw[scan + 5 + 2 * number], at) for number in range(count) for at in range(first, last + 1)}
