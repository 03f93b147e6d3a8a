"""Whether what is published is over these entries: places, nodes, checkpoints."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from comitia.errors import MalformedRecord
from comitia.record.checkpoints import parse_checkpoint
from comitia.record.notes import parse_note
from comitia.record.tiles import TILE_WIDTH
from comitia.record.tree import EMPTY, Frontier, LeafHash, NodeHash, TreeHead, complete_root
from comitia.web.acts.models import Entry
from comitia.web.project.checking.findings import Finding
from comitia.web.publicrecord.models import Log, Node, Place, SignedCheckpoint

WAITING: Final = timedelta(minutes=1)
"""How long an entry may wait for its place."""
_AT_ONCE: Final = 1000


def check_places(now: datetime) -> Iterator[Finding]:
    """Yield places that are missing or double, and entries that have waited too long for one."""
    expected = 0
    for index in Place.objects.order_by("index").values_list("index", flat=True).iterator(_AT_ONCE):
        if index != expected:
            yield Finding("places.gap", f"The place {expected} is missing before {index}.")
        expected = index + 1
    late = Entry.objects.filter(place=None, at__lt=now - WAITING).order_by("number")
    if count := late.count():
        first = late[0].number
        text = f"{count} entries, from number {first} on, have had no place for more than a minute."
        yield Finding("places.waiting", text)


def check_tree() -> Iterator[Finding]:
    """Yield each hash and checkpoint that is not over the entries in their places."""
    signed = {one.size: one for one in SignedCheckpoint.objects.order_by("size")}
    nodes = {
        (level, index): bytes(hash_)
        for level, index, hash_ in Node.objects.values_list("level", "index", "hash")
    }
    tree, full = EMPTY, _FullTiles()
    for name in _leaves():
        leaf = LeafHash(bytes.fromhex(name))
        tree = tree.append(leaf)
        for place, hash_ in full.add(NodeHash(leaf)):
            if nodes.pop(place, None) != hash_:
                level, index = place
                yield Finding("tree.node", f"The node {level}/{index} is not over its entries.")
        if (checkpoint := signed.pop(tree.size, None)) is not None:
            yield from _of_checkpoint(checkpoint, tree.head)
    for level, index in sorted(nodes):
        yield Finding("tree.node", f"The node {level}/{index} is over no full tile.")
    for size in sorted(signed):
        yield Finding("tree.checkpoint", f"The checkpoint at {size} is over more than there is.")
    yield from _of_log(tree)


def _leaves() -> Iterator[str]:
    in_order = Place.objects.order_by("index").values_list("entry__hash", flat=True)
    return in_order.iterator(_AT_ONCE)


class _FullTiles:
    """The roots of tiles as they become full, level by level."""

    def __init__(self) -> None:
        self._waiting: list[list[NodeHash]] = []
        self._made: list[int] = []

    def add(self, leaf: NodeHash) -> Iterator[tuple[tuple[int, int], bytes]]:
        """Yield place and root of every tile that a leaf makes full."""
        level, hash_ = 0, leaf
        while True:
            if level == len(self._waiting):
                self._waiting.append([])
                self._made.append(0)
            self._waiting[level].append(hash_)
            if len(self._waiting[level]) < TILE_WIDTH:
                return
            hash_ = complete_root(self._waiting[level])
            self._waiting[level] = []
            yield (level + 1, self._made[level]), hash_
            self._made[level] += 1
            level += 1


def _of_checkpoint(signed: SignedCheckpoint, head: TreeHead) -> Iterator[Finding]:
    try:
        said = parse_checkpoint(parse_note(signed.note.encode(), "note").text, "note").head
    except MalformedRecord as error:
        yield Finding("tree.checkpoint", f"The checkpoint at {head.size} is none: {error}.")
        return
    if said != head or signed.root != head.root.hex():
        text = f"The checkpoint at {head.size} has another root than the entries."
        yield Finding("tree.checkpoint", text)


def _of_log(tree: Frontier) -> Iterator[Finding]:
    log = Log.objects.first()
    size, roots = (0, b"") if log is None else (log.size, bytes(log.roots))
    if (size, roots) != (tree.size, b"".join(tree.roots)):
        yield Finding("tree.log", f"The log says {size} entries and other roots than {tree.size}.")
