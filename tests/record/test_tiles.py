from __future__ import annotations

from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comitia.errors import MalformedRecord
from comitia.record.tiles import (
    HIGHEST_LEVEL,
    LARGEST_BUNDLE_BYTES,
    LARGEST_ENTRY_BYTES,
    LARGEST_TILE_BYTES,
    TILE_WIDTH,
    Bundle,
    Tile,
    bundle_bytes,
    new_bundles,
    new_tiles,
    parse_bundle,
    parse_tile,
    parse_tile_path,
    tile_bytes,
)
from comitia.record.tree import LARGEST_SIZE, NodeHash, read_from
from tests.record.merkle import entries_of, leaves_of, mth

INDEXES = st.integers(0, 5) | st.integers(0, LARGEST_SIZE // TILE_WIDTH)
WIDTHS = st.integers(1, TILE_WIDTH)
PLACES = st.builds(Tile, st.integers(0, HIGHEST_LEVEL), INDEXES, WIDTHS) | st.builds(
    Bundle, INDEXES, WIDTHS
)
SIZES = st.integers(0, 300) | st.integers(0, 70_000)


# --- Paths ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "place,path",
    [
        (Tile(0, 0), "tile/0/000"),
        (Tile(0, 1234067), "tile/0/x001/x234/067"),  # the specification's example
        (Tile(63, 999, 1), "tile/63/999.p/1"),
        (Tile(1, 1000, 255), "tile/1/x001/000.p/255"),
        (Bundle(1234067), "tile/entries/x001/x234/067"),
        (Bundle(0, 17), "tile/entries/000.p/17"),
        (Tile(0, 2**55 - 1), "tile/0/x036/x028/x797/x018/x963/967"),
    ],
)
def test_places_have_the_specification_s_paths(place: Tile | Bundle, path: str) -> None:
    assert (place.path, parse_tile_path(path, "path")) == (path, place)


@given(PLACES)
def test_a_path_is_read_as_it_was_written(place: Tile | Bundle) -> None:
    assert parse_tile_path(place.path, "path") == place


@given(st.text("tile/entrsx0123456789.p", max_size=40) | st.text())
def test_any_text_is_a_path_as_written_or_is_refused(text: str) -> None:
    for path in (text, f"tile/{text}", f"tile/0/{text}", f"tile/entries/{text}"):
        try:
            place = parse_tile_path(path, "path")
        except MalformedRecord:
            continue
        assert place.path == path


@pytest.mark.parametrize(
    "path",
    [
        "",
        "checkpoint",
        "/tile/0/000",
        "tile/0/000/",
        "tile/0/000\n",
        "tile/0/00",
        "tile/0/0000",
        "tile/0/001/002",
        "tile/0/x000/001",
        "tile/0/x01/001",
        "tile/00/001",
        "tile/64/000",
        "tile/-1/000",
        "tile/data/000",
        "tile/0/000.p/0",
        "tile/0/000.p/01",
        "tile/0/000.p/256",
        "tile/0/000.p/",
        "tile/0/000.p/1/",
        "tile/0/x036/x028/x797/x018/x963/968",
        "tile/0/" + "x999/" * 6 + "999",
        "tile/0/" + "x999/" * 1000 + "999",
        "tile/0/\u0660\u0660\u0660",
        "tile/0/../000",
    ],
)
def test_what_names_no_tile_is_refused(path: str) -> None:
    shown = repr(path if len(path) <= 40 else path[:40] + "...")
    with pytest.raises(MalformedRecord) as caught:
        parse_tile_path(path, "address")
    assert str(caught.value) == f"address: {shown} is not the path of a tile"


@pytest.mark.parametrize("index,width", [(-1, 1), (2**55, 1), (0, 0), (0, 257), (0, -1)])
def test_no_record_has_such_a_place(index: int, width: int) -> None:
    problem = rf"^no tile has the index {index} and the width {width}$"
    with pytest.raises(ValueError, match=problem):
        Tile(0, index, width)
    with pytest.raises(ValueError, match=problem):
        Bundle(index, width)


@pytest.mark.parametrize("level", [-1, 64])
def test_no_record_has_such_a_level(level: int) -> None:
    with pytest.raises(ValueError, match=rf"^no tile has the level {level}$"):
        Tile(level, 0)


# --- Which there are --------------------------------------------------------------------------


def test_the_tiles_of_the_specification_s_example_are_as_many_as_it_says() -> None:
    """A tree of size 70,000, and one of size 256."""
    tiles = list(new_tiles(0, 70_000))
    assert tiles == [
        *(Tile(0, index) for index in range(273)),
        Tile(0, 273, 112),
        Tile(1, 0),
        Tile(1, 1, 17),
        Tile(2, 0, 1),
    ]
    assert list(new_tiles(0, 256)) == [Tile(0, 0), Tile(1, 0, 1)]
    assert list(new_tiles(0, 0)) == []


@given(SIZES)
def test_every_level_s_tiles_are_as_wide_as_the_specification_says(size: int) -> None:
    tiles = list(new_tiles(0, size))
    for level in range(4):
        hashes = size // 256**level
        expected = [256] * (hashes // 256) + [hashes % 256] * (hashes % 256 > 0)
        assert [tile.width for tile in tiles if tile.level == level] == expected


@given(SIZES, SIZES)
def test_tiles_are_new_that_the_smaller_tree_did_not_have(one: int, two: int) -> None:
    old, new = sorted((one, two))
    had = set(new_tiles(0, old))
    assert list(new_tiles(old, new)) == [tile for tile in new_tiles(0, new) if tile not in had]


@given(SIZES, SIZES)
def test_every_new_tile_of_level_0_has_its_bundle(old: int, new: int) -> None:
    lowest = [tile for tile in new_tiles(old, new) if tile.level == 0]
    assert list(new_bundles(old, new)) == [Bundle(tile.index, tile.width) for tile in lowest]


def test_the_tiles_of_the_largest_tree_are_listed_one_by_one() -> None:
    assert list(islice(new_tiles(0, LARGEST_SIZE), 2)) == [Tile(0, 0), Tile(0, 1)]
    assert list(new_tiles(LARGEST_SIZE - 1, LARGEST_SIZE)) == [Tile(0, 2**55 - 1, 255)]
    last = next(iter(new_tiles(LARGEST_SIZE - 256, LARGEST_SIZE - 255)))
    assert last == Tile(0, 2**55 - 2)


# --- What they hold ---------------------------------------------------------------------------


def test_a_tile_holds_the_roots_that_the_specification_says() -> None:
    size, reader, entries = 1000, read_from(leaves_of(1000)), entries_of(1000)
    for tile in new_tiles(0, size):
        step = 256**tile.level
        places = range(tile.index * 256, tile.index * 256 + tile.width)
        roots = tuple(mth(entries[place * step : (place + 1) * step]) for place in places)
        assert parse_tile(tile_bytes(tile, reader), tile, "tile") == roots


def test_a_full_tile_has_8192_bytes() -> None:
    assert len(tile_bytes(Tile(0, 0), read_from(leaves_of(256)))) == LARGEST_TILE_BYTES == 8192


@pytest.mark.parametrize("length", [0, 31, 33, 63, 65])
def test_a_tile_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(MalformedRecord) as caught:
        parse_tile(bytes(length), Tile(0, 0, 2), "tile/0/000.p/2")
    problem = f"expected 2 hashes of 32 bytes, found {length} bytes"
    assert (caught.value.where, caught.value.problem) == ("tile/0/000.p/2", problem)


@given(st.binary(max_size=100), WIDTHS)
def test_any_bytes_are_the_hashes_of_a_tile_or_are_refused(data: bytes, width: int) -> None:
    try:
        hashes = parse_tile(data, Tile(0, 0, width), "tile")
    except MalformedRecord:
        return
    assert (b"".join(hashes), len(hashes)) == (data, width)


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=20))
def test_entries_are_read_as_they_were_written(entries: list[bytes]) -> None:
    bundle = Bundle(0, len(entries))
    assert parse_bundle(bundle_bytes(entries), bundle, "bundle") == tuple(entries)


@given(st.binary(max_size=40) | st.lists(st.integers(0, 1)).map(bytes), st.integers(1, 4))
def test_any_bytes_are_the_entries_of_a_bundle_or_are_refused(data: bytes, width: int) -> None:
    try:
        entries = parse_bundle(data, Bundle(0, width), "bundle")
    except MalformedRecord:
        return
    assert (bundle_bytes(entries), len(entries)) == (data, width)


@pytest.mark.parametrize(
    "data,problem",
    [
        (b"", "it ends within entry 0 of 2"),
        (b"\0", "it ends within entry 0 of 2"),
        (b"\0\2a", "it ends within entry 0 of 2"),
        (b"\0\1a", "it ends within entry 1 of 2"),
        (b"\0\1a\0", "it ends within entry 1 of 2"),
        (b"\0\1a\0\1", "it ends within entry 1 of 2"),
        (b"\0\1a\0\0\0\0", "2 bytes follow the last entry"),
    ],
)
def test_what_is_no_bundle_is_refused(data: bytes, problem: str) -> None:
    with pytest.raises(MalformedRecord) as caught:
        parse_bundle(data, Bundle(0, 2), "tile/entries/000.p/2")
    assert (caught.value.where, caught.value.problem) == ("tile/entries/000.p/2", problem)


def test_the_longest_entries_fit() -> None:
    longest = bytes(LARGEST_ENTRY_BYTES)
    data = bundle_bytes([longest] * TILE_WIDTH)
    assert len(data) == LARGEST_BUNDLE_BYTES
    assert parse_bundle(data, Bundle(0), "bundle") == (longest,) * TILE_WIDTH
    with pytest.raises(ValueError, match=r"^an entry of 65536 bytes does not fit into a bundle$"):
        bundle_bytes([longest + b"\0"])


def test_hashes_of_a_tile_are_bytes_of_their_own() -> None:
    assert parse_tile(bytes(range(64)), Tile(0, 0, 2), "tile") == (
        NodeHash(bytes(range(32))),
        NodeHash(bytes(range(32, 64))),
    )
