"""What is published under a record's address, rendered from the tables: C2SP tlog-tiles.

The database is the truth, and these bytes follow from it. Only what lies under the last checkpoint
is given out.
"""

from __future__ import annotations

from comitia.errors import StorageUnavailable
from comitia.record.tiles import (
    CHECKPOINT_PATH,
    TILE_WIDTH,
    Bundle,
    Tile,
    bundle_bytes,
    parse_tile_path,
)
from comitia.web.acts.models import Entry
from comitia.web.publicrecord.models import SignedCheckpoint
from comitia.web.publicrecord.sequencing import node_hashes


def last_checkpoint() -> SignedCheckpoint | None:
    """Return the largest checkpoint; None before the first."""
    return SignedCheckpoint.objects.order_by("-size").first()


def checkpoint_bytes(checkpoint: SignedCheckpoint) -> bytes:
    """Return a checkpoint with what witnesses said of it."""
    lines = checkpoint.cosignatures.order_by("pk").values_list("line", flat=True)
    return (checkpoint.note + "".join(f"{line}\n" for line in lines)).encode()


def read_published(path: str) -> bytes:
    """Return what is published under a path.

    Raises MalformedRecord for what is no path of a record, StorageUnavailable for what is not, or
    not yet, there.
    """
    checkpoint = last_checkpoint()
    if checkpoint is None:
        raise StorageUnavailable("nothing is published before the founding")
    if path == CHECKPOINT_PATH:
        return checkpoint_bytes(checkpoint)
    named = parse_tile_path(path, "path")
    if not _is_there(named, checkpoint.size):
        raise StorageUnavailable(f"{path} is not in a record of {checkpoint.size} entries")
    if isinstance(named, Bundle):
        return _bundle(named)
    return b"".join(node_hashes(named.level, named.index, named.width))


def _is_there(named: Tile | Bundle, size: int) -> bool:
    level = 0 if isinstance(named, Bundle) else named.level
    nodes = size // TILE_WIDTH**level
    return bool(named.index * TILE_WIDTH + named.width <= nodes)


def _bundle(bundle: Bundle) -> bytes:
    first = bundle.index * TILE_WIDTH
    entries = Entry.objects.filter(place__index__gte=first, place__index__lt=first + bundle.width)
    contents = entries.order_by("place__index").values_list("content", flat=True)
    return bundle_bytes([bytes(one) for one in contents])
