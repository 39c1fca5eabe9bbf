"""Pictures: what a proof must be, and when two pictures are alike (domain.md, "Proof")."""

from enum import StrEnum
from typing import Final, NamedTuple

PROOF_SIDES: Final = (320, 240)
"""The least longer and shorter side of a proof photo, in pixels."""

LIKE_OWN: Final = 2
"""The bits in which the hashes of a proof and of a picture of the same report may differ to be alike, of 64."""

LIKE_PROOF: Final = 4
"""The bits in which the hashes of two proofs of a unit may differ to be alike, of 64."""

BANDS: Final = ((51, 0x1FFF), (38, 0x1FFF), (25, 0x1FFF), (12, 0x1FFF), (0, 0xFFF))
"""The shift and the mask of each part of a hash. Hashes that differ in at most LIKE_PROOF bits share one of the five
parts, so they are found by the indexes of the parts."""


class ProofConcern(StrEnum):
    """The likeness of a proof photo to another picture. It is no verdict."""

    LIKE_OWN_PICTURE = "LIKE_OWN_PICTURE"
    LIKE_OTHER_PROOF = "LIKE_OTHER_PROOF"


class Look(NamedTuple):
    """The look of an uploaded picture.

    `fingerprints`: numbers of 64 bits, with a sign, that identify the picture and what is served of it. Two pictures
    that share one are the same picture. `dhash`: its difference hash, with a sign. `one_colour`: it shows nothing.
    """

    fingerprints: tuple[int, ...]
    dhash: int
    one_colour: bool


def is_large_enough(width: int, height: int) -> bool:
    """Return whether a picture of this size in pixels can prove a fix, upright or lying."""
    return max(width, height) >= PROOF_SIDES[0] and min(width, height) >= PROOF_SIDES[1]


def are_alike(one: int, other: int, within: int) -> bool:
    """Return whether two hashes differ in at most `within` bits."""
    return ((one ^ other) & 0xFFFF_FFFF_FFFF_FFFF).bit_count() <= within
