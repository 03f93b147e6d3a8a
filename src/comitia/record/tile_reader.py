"""Reading a published record: every hash and every entry is checked up to a checkpoint's root.

The tiles at the right-hand edge of the tree, at most one a level, are read first: the root follows
from them. Any other tile is full, and one hash of a tile above it follows from it. So a server that
answers with anything else is found out at once, whatever is asked of it.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator
from typing import Final, TypeAlias, TypeVar

from comitia.errors import CheckFailed, StorageUnavailable
from comitia.record.checks import Check
from comitia.record.proofs import prove_consistency, prove_inclusion
from comitia.record.tiles import (
    TILE_HEIGHT,
    TILE_WIDTH,
    Bundle,
    Tile,
    parse_bundle,
    parse_tile,
)
from comitia.record.tree import (
    Frontier,
    LeafHash,
    NodeHash,
    TreeHead,
    complete_root,
    complete_subtrees,
    leaf_hash,
)

ReadPath: TypeAlias = Callable[[str], bytes]
"""Gives what is published under a path, below the record's prefix.

Raises StorageUnavailable where there is nothing. It bounds what it reads: the most that a path can
hold is ``LARGEST_TILE_BYTES`` and ``LARGEST_BUNDLE_BYTES``.
"""

MOST_TILES: Final = 64
"""Kept in memory, each of some 16 kB: enough for any proof, and for reading on in order."""

_Part = TypeVar("_Part", NodeHash, bytes)


class TileReader:
    """A record of a known size and root, read from its tiles. ``open_tiles`` makes one.

    Every method raises MalformedRecord for bytes that are no tile, CheckFailed for a tile or an
    entry that is not under the root, StorageUnavailable for one that is not there, and ValueError
    for an entry or a subtree that a tree of this size has not.
    """

    def __init__(
        self, head: TreeHead, read: ReadPath, edge: dict[int, tuple[NodeHash, ...]]
    ) -> None:
        """Take tiles at the edge that are known to lead to the root, by their levels."""
        self.head = head
        self._read = read
        self._edge = edge
        self._kept: OrderedDict[Tile, tuple[NodeHash, ...]] = OrderedDict()

    @property
    def frontier(self) -> Frontier:
        """The roots from which the tree can be continued."""
        return self._frontier(self.head.size)

    def head_at(self, size: int) -> TreeHead:
        """Return size and root of the record as it was at a size."""
        return self._frontier(size).head

    def node(self, level: int, index: int) -> NodeHash:
        """Return the root of a complete subtree."""
        if level < 0 or index < 0 or (index + 1) << level > self.head.size:
            raise ValueError(f"a tree of {self.head.size} has no subtree {index} on level {level}")
        tile_level, height = divmod(level, TILE_HEIGHT)
        tile_index, start = divmod(index << height, TILE_WIDTH)
        return complete_root(self._tile(tile_level, tile_index)[start : start + (1 << height)])

    def leaf(self, index: int) -> LeafHash:
        """Return the hash of an entry."""
        return LeafHash(self.node(0, index))

    def entry(self, index: int) -> bytes:
        """Return an entry."""
        return next(self.entries(index, index + 1))

    def entries(self, start: int, end: int) -> Iterator[bytes]:
        """Yield the entries [start, end) in order, each checked before it is given."""
        if not 0 <= start <= end <= self.head.size:
            raise ValueError(f"a tree of {self.head.size} has no entries {start} to {end}")
        return self._entries(start, end) if start < end else iter(())

    def prove_inclusion(self, index: int) -> tuple[NodeHash, ...]:
        """Return the proof that an entry is in this tree."""
        return prove_inclusion(index, self.head.size, self.node)

    def prove_consistency(self, old_size: int) -> tuple[NodeHash, ...]:
        """Return the proof that this tree continues a smaller one."""
        return prove_consistency(old_size, self.head.size, self.node)

    def _frontier(self, size: int) -> Frontier:
        subtrees = complete_subtrees(0, size)
        return Frontier(size, tuple(self.node(*subtree) for subtree in subtrees))

    def _entries(self, start: int, end: int) -> Iterator[bytes]:
        for number in range(start // TILE_WIDTH, -(-end // TILE_WIDTH)):
            first = number * TILE_WIDTH
            bundle = self._bundle(number)
            yield from bundle[max(start - first, 0) : end - first]

    def _bundle(self, index: int) -> tuple[bytes, ...]:
        leaves = self._tile(0, index)
        entries = _read_part(Bundle(index, len(leaves)), self._read, parse_bundle)
        first = index * TILE_WIDTH
        for number, (entry, leaf) in enumerate(zip(entries, leaves, strict=True), first):
            if (found := NodeHash(leaf_hash(entry))) != leaf:
                raise _failure(f"entry {number}", leaf, found)
        return entries

    def _tile(self, level: int, index: int) -> tuple[NodeHash, ...]:
        """Return the hashes of a tile, which lead to the root."""
        if index == self.head.size >> TILE_HEIGHT * (level + 1):
            return self._edge[level]
        tile = Tile(level, index)
        if tile not in self._kept:
            self._kept[tile] = self._checked(tile)
            if len(self._kept) > MOST_TILES:
                self._kept.popitem(last=False)
        self._kept.move_to_end(tile)
        return self._kept[tile]

    def _checked(self, tile: Tile) -> tuple[NodeHash, ...]:
        hashes = _read_part(tile, self._read, parse_tile)
        above = self.node(TILE_HEIGHT * (tile.level + 1), tile.index)
        if complete_root(hashes) != above:
            raise _failure(tile.path, above, complete_root(hashes))
        return hashes


def open_tiles(head: TreeHead, read: ReadPath) -> TileReader:
    """Return a reader of the record that a checkpoint states.

    Reads the edge of the tree, at most eight tiles, and raises as the reader's methods do. That
    the checkpoint is signed is for ``checkpoints.open_checkpoint``, and is not checked here.
    """
    edge = {}
    level, hashes = 0, head.size
    while hashes:
        index, width = divmod(hashes, TILE_WIDTH)
        if width:
            edge[level] = _read_part(Tile(level, index, width), read, parse_tile)
        level, hashes = level + 1, index
    reader = TileReader(head, read, edge)
    if reader.frontier.root != head.root:
        raise _failure(f"the edge of the tree of {head.size}", head.root, reader.frontier.root)
    return reader


_Place = TypeVar("_Place", Tile, Bundle)


def _read_part(
    place: _Place, read: ReadPath, parse: Callable[[bytes, _Place, str], tuple[_Part, ...]]
) -> tuple[_Part, ...]:
    """Read a tile or a bundle; of a partial one that is gone, the beginning of the full one."""
    try:
        data = read(place.path)
    except StorageUnavailable:
        if place == place.full:
            raise
        data = read(place.full.path)
        return parse(data, place.full, place.full.path)[: place.width]
    return parse(data, place, place.path)


def _failure(subject: str, expected: bytes, found: bytes) -> CheckFailed:
    return CheckFailed(Check.TILES.id, subject, expected.hex(), found.hex())
