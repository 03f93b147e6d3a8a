"""What is published under a record's address, rendered from the tables: C2SP tlog-tiles.

The database is the truth, and these bytes follow from it. Only what lies under the last checkpoint
is given out.

With witnesses, the checkpoint that everybody is shown is the newest that one of them has signed;
or, newer, the newest that is a day old, so that nobody can stop the record by being silent; or the
newest from before the first witness ever signed. Each of the three only grows, so nobody is shown
an older record than before. Witnesses themselves ask for the latest one.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.conf import settings

from comitia.errors import StorageUnavailable
from comitia.record.tiles import (
    CHECKPOINT_PATH,
    LATEST_PATH,
    TILE_WIDTH,
    Bundle,
    Tile,
    bundle_bytes,
    handover_path,
    parse_tile_path,
)
from comitia.web.acts.models import Entry
from comitia.web.publicrecord.models import Handover, SignedCheckpoint, WitnessCosignature
from comitia.web.publicrecord.sequencing import node_hashes

CHECKPOINT_PATHS: Final = frozenset({CHECKPOINT_PATH, LATEST_PATH})
_HANDOVERS: Final = handover_path(0).removesuffix("0")
_MOST_DIGITS: Final = 18
PATIENCE: Final = timedelta(days=1)


def last_checkpoint() -> SignedCheckpoint | None:
    """Return the largest checkpoint; None before the first."""
    return SignedCheckpoint.objects.order_by("-size").first()


def shown_checkpoint(now: datetime) -> SignedCheckpoint | None:
    """Return the checkpoint that everybody is shown; None before the first."""
    first = WitnessCosignature.objects.order_by("received_at").first()
    if not settings.WITNESSES or first is None:
        return last_checkpoint()
    silent_since = max(first.received_at, now - PATIENCE)
    largest = SignedCheckpoint.objects.order_by("-size")
    candidates = (
        largest.filter(signed_at__lte=silent_since).first(),
        largest.exclude(cosignatures=None).first(),
    )
    return max((one for one in candidates if one is not None), key=lambda one: one.size)


def checkpoint_bytes(checkpoint: SignedCheckpoint) -> bytes:
    """Return a checkpoint with what witnesses said of it."""
    lines = checkpoint.cosignatures.order_by("pk").values_list("line", flat=True)
    return (checkpoint.note + "".join(f"{line}\n" for line in lines)).encode()


def read_published(path: str, now: datetime) -> bytes:
    """Return what is published under a path.

    Raises MalformedRecord for what is no path of a record, StorageUnavailable for what is not, or
    not yet, there.
    """
    last = last_checkpoint()
    if last is None:
        raise StorageUnavailable("nothing is published before the founding")
    if path in CHECKPOINT_PATHS:
        shown = last if path == LATEST_PATH else shown_checkpoint(now)
        return checkpoint_bytes(shown or last)
    if path.startswith(_HANDOVERS):
        return _handover(path)
    named = parse_tile_path(path, "path")
    if not _is_there(named, last.size):
        raise StorageUnavailable(f"{path} is not in a record of {last.size} entries")
    if isinstance(named, Bundle):
        return _bundle(named)
    return b"".join(node_hashes(named.level, named.index, named.width))


def _handover(path: str) -> bytes:
    """Return the checkpoint by which an old key handed over, by the size in its path."""
    size = path.removeprefix(_HANDOVERS)
    short = size.isascii() and size.isdecimal() and len(size) <= _MOST_DIGITS
    found = Handover.objects.filter(size=int(size)).first() if short else None
    if found is None or handover_path(found.size) != path:
        raise StorageUnavailable(f"{path} is not in this record")
    return found.note.encode()


def _is_there(named: Tile | Bundle, size: int) -> bool:
    level = 0 if isinstance(named, Bundle) else named.level
    nodes = size // TILE_WIDTH**level
    return bool(named.index * TILE_WIDTH + named.width <= nodes)


def _bundle(bundle: Bundle) -> bytes:
    first = bundle.index * TILE_WIDTH
    entries = Entry.objects.filter(place__index__gte=first, place__index__lt=first + bundle.width)
    contents = entries.order_by("place__index").values_list("content", flat=True)
    return bundle_bytes([bytes(one) for one in contents])
