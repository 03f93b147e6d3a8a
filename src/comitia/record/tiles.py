"""Tiles: C2SP tlog-tiles. A record as files that never change, from which any proof can be made.

A tile holds up to 256 hashes side by side: on level 0 those of the entries, above it those of full
tiles of the level below. A bundle holds the entries of one tile of level 0. The last tile of a
level may be partial; its width is part of its name, so it never changes either.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from comitia.errors import MalformedRecord
from comitia.record.texts import shown
from comitia.record.tree import HASH_BYTES, LARGEST_SIZE, NodeHash, NodeReader

CHECKPOINT_PATH: Final = "checkpoint"
KEY_PATH: Final = "key"
"""The key in force, for trust on first use alone; as ``handover_path`` it is ours, not C2SP's."""
LATEST_PATH: Final = "latest"
"""The newest checkpoint, for witnesses: ``checkpoint`` may wait for one of them. Ours, too."""
_HANDOVER: Final = "handover"
TILE_HEIGHT: Final = 8
TILE_WIDTH: Final = 2**TILE_HEIGHT
HIGHEST_LEVEL: Final = 63
LARGEST_TILE_BYTES: Final = TILE_WIDTH * HASH_BYTES
LARGEST_ENTRY_BYTES: Final = 2**16 - 1
_LENGTH_BYTES: Final = 2
LARGEST_BUNDLE_BYTES: Final = TILE_WIDTH * (_LENGTH_BYTES + LARGEST_ENTRY_BYTES)

_LARGEST_INDEX: Final = LARGEST_SIZE >> TILE_HEIGHT
_PATH: Final = re.compile(
    r"tile/(entries|[0-9]{1,2})/((?:x[0-9]{3}/){0,6}[0-9]{3})(?:\.p/([0-9]{1,3}))?", re.ASCII
)


def handover_path(size: int) -> str:
    """Return where the checkpoint is published by which an old key handed over to a new one.

    size: of the record that ends with the change of the key. This file is ours, not C2SP's.
    """
    return f"{_HANDOVER}/{size}"


@dataclass(frozen=True, slots=True)
class Bundle:
    """The place of some entries: those from index · 256 on, width of them."""

    index: int
    width: int = TILE_WIDTH

    def __post_init__(self) -> None:
        """Refuse what no record can have."""
        _expect_place(self.index, self.width)

    @property
    def path(self) -> str:
        """Where it is published, below the record's prefix."""
        return f"tile/entries/{_place(self.index, self.width)}"

    @property
    def full(self) -> Bundle:
        """The full bundle that stands there later."""
        return replace(self, width=TILE_WIDTH)


@dataclass(frozen=True, slots=True)
class Tile:
    """The place of some hashes of a level: those from index · 256 on, width of them."""

    level: int
    index: int
    width: int = TILE_WIDTH

    def __post_init__(self) -> None:
        """Refuse what no record can have."""
        _expect_place(self.index, self.width)
        if not 0 <= self.level <= HIGHEST_LEVEL:
            raise ValueError(f"no tile has the level {self.level}")

    @property
    def path(self) -> str:
        """Where it is published, below the record's prefix."""
        return f"tile/{self.level}/{_place(self.index, self.width)}"

    @property
    def full(self) -> Tile:
        """The full tile that stands there later."""
        return replace(self, width=TILE_WIDTH)


def parse_tile_path(path: str, where: str) -> Tile | Bundle:
    """Return the tile or the bundle that a path names. Raises MalformedRecord."""
    found = _PATH.fullmatch(path)
    if found:
        level, groups, width = found.groups()
        index = int(groups.replace("x", "").replace("/", ""))
        wide = TILE_WIDTH if width is None else int(width)
        try:
            named = Bundle(index, wide) if level == "entries" else Tile(int(level), index, wide)
        except ValueError:
            pass
        else:
            if named.path == path:
                return named
    raise MalformedRecord(where, f"{shown(path)} is not the path of a tile")


def new_tiles(old_size: int, new_size: int) -> Iterator[Tile]:
    """Yield the tiles that a tree has and that its beginning, of ``old_size``, did not have.

    All tiles of a tree are those that are new since 0.
    """
    level, old, new = 0, old_size, new_size
    while old < new:
        for index in range(old // TILE_WIDTH, new // TILE_WIDTH):
            yield Tile(level, index)
        if width := new % TILE_WIDTH:
            yield Tile(level, new // TILE_WIDTH, width)
        level, old, new = level + 1, old // TILE_WIDTH, new // TILE_WIDTH


def new_bundles(old_size: int, new_size: int) -> Iterator[Bundle]:
    """Yield the bundles that a tree has and that its beginning, of ``old_size``, did not have."""
    for tile in new_tiles(old_size, new_size):
        if tile.level > 0:
            return
        yield Bundle(tile.index, tile.width)


def tile_bytes(tile: Tile, node: NodeReader) -> bytes:
    """Return what a tile holds. node: of a tree that is large enough to have it."""
    first = tile.index * TILE_WIDTH
    level = tile.level * TILE_HEIGHT
    return b"".join(node(level, index) for index in range(first, first + tile.width))


def bundle_bytes(entries: Sequence[bytes]) -> bytes:
    """Return what a bundle of these entries holds."""
    return b"".join(_prefixed(entry) for entry in entries)


def parse_tile(data: bytes, tile: Tile, where: str) -> tuple[NodeHash, ...]:
    """Return the hashes of a tile, of which none is checked. Raises MalformedRecord."""
    if len(data) != tile.width * HASH_BYTES:
        problem = f"expected {tile.width} hashes of {HASH_BYTES} bytes, found {len(data)} bytes"
        raise MalformedRecord(where, problem)
    return tuple(
        NodeHash(data[start : start + HASH_BYTES]) for start in range(0, len(data), HASH_BYTES)
    )


def parse_bundle(data: bytes, bundle: Bundle, where: str) -> tuple[bytes, ...]:
    """Return the entries of a bundle, of which none is checked. Raises MalformedRecord."""
    entries = []
    start = 0
    for number in range(bundle.width):
        start, end = start + _LENGTH_BYTES, _end_of_entry(data, start)
        if end > len(data):
            raise MalformedRecord(where, f"it ends within entry {number} of {bundle.width}")
        entries.append(data[start:end])
        start = end
    if start < len(data):
        raise MalformedRecord(where, f"{len(data) - start} bytes follow the last entry")
    return tuple(entries)


def _end_of_entry(data: bytes, start: int) -> int:
    """Return where the entry ends whose length stands at ``start``; past the end if that does."""
    length = data[start : start + _LENGTH_BYTES]
    return start + _LENGTH_BYTES + int.from_bytes(length, "big")


def _prefixed(entry: bytes) -> bytes:
    if len(entry) > LARGEST_ENTRY_BYTES:
        raise ValueError(f"an entry of {len(entry)} bytes does not fit into a bundle")
    return len(entry).to_bytes(_LENGTH_BYTES, "big") + entry


def _expect_place(index: int, width: int) -> None:
    if not (0 <= index <= _LARGEST_INDEX and 0 < width <= TILE_WIDTH):
        raise ValueError(f"no tile has the index {index} and the width {width}")


def _place(index: int, width: int) -> str:
    """Return an index in groups of three digits, all but the last marked, and a partial width."""
    *before, last = f"{index:,}".split(",")
    groups = "".join(f"x{group:0>3}/" for group in before)
    partial = "" if width == TILE_WIDTH else f".p/{width}"
    return f"{groups}{last:0>3}{partial}"
