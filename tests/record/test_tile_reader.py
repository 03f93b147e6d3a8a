from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comitia.errors import CheckFailed, MalformedRecord, StorageUnavailable
from comitia.record.proofs import verify_consistency, verify_inclusion
from comitia.record.tile_reader import MOST_TILES, TileReader, open_tiles
from comitia.record.tiles import TILE_WIDTH
from comitia.record.tree import EMPTY, Frontier, TreeHead, complete_subtrees, leaf_hash, read_from
from tests.record.merkle import entries_of, flipped, leaves_of
from tests.record.published import Shelf, files_of

SIZE = 70_000
"""As in the specification's example: three levels, and every level has a partial tile."""

SIZES = (0, 1, 2, 255, 256, 257, 511, 512, 700, 65_535, 65_536, SIZE)


@cache
def files(size: int) -> dict[str, bytes]:
    return files_of(entries_of(size))


@cache
def tree(size: int) -> Frontier:
    return EMPTY.append_many(leaves_of(size))


def shelf(size: int = SIZE, **changed: bytes) -> Shelf:
    return Shelf({**files(size), **changed})


def reader_of(size: int) -> TileReader:
    return open_tiles(tree(size).head, shelf(size).read)


def changed_shelf(path: str, size: int = SIZE) -> Shelf:
    """Return the published files with one bit of one of them changed, at its end."""
    data = files(size)[path]
    return Shelf({**files(size), path: data[:-1] + bytes([data[-1] ^ 1])})


def failure_of(error: CheckFailed) -> tuple[str, str]:
    return error.check, error.subject


@pytest.mark.parametrize("size", SIZES)
def test_a_record_of_any_size_is_read_whole_and_in_order(size: int) -> None:
    reader = reader_of(size)
    assert list(reader.entries(0, size)) == entries_of(size)
    assert reader.frontier == tree(size)


@settings(max_examples=25)
@given(st.integers(0, SIZE))
def test_the_tree_of_any_earlier_size_follows_from_the_tiles(size: int) -> None:
    assert reader_of(SIZE).head_at(size) == tree(size).head


@settings(max_examples=25)
@given(st.integers(0, SIZE), st.integers(0, SIZE))
def test_some_entries_are_read(one: int, two: int) -> None:
    start, end = min(one, two), min(max(one, two), min(one, two) + 600)
    assert list(reader_of(SIZE).entries(start, end)) == entries_of(SIZE)[start:end]


@settings(max_examples=25)
@given(st.integers(0, SIZE - 1), st.integers(0, SIZE))
def test_proofs_made_from_tiles_hold(index: int, old: int) -> None:
    reader, head = reader_of(SIZE), tree(SIZE).head
    verify_inclusion(index, leaf_hash(reader.entry(index)), reader.prove_inclusion(index), head)
    assert reader.leaf(index) == leaf_hash(reader.entry(index))
    old_head = EMPTY.append_many(leaves_of(old)).head
    verify_consistency(old_head, reader.prove_consistency(old), head)


def test_every_complete_subtree_is_as_the_tree_has_it() -> None:
    reader, node = reader_of(700), read_from(leaves_of(700))
    for level in range(10):
        for index in range(700 >> level):
            assert reader.node(level, index) == node(level, index)


def test_nothing_is_read_but_the_edge_until_something_is_asked() -> None:
    published = shelf()
    reader = open_tiles(tree(SIZE).head, published.read)
    edge = ["tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1"]
    assert published.asked == edge
    assert list(reader.entries(5, 5)) == []
    assert published.asked == edge
    reader.entry(0)
    assert published.asked == [*edge, "tile/0/000", "tile/1/000", "tile/entries/000"]


def test_reading_in_order_asks_for_every_tile_once() -> None:
    published = shelf()
    reader = open_tiles(tree(SIZE).head, published.read)
    assert sum(1 for _ in reader.entries(0, SIZE)) == SIZE
    assert sorted(published.asked) == sorted(files(SIZE))


def test_no_more_tiles_are_kept_than_is_said() -> None:
    published = shelf()
    reader = open_tiles(tree(SIZE).head, published.read)
    for index in range(MOST_TILES + 1):
        reader.leaf(index * TILE_WIDTH)
    assert len(reader._kept) == MOST_TILES
    published.asked.clear()
    reader.leaf(MOST_TILES * TILE_WIDTH)
    assert published.asked == []
    reader.leaf(0)
    assert published.asked == ["tile/0/000"]


# --- What is gone -----------------------------------------------------------------------------


def test_the_full_tile_stands_in_for_a_partial_one_that_is_gone() -> None:
    """After 1,024 entries level 0 has no partial tile; level 1 is not full before 65,536."""
    grown = {path: data for path, data in files(1024).items() if ".p/" not in path}
    above = {"tile/1/000.p/2": files(700)["tile/1/000.p/2"]}
    reader = open_tiles(tree(700).head, Shelf(grown | above).read)
    assert list(reader.entries(0, 700)) == entries_of(700)


def test_a_tile_that_is_nowhere_is_not_there() -> None:
    published = shelf(700)
    reader = open_tiles(tree(700).head, published.read)
    published.files = {}
    for path, index in (("tile/0/000", 0), ("tile/entries/002", 699)):
        with pytest.raises(StorageUnavailable, match=rf"^{path} is not there$"):
            reader.entry(index)
    with pytest.raises(StorageUnavailable, match=r"^tile/0/002 is not there$"):
        open_tiles(tree(700).head, published.read)


def test_a_full_tile_of_another_length_does_not_stand_in() -> None:
    cut = {"tile/0/000": files(256)["tile/0/000"][:-32]}
    with pytest.raises(MalformedRecord, match=r"^tile/0/000: expected 256 hashes of 32 bytes"):
        open_tiles(tree(7).head, Shelf(cut).read)


# --- What is false ----------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1"])
def test_a_false_tile_at_the_edge_is_found_when_the_record_is_opened(path: str) -> None:
    with pytest.raises(CheckFailed) as caught:
        open_tiles(tree(SIZE).head, changed_shelf(path).read)
    assert failure_of(caught.value) == ("record.tiles", "the edge of the tree of 70000")


@pytest.mark.parametrize("path", ["tile/0/000", "tile/0/255", "tile/1/000"])
def test_a_false_full_tile_is_found_when_it_is_read(path: str) -> None:
    reader = open_tiles(tree(SIZE).head, changed_shelf(path).read)
    with pytest.raises(CheckFailed) as caught:
        list(reader.entries(0, 65_536))
    assert failure_of(caught.value) == ("record.tiles", path)


def test_a_false_tile_that_was_found_is_not_believed_the_next_time() -> None:
    reader = open_tiles(tree(SIZE).head, changed_shelf("tile/0/000").read)
    for _ in range(2):
        with pytest.raises(CheckFailed):
            reader.leaf(7)


@pytest.mark.parametrize(
    "path,number", [("tile/entries/000", 255), ("tile/entries/002.p/188", 699)]
)
def test_a_false_entry_is_found(path: str, number: int) -> None:
    reader = open_tiles(tree(700).head, changed_shelf(path, 700).read)
    with pytest.raises(CheckFailed) as caught:
        list(reader.entries(0, 700))
    assert failure_of(caught.value) == ("record.tiles", f"entry {number}")
    assert caught.value.expected == leaves_of(700)[number].hex()


@pytest.mark.parametrize("size", [0, 1, 256, 700])
def test_tiles_of_another_root_are_found(size: int) -> None:
    head = TreeHead(size, flipped(tree(size).root))
    with pytest.raises(CheckFailed) as caught:
        open_tiles(head, shelf(size).read)
    assert failure_of(caught.value) == ("record.tiles", f"the edge of the tree of {size}")
    assert (caught.value.expected, caught.value.found) == (
        head.root.hex(),
        tree(size).root.hex(),
    )


@settings(max_examples=30)
@given(st.sampled_from(sorted(files_of(entries_of(700)))), st.binary(max_size=40), st.data())
def test_whatever_is_published_what_is_read_is_the_record(
    path: str, put_in: bytes, data: st.DataObject
) -> None:
    sound = files(700)[path]
    place = data.draw(st.integers(0, len(sound)))
    cut = data.draw(st.integers(0, 40))
    published = Shelf({**files(700), path: sound[:place] + put_in + sound[place + cut :]})
    try:
        entries = list(open_tiles(tree(700).head, published.read).entries(0, 700))
    except (CheckFailed, MalformedRecord):
        return
    assert entries == entries_of(700)


# --- What the tree has not --------------------------------------------------------------------


@pytest.mark.parametrize("level,index", [(0, 7), (0, -1), (-1, 0), (2, 1), (3, 0), (1, 3)])
def test_a_subtree_that_is_not_complete_is_not_read(level: int, index: int) -> None:
    assert (level, index) not in complete_subtrees(0, 7)
    with pytest.raises(ValueError, match=rf"^a tree of 7 has no subtree {index} on level {level}$"):
        reader_of(7).node(level, index)


@pytest.mark.parametrize("start,end", [(-1, 2), (3, 2), (0, 8), (8, 8)])
def test_entries_that_are_not_there_are_not_read(start: int, end: int) -> None:
    with pytest.raises(ValueError, match=rf"^a tree of 7 has no entries {start} to {end}$"):
        reader_of(7).entries(start, end)
