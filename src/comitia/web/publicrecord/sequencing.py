"""Giving committed entries their places, and signing a checkpoint over them.

An entry's number is drawn after its act's locks. Whatever an entry rests on was committed before
these locks were had, so it has a lower number and is seen by whoever sees the entry: placing what
is seen by its number puts nothing before what it rests on. A lower number that is committed later,
by an act that was independent of it, takes a later place.

One process gives places at a time: the log's row is locked.

``sequence`` is run every few seconds, now and then further back, and ``sequence_soon`` after every
act: so a checkpoint is there at once, and an act of whose process nothing is left has one a little
later. A server's process has a thread for it, which ``sequence_soon`` only wakes; elsewhere it does
it itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from comitia.record.checkpoints import Checkpoint, sign_checkpoint
from comitia.record.keys import SignerKey
from comitia.record.tiles import TILE_WIDTH
from comitia.record.tree import (
    HASH_BYTES,
    Frontier,
    LeafHash,
    NodeHash,
    complete_root,
)
from comitia.web.acts import clock
from comitia.web.acts.models import Entry
from comitia.web.database.locking import lock_rows
from comitia.web.publicrecord.keeping import ROTATION, key_for_signing, next_key, rotation_of
from comitia.web.publicrecord.models import Handover, Log, Node, Place, SignedCheckpoint
from comitia.web.publicrecord.sequencer import Sequencer, running_sequencer, start_sequencer

THE_LOG: Final = 1
_AT_ONCE: Final = 5_000
LATELY: Final = 2_000
"""How many numbers back to look every few seconds."""
_WINDOW: Final = 100_000
"""And now and then: far more than can be drawn while one transaction lasts. It reads them all."""


class _Waiting(NamedTuple):
    """An entry without a place. name: its hash."""

    number: int
    name: str
    kind: str


def sequence(now: datetime, window: int = _WINDOW) -> int:
    """Give places to everything that waits for one, by the record's key; return to how many.

    window: how many numbers below the highest that has a place are looked at.
    Raises StorageUnavailable where the key is lost, MalformedRecord where its file is no key.
    """
    if not _waiting(window):
        return 0
    key = key_for_signing(settings.DATA, settings.RECORD_ORIGIN)
    placed = place_entries(now, key, window=window)
    key_for_signing(settings.DATA, settings.RECORD_ORIGIN)  # a new key takes the old one's place
    return placed


def sequence_soon() -> None:
    """Have places given to what an act of this process has just committed.

    Left out is the search for what was committed out of turn: that is ``sequence``'s.
    """
    if (beside := running_sequencer()) is not None:
        beside.wake()
    else:
        _sequence_new()


def sequence_beside() -> Sequencer:
    """Start this process's thread for it."""
    return start_sequencer(_sequence_new)


def _sequence_new() -> None:
    if _waiting(0):
        key = key_for_signing(settings.DATA, settings.RECORD_ORIGIN)
        place_entries(clock.now(), key, window=0)
        key_for_signing(settings.DATA, settings.RECORD_ORIGIN)  # as above


def place_entries(now: datetime, key: SignerKey, *, window: int = _WINDOW) -> int:
    """Give places to what was committed, and sign a checkpoint; return how many got one.

    key: its name is the record's origin. window: how far back to look for what was committed out
    of turn. Nothing is signed where nothing is new.
    """
    placed = 0
    while True:
        more, signer = _place_some(now, key, window)
        placed += more
        if more < _AT_ONCE and signer is key:
            return placed
        key = signer


def _place_some(now: datetime, key: SignerKey, window: int) -> tuple[int, SignerKey]:
    """Place entries, up to one that changes the key; return how many, and the key from then on."""
    with transaction.atomic():
        log = _locked_log(key.name)
        waiting = _waiting(window)
        if not waiting:
            return 0, key
        tree = frontier_of(log)
        Place.objects.bulk_create(
            Place(index=tree.size + n, entry_id=one.number) for n, one in enumerate(waiting)
        )
        tree = tree.append_many(LeafHash(bytes.fromhex(one.name)) for one in waiting)
        _add_nodes(log.size, tree.size)
        Log.objects.filter(pk=THE_LOG).update(size=tree.size, roots=b"".join(tree.roots))
        key = _handed_over(key, waiting[-1], Checkpoint(key.name, tree.head))
        note = sign_checkpoint(Checkpoint(key.name, tree.head), key)
        SignedCheckpoint.objects.create(
            size=tree.size, root=tree.root.hex(), note=note.to_bytes().decode(), signed_at=now
        )
        return len(waiting), key


def _handed_over(key: SignerKey, last: _Waiting, checkpoint: Checkpoint) -> SignerKey:
    """Return the key that signs from here on; the old one signs that it hands over, if it can."""
    if last.kind != ROTATION:
        return key
    act = rotation_of(bytes(Entry.objects.get(number=last.number).content))
    new = next_key(settings.DATA, act.key)
    if not act.old_key_lost:
        note = sign_checkpoint(checkpoint, key).to_bytes().decode()
        Handover.objects.create(size=checkpoint.head.size, note=note)
    return new


def _locked_log(origin: str) -> Log:
    rows = Log.objects.filter(pk=THE_LOG)
    for log in lock_rows(rows):
        return log
    Log.objects.get_or_create(pk=THE_LOG, defaults={"origin": origin, "size": 0, "roots": b""})
    (log,) = lock_rows(rows)
    return log


def _waiting(window: int) -> list[_Waiting]:
    highest = Place.objects.aggregate(highest=Max("entry_id"))["highest"] or 0
    entries = Entry.objects.filter(number__gt=highest - window, place=None).order_by("number")
    found: list[_Waiting] = []
    for row in entries.values_list("number", "hash", "kind")[:_AT_ONCE]:
        found.append(_Waiting(*row))
        if found[-1].kind == ROTATION:
            break  # the checkpoint after it is another key's
    return found


def count_entries() -> int:
    """Return how many entries there are; those with a place are not counted one by one."""
    size = Log.objects.filter(pk=THE_LOG).values_list("size", flat=True).first() or 0
    highest = Place.objects.aggregate(highest=Max("entry_id"))["highest"] or 0
    return size + Entry.objects.filter(number__gt=highest).count()


def frontier_of(log: Log) -> Frontier:
    """Return the tree over everything that has a place."""
    roots = bytes(log.roots)
    parts = (roots[n : n + HASH_BYTES] for n in range(0, len(roots), HASH_BYTES))
    return Frontier(log.size, tuple(NodeHash(part) for part in parts))


def _add_nodes(old: int, new: int) -> None:
    """Add the nodes over tiles that have become full, level by level."""
    level = 0
    while full := range(old // TILE_WIDTH, new // TILE_WIDTH):
        nodes = [
            Node(level=level + 1, index=index, hash=complete_root(node_hashes(level, index)))
            for index in full
        ]
        Node.objects.bulk_create(nodes)
        level, old, new = level + 1, old // TILE_WIDTH, new // TILE_WIDTH


def node_hashes(level: int, tile: int, width: int = TILE_WIDTH) -> Sequence[NodeHash]:
    """Return the hashes of a tile."""
    first = tile * TILE_WIDTH
    if level == 0:
        names = Place.objects.filter(index__gte=first, index__lt=first + width)
        leaves = names.order_by("index").values_list("entry__hash", flat=True)
        return [NodeHash(bytes.fromhex(leaf)) for leaf in leaves]
    nodes = Node.objects.filter(level=level, index__gte=first, index__lt=first + width)
    return [NodeHash(bytes(one)) for one in nodes.order_by("index").values_list("hash", flat=True)]
