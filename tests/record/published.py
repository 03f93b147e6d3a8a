"""Records as they are published: files by their paths, which other tests read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from comitia.errors import StorageUnavailable
from comitia.record.tiles import (
    TILE_WIDTH,
    bundle_bytes,
    new_bundles,
    new_tiles,
    tile_bytes,
)
from comitia.record.tree import leaf_hash, read_from


def files_of(entries: Sequence[bytes]) -> dict[str, bytes]:
    """Return every tile and bundle of a record."""
    size = len(entries)
    reader = read_from([leaf_hash(entry) for entry in entries])
    tiles = {tile.path: tile_bytes(tile, reader) for tile in new_tiles(0, size)}
    for bundle in new_bundles(0, size):
        first = bundle.index * TILE_WIDTH
        tiles[bundle.path] = bundle_bytes(entries[first : first + bundle.width])
    return tiles


@dataclass
class Shelf:
    """Published files, and which of them were asked for."""

    files: Mapping[str, bytes]
    asked: list[str] = field(default_factory=list)

    def read(self, path: str) -> bytes:
        self.asked.append(path)
        if path not in self.files:
            raise StorageUnavailable(f"{path} is not there")
        return self.files[path]
