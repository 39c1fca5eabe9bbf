"""The tree against RFC 6962: its known vectors, and its own recursive definition."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.merkle import WIDTH, GrowingTree, TileKey, edge, leaf_hash, node_hash, root_of, split, subtree_root

KNOWN_LEAVES = (
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
)
"""The leaves of the test vectors of Certificate Transparency, in hexadecimal."""

KNOWN_ROOTS = (
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
"""Their roots, of the first 0 to 8 leaves."""


def naive(leaves: list[bytes]) -> bytes:
    """Return MTH as RFC 6962, 2.1, defines it."""
    if not leaves:
        return sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    half = 1 << (len(leaves) - 1).bit_length() - 1
    return node_hash(naive(leaves[:half]), naive(leaves[half:]))


def leaves_of(count: int) -> list[bytes]:
    return [leaf_hash(b"%d" % number) for number in range(count)]


def grown(leaves: list[bytes], *stops: int) -> dict[TileKey, bytes]:
    """Return the tiles of a tree that is stored and loaded again at each of the sizes `stops`."""
    tiles: dict[TileKey, bytes] = {}
    size = 0
    for stop in [*sorted(stops), len(leaves)]:
        tree = GrowingTree(size, tiles)
        for leaf in leaves[size:stop]:
            tree.append(leaf)
        size = stop
        tiles |= tree.take_changed()
        assert tree.root() == naive(leaves[:stop])
        assert tree.take_changed() == {}
    return tiles


@pytest.mark.parametrize("count", range(len(KNOWN_ROOTS)))
def test_roots_of_the_known_leaves_are_the_known_roots(count: int) -> None:
    tree = GrowingTree(0, {})
    for entry in KNOWN_LEAVES[:count]:
        tree.append(leaf_hash(bytes.fromhex(entry)))
    assert tree.root().hex() == KNOWN_ROOTS[count]


@given(st.integers(1, 70))
def test_root_over_neighbours_is_that_of_the_definition(count: int) -> None:
    leaves = leaves_of(count)
    assert subtree_root(leaves) == naive(leaves)


@given(st.integers(0, 1_100), st.lists(st.integers(0, 1_100), max_size=4), st.data())
def test_tree_grown_in_parts_has_the_root_of_the_definition(size: int, stops: list[int], data: st.DataObject) -> None:
    leaves = leaves_of(size)
    tiles = grown(leaves, *(stop for stop in stops if stop <= size))
    earlier = data.draw(st.integers(0, size))
    assert root_of(earlier, tiles.__getitem__) == naive(leaves[:earlier])


def test_tiles_of_three_levels_are_those_of_the_specification() -> None:
    size = 70_000
    leaves = leaves_of(size)
    tree = GrowingTree(0, {})
    for leaf in leaves:
        tree.append(leaf)
    tiles = tree.take_changed()
    widths = {key: len(split(tile)) for key, tile in tiles.items()}
    full = [key for key, width in widths.items() if width == WIDTH]
    assert [key.level for key in full].count(0) == 273
    assert {key: width for key, width in widths.items() if width < WIDTH} == {
        TileKey(0, 273): 112,
        TileKey(1, 1): 17,
        TileKey(2, 0): 1,
    }
    assert dict(edge(size)) == {key: width for key, width in widths.items() if width < WIDTH}
    for level, number, index in ((0, 100, 7), (1, 0, 255), (1, 1, 16), (2, 0, 0)):
        span = WIDTH**level
        first = (number * WIDTH + index) * span
        assert split(tiles[TileKey(level, number)])[index] == naive(leaves[first : first + span])
    assert tree.root() == naive(leaves)


def test_full_edge_has_no_partial_tile_of_its_level() -> None:
    assert list(edge(WIDTH)) == [(TileKey(1, 0), 1)]
    assert list(edge(0)) == []
