"""The Merkle tree over the entries: RFC 6962, section 2.1, with SHA-256.

Entries are hashed with one prefix and pairs of hashes with another, so no entry can pass for the
inside of a tree. A tree of any size is a row of complete subtrees, largest first: their roots are
the ``Frontier``, all that is needed to go on or to state the root.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, NewType, TypeAlias

LeafHash = NewType("LeafHash", bytes)
"""The hash of one entry, 32 bytes."""

NodeHash = NewType("NodeHash", bytes)
"""The root of a subtree, 32 bytes. That of a single entry is its leaf hash."""

NodeReader: TypeAlias = Callable[[int, int], NodeHash]
"""Gives the root of a complete subtree by its level and its index in that level.

The subtree (level, index) has the 2^level entries from index · 2^level on.
"""

HASH_BYTES: Final = 32
LARGEST_SIZE: Final = 2**63 - 1
"""As in other implementations, where a size is a signed number of 64 bits."""

EMPTY_ROOT: Final = NodeHash(sha256(b"").digest())


def leaf_hash(entry: bytes) -> LeafHash:
    """Return the hash of an entry."""
    return LeafHash(sha256(b"\x00" + entry).digest())


def node_hash(left: NodeHash, right: NodeHash) -> NodeHash:
    """Return the hash over two subtrees that stand side by side."""
    return NodeHash(sha256(b"\x01" + left + right).digest())


@dataclass(frozen=True, slots=True)
class TreeHead:
    """A tree in one value: how many entries it has, and its root."""

    size: int
    root: NodeHash

    @property
    def text(self) -> str:
        """The head as messages show it."""
        return f"root {self.root.hex()} at size {self.size}"


@dataclass(frozen=True, slots=True)
class Frontier:
    """A tree as the roots of its complete subtrees, largest first: one a bit of its size."""

    size: int
    roots: tuple[NodeHash, ...]

    def __post_init__(self) -> None:
        """Refuse roots that are no tree of this size."""
        if len(self.roots) != self.size.bit_count():
            raise ValueError(f"{len(self.roots)} roots are no tree of {self.size} entries")

    @property
    def root(self) -> NodeHash:
        """The root of the whole tree."""
        return join_roots(self.roots)

    @property
    def head(self) -> TreeHead:
        """Size and root."""
        return TreeHead(self.size, self.root)

    def append(self, leaf: LeafHash) -> Frontier:
        """Return the tree with one entry more."""
        return self.append_many((leaf,))

    def append_many(self, leaves: Iterable[LeafHash]) -> Frontier:
        """Return the tree with the entries added in order. Some two hashes an entry."""
        size, roots = self.size, list(self.roots)
        for leaf in leaves:
            root = NodeHash(leaf)
            # Each one at the end of the old size in binary is a subtree that is now a left half.
            for _ in range((~size & (size + 1)).bit_length() - 1):
                root = node_hash(roots.pop(), root)
            roots.append(root)
            size += 1
        return Frontier(size, tuple(roots))


EMPTY: Final = Frontier(0, ())


def join_roots(roots: Sequence[NodeHash]) -> NodeHash:
    """Return the root over complete subtrees that stand side by side, each larger than the next."""
    if not roots:
        return EMPTY_ROOT
    *before, joined = roots
    for root in reversed(before):
        joined = node_hash(root, joined)
    return joined


def complete_subtrees(start: int, end: int) -> tuple[tuple[int, int], ...]:
    """Return level and index of the complete subtrees that make up the entries [start, end).

    start: a multiple of the smallest power of two that is at least ``end - start``, as every range
    in a tree's proofs begins; then the subtrees become smaller from left to right.
    """
    subtrees = []
    while start < end:
        level = (end - start).bit_length() - 1
        subtrees.append((level, start >> level))
        start += 1 << level
    return tuple(subtrees)


def range_root(start: int, end: int, node: NodeReader) -> NodeHash:
    """Return the root over the entries [start, end), a range as in ``complete_subtrees``."""
    return join_roots([node(level, index) for level, index in complete_subtrees(start, end)])


def read_from(leaves: Sequence[LeafHash]) -> NodeReader:
    """Return a reader of the complete subtrees over some leaves; twice their memory."""
    levels = [[NodeHash(leaf) for leaf in leaves]]
    while len(levels[-1]) > 1:
        levels.append(_join_pairs(levels[-1]))
    return lambda level, index: levels[level][index]


def complete_root(hashes: Sequence[NodeHash]) -> NodeHash:
    """Return the root over subtrees of one size, as many as a power of two."""
    while len(hashes) > 1:
        hashes = _join_pairs(hashes)
    return hashes[0]


def _join_pairs(hashes: Sequence[NodeHash]) -> list[NodeHash]:
    """Return the hashes of the level above; one that is left over has none yet."""
    pairs = zip(hashes[::2], hashes[1::2], strict=False)
    return [node_hash(left, right) for left, right in pairs]
